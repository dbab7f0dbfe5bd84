/** 每日五题: what is about to be forgotten, then something new; and which topics are weak. */

import { button, element } from "./dom.js";
import { beginTry, isTry, openDrill, weakSpots, wrongOf } from "./drill.js";
import { readQuestions } from "./questions.js";
import { chooseFor, dayOf, openMemory, standingOf } from "./remembered.js";

const COUNT = 5;
const NAME = "daily";

/**
 * Start the page of a day's five items.
 *
 * What is kept: the `role` whose topics are wanted, the `day`, its try, and how many days
 * in a row (`streak`) were done. A day's items are chosen once, so that a reload changes
 * nothing.
 */
export function startDaily(root, store) {
  const { topics, roles } = JSON.parse(root.querySelector("script.quiz-topics-data").textContent);
  const questions = readQuestions(root.querySelector("template").content);
  if (questions.size === 0) {
    return;
  }
  const items = [...questions.values()];
  const memory = openMemory(store);
  const today = () => dayOf(new Date());
  let kept = soundOr(store.get(NAME), roles);
  const stage = element("div");
  const board = root.querySelector(".quiz-topics");
  const role = roleChoice();
  root.prepend(role, stage);
  root.classList.add("quiz--live");
  const drill = openDrill(stage, {
    questions,
    named: ({ extra }) => (extra ? "再来五题：" : "今天的五题："),
    keep: (attempt) => save({ attempt }),
    noted(question, credit) {
      memory.note(question, credit, today());
      drawBoard();
    },
    summary,
  });
  if (kept.day === today() && isTry(kept.attempt, questions)) {
    drill.begin(kept.attempt, false);
  } else {
    begin(false, false);
  }
  drawBoard();

  function save(more) {
    kept = { ...kept, ...more };
    store.set(NAME, kept);
  }

  function wanted() {
    return roles.find(({ id }) => id === kept.role)?.topics ?? topics.map(({ id }) => id);
  }

  function choose() {
    return chooseFor(today(), items, memory.ofAll(items), wanted(), COUNT);
  }

  function begin(extra, moveFocus = true) {
    const tokens = choose();
    save({ day: today() });
    if (tokens.length === 0) {
      stage.hidden = true;
      role.querySelector(".quiz-small").textContent = "今天没有要复习的题，也没有没做过的题了。明天再来。";
      return;
    }
    stage.hidden = false;
    drill.begin(beginTry(tokens, { extra }), moveFocus);
  }

  function roleChoice() {
    const select = element(
      "select",
      {
        change() {
          save({ role: select.value });
          if (!Object.keys(kept.attempt?.credits ?? {}).length) begin(false, false);
        },
      },
      element("option", { value: "" }, "所有岗位"),
      ...roles.map(({ id, title }) => element("option", { value: id, selected: id === kept.role }, title)),
    );
    return element(
      "div",
      { class: "quiz-role" },
      element("label", {}, element("span", {}, "我的岗位"), select),
      element("p", { class: "quiz-small" }, "先出快忘的题，再出岗位路径里没做过的题。记录只存在这台电脑的浏览器里，不是考核成绩。"),
    );
  }

  function summary(attempt) {
    if (!attempt.extra && kept.finished !== today()) {
      save({ streak: kept.finished === today() - 1 ? kept.streak + 1 : 1, finished: today() });
    }
    const wrong = wrongOf(attempt);
    const right = attempt.tokens.length - wrong.length;
    const title = `答对 ${right} 题，共 ${attempt.tokens.length} 题`;
    const parts = [];
    if (wrong.length > 0) {
      parts.push(element("p", {}, "下面这些条款还不太熟，点开读一遍。错的题明天会再出现。"), weakSpots(wrong, questions));
    } else {
      parts.push(element("p", {}, "全部答对了。这些题快忘的时候会再出现。"));
    }
    parts.push(element("p", { class: "quiz-small" }, streakText()));
    const more = choose();
    const actions = more.length ? [button(`再来${more.length === COUNT ? "五" : ` ${more.length} `}题`, () => begin(true))] : [];
    return { title, parts, actions, said: `今天的题做完了，${title}。` };
  }

  function streakText() {
    const days = kept.streak;
    return days > 1 ? `已经连续 ${days} 天做完五题。` : "今天的五题做完了，明天再来。";
  }

  /** Show how each topic stands, the weakest first; topics never tried come last. */
  function drawBoard() {
    const standings = new Map(standingOf(today(), items, memory.ofAll(items)).map((one) => [one.topic, one]));
    const rows = [...board.children].sort((one, other) => weight(one) - weight(other));
    for (const row of rows) {
      const { all, tried, due, held } = standings.get(row.dataset.topic);
      const share = held === null ? 0 : Math.round(held * 100);
      const meter = held === null ? null : element("meter", { min: 0, max: 100, low: 60, high: 85, optimum: 100, value: share, "aria-hidden": "true" });
      const parts = [`做过 ${tried}／${all} 题`, held === null ? "" : `记住 ${share}%`, due ? `${due} 题该复习` : ""];
      row.querySelector(".quiz-topic__state").replaceChildren(
        ...(meter ? [meter] : []),
        element("span", {}, parts.filter(Boolean).join("，")),
      );
      row.classList.toggle("quiz-topic--weak", held !== null && share < 60);
    }
    board.append(...rows);

    function weight(row) {
      const { held } = standings.get(row.dataset.topic);
      return held ?? 2;
    }
  }
}

function soundOr(kept, roles) {
  const sound = kept !== null && typeof kept === "object" && !Array.isArray(kept) ? kept : {};
  return {
    role: roles.some(({ id }) => id === sound.role) ? sound.role : "",
    day: Number.isInteger(sound.day) ? sound.day : null,
    attempt: sound.attempt ?? null,
    streak: Number.isInteger(sound.streak) ? sound.streak : 0,
    finished: Number.isInteger(sound.finished) ? sound.finished : null,
  };
}
