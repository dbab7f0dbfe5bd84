/** The practice page: one item at a time, told at once why, and the wrong ones again. */

import { answerOf, progressOf } from "./answers.js";
import { shuffled } from "./chance.js";
import { clashOf, itemOf, readDraft, writeDraft } from "./controls.js";
import { button, element, focusOn, keepKeys, oneStop, speaker } from "./dom.js";
import { accepted, creditOf } from "./grading.js";
import { sha256 } from "./sha256.js";

/**
 * Start a practice quiz.
 *
 * A try is what is kept: `tokens` of its items in their order, the `seed` of its
 * shuffles, `drafts`, `credits` of the items that were checked, the place `at` which it
 * stands, whether it is `done`, and whether it goes over the wrong ones `again`. Its
 * `version` is that of the page: another wording begins another try.
 */
export function startPractice(root, store) {
  const version = sha256(root.textContent).slice(0, 16);
  const questions = readQuestions(root);
  if (questions.size === 0) {
    return;
  }
  const name = `practice:${root.dataset.practice}`;
  const { region, say } = speaker();
  const bar = element("div", { class: "quiz-head" });
  const stage = element("div", { class: "quiz-stage" });
  root.replaceChildren(bar, stage, region);
  root.classList.add("quiz--live");
  keepKeys(root);

  let attempt = revive(store.get(name), questions, version) ?? begin([...questions.keys()], false);
  keep();
  show(false);

  function begin(tokens, again) {
    return { version, tokens, again, seed: Date.now() % 4294967296, drafts: {}, credits: {}, at: 0, done: false };
  }

  function startOver(tokens, again) {
    attempt = begin(again ? shuffled(tokens, Date.now()) : tokens, again);
    keep();
    show(true);
  }

  function keep() {
    store.set(name, attempt);
  }

  function goTo(at) {
    attempt.at = at;
    attempt.done = false;
    keep();
    show(true);
  }

  function show(moveFocus) {
    drawBar();
    if (attempt.done) {
      showSummary(moveFocus);
    } else {
      showQuestion(moveFocus);
    }
  }

  function drawBar() {
    const { tokens, credits } = attempt;
    const checked = tokens.filter((token) => token in credits).length;
    const right = tokens.filter((token) => credits[token] === "1").length;
    const text = `${attempt.again ? "再练错题：" : ""}共 ${tokens.length} 题，已做 ${checked} 题，答对 ${right} 题`;
    const map = element("ol", { class: "quiz-map", "aria-label": "题目一览" });
    tokens.forEach((token, at) => {
      const state = stateOf(credits[token]);
      const here = !attempt.done && at === attempt.at;
      map.append(
        element(
          "li",
          {},
          button(String(at + 1), () => goTo(at), {
            class: `quiz-dot quiz-dot--${state.name}`,
            "aria-label": `第 ${at + 1} 题，${state.text}`,
            "aria-current": here ? "step" : null,
          }),
        ),
      );
    });
    oneStop(map, attempt.done ? 0 : attempt.at);
    bar.replaceChildren(
      element("p", { class: "quiz-progress" }, text),
      element("progress", { max: tokens.length, value: checked, "aria-label": "已做的题" }),
      map,
    );
  }

  function showQuestion(moveFocus) {
    const { tokens, at, credits, drafts, seed } = attempt;
    const token = tokens[at];
    const question = questions.get(token);
    const { field } = question;
    clear(question);
    arrange(question, seed);
    field.querySelector(".quiz-number").textContent = `第 ${at + 1} 题`;
    writeDraft(field, drafts[token]);
    field.disabled = false;

    const warning = element("p", { class: "quiz-warning", role: "alert" });
    const actions = element("p", { class: "quiz-actions" });
    const form = element("form", { class: "quiz-card", novalidate: true }, field, warning, actions);
    form.addEventListener("input", () => {
      attempt.drafts[token] = readDraft(field);
      warning.textContent = clashOf(field);
      keep();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!(token in attempt.credits)) {
        check(question, form, warning, actions);
      }
    });
    stage.replaceChildren(form);
    if (token in credits) {
      tell(question, form, actions);
    } else {
      actions.append(element("button", { type: "submit", class: "quiz-button quiz-button--main" }, "核对"));
    }
    if (moveFocus) {
      focusOn(field.querySelector("legend"));
    }
  }

  function check(question, form, warning, actions) {
    const { token, type, size } = question;
    const draft = readDraft(question.field);
    const progress = progressOf(type, draft, size);
    if (progress !== "done") {
      const clash = clashOf(question.field);
      warning.textContent = clash || (progress === "open" ? "先作答，再核对。" : "还有没答的地方，答完再核对。");
      return;
    }
    warning.textContent = "";
    attempt.drafts[token] = draft;
    attempt.credits[token] = creditOf(question, answerOf(type, draft, size));
    keep();
    drawBar();
    const feedback = tell(question, form, actions);
    focusOn(feedback);
  }

  /** Show what is right and why, and lead on. */
  function tell(question, form, actions) {
    const { token } = question;
    const { field, explanation } = question;
    field.disabled = true;
    explain(question, attempt.drafts[token]);
    const state = stateOf(attempt.credits[token]);
    const feedback = element(
      "div",
      { class: `quiz-feedback quiz-feedback--${state.name}`, role: "group", "aria-label": "核对结果" },
      element("p", { class: "quiz-verdict" }, state.verdict),
      explanation,
    );
    const left = attempt.tokens.findIndex((other, at) => at > attempt.at && !(other in attempt.credits));
    const earlier = attempt.tokens.findIndex((other) => !(other in attempt.credits));
    const next = left >= 0 ? left : earlier;
    const onwards =
      next >= 0
        ? button("下一题", () => goTo(next), { class: "quiz-button quiz-button--main" })
        : button("看结果", finish, { class: "quiz-button quiz-button--main" });
    actions.replaceChildren(onwards);
    form.insertBefore(feedback, actions);
    return feedback;
  }

  function finish() {
    attempt.done = true;
    keep();
    show(true);
  }

  function showSummary(moveFocus) {
    const { tokens, credits } = attempt;
    const wrong = tokens.filter((token) => credits[token] !== "1");
    const right = tokens.length - wrong.length;
    const title = element("h2", { class: "quiz-title" }, `答对 ${right} 题，共 ${tokens.length} 题`);
    const all = [...questions.keys()];
    const parts = [title];
    if (wrong.length === 0) {
      parts.push(element("p", {}, "全部答对了，很好。过几天再来练一遍，会记得更牢。"));
    } else {
      parts.push(
        element("p", {}, "下面这些条款还不太熟。先点开读一遍，再练错题。"),
        weakSpots(wrong),
      );
    }
    const actions = element("p", { class: "quiz-actions" });
    if (wrong.length > 0) {
      actions.append(
        button(`再练错题（${wrong.length} 题）`, () => startOver(wrong, true), {
          class: "quiz-button quiz-button--main",
        }),
      );
    }
    actions.append(button("全部重练", () => startOver(all, false)));
    stage.replaceChildren(element("div", { class: "quiz-card" }, ...parts, actions));
    say(`练习做完了，答对 ${right} 题，共 ${tokens.length} 题。`);
    if (moveFocus) {
      focusOn(title);
    }
  }

  /** List the clauses behind wrong items, those missed most first. */
  function weakSpots(wrong) {
    const spots = new Map();
    for (const token of wrong) {
      for (const link of questions.get(token).sources) {
        const spot = spots.get(link.dataset.source) ?? { link, count: 0 };
        spots.set(link.dataset.source, { link, count: spot.count + 1 });
      }
    }
    const list = element("ul", { class: "quiz-weak" });
    for (const { link, count } of [...spots.values()].sort((one, other) => other.count - one.count)) {
      list.append(element("li", {}, link.cloneNode(true), element("span", { class: "quiz-tag" }, `错 ${count} 题`)));
    }
    return list;
  }
}

/** Take the questions out of the page: their controls, explanations and keys. */
function readQuestions(root) {
  const questions = new Map();
  const data = root.querySelector("script.quiz-data");
  const keys = new Map(JSON.parse(data?.textContent ?? "[]").map((item) => [item.token, item]));
  for (const card of root.querySelectorAll(".quiz-card")) {
    const field = card.querySelector(".quiz-item");
    const explanation = card.querySelector(".quiz-explanation");
    const whys = new Map();
    const choices = ["single", "multiple"].includes(field.dataset.type);
    if (choices) {
      for (const line of explanation.querySelectorAll("[data-why]")) {
        whys.set(line.dataset.why, line.querySelector("span").textContent);
      }
      explanation.querySelector(".quiz-whys")?.remove();
    }
    questions.set(field.dataset.item, {
      ...keys.get(field.dataset.item),
      ...itemOf(field),
      field,
      explanation,
      whys,
      sources: [...explanation.querySelectorAll("a[data-source]")],
    });
  }
  return questions;
}

/** Return a kept try if it is one of this page as it stands, else nothing. */
function revive(attempt, questions, version) {
  const sound =
    attempt?.version === version &&
    attempt.tokens.every((token) => questions.has(token)) &&
    attempt.at < attempt.tokens.length;
  return sound ? attempt : null;
}

/** Put options into the order of this try. */
function arrange({ field, type, token }, seed) {
  const own = seed ^ Number.parseInt(token.slice(0, 8), 16);
  if (["single", "multiple", "order"].includes(type)) {
    const list = field.querySelector(".quiz-options, .quiz-rows");
    const rows = [...list.children].sort(byName);
    list.append(...shuffled(rows, own));
  } else if (type === "match") {
    for (const select of field.querySelectorAll("select")) {
      const [none, ...options] = [...select.options];
      select.append(none, ...shuffled(options.sort((one, other) => (one.value < other.value ? -1 : 1)), own));
    }
  }
}

function byName(one, other) {
  return one.dataset.option < other.dataset.option ? -1 : 1;
}

function stateOf(credit) {
  if (credit === undefined) {
    return { name: "open", text: "未做" };
  }
  if (credit === "1") {
    return { name: "right", text: "答对", verdict: "答对了。" };
  }
  if (credit === "0") {
    return { name: "wrong", text: "答错", verdict: "没有答对，看看为什么。" };
  }
  return { name: "part", text: "部分答对", verdict: `部分答对，得 ${credit} 题的分。` };
}

/** Take marks of an earlier check off a question. */
function clear({ field }) {
  for (const mark of field.querySelectorAll(".quiz-tag, .quiz-why")) {
    mark.remove();
  }
  for (const row of field.querySelectorAll("li")) {
    row.classList.remove("quiz-is-right", "quiz-is-wrong", "quiz-is-missed");
  }
}

/** Mark each part of a checked question, in words as well as in colour. */
function explain(question, draft) {
  clear(question);
  const { field, type, key, whys } = question;
  const rows = [...field.querySelectorAll("li")];
  if (type === "blank") {
    rows.forEach((row, gap) => {
      const hit = accepted(key[gap], draft[gap] ?? "");
      mark(row, hit ? "right" : "wrong", hit ? "正确" : `应填：${key[gap].join(" 或 ")}`);
    });
  } else if (type === "order") {
    for (const row of rows) {
      const place = String(key.indexOf(row.dataset.option) + 1);
      const hit = draft[row.dataset.option] === place;
      mark(row, hit ? "right" : "wrong", hit ? "正确" : `应是第 ${place} 步`);
    }
  } else if (type === "match") {
    for (const row of rows) {
      const right = key[row.dataset.prompt];
      const hit = draft[row.dataset.prompt] === right;
      const option = [...row.querySelectorAll("option")].find(({ value }) => value === right);
      mark(row, hit ? "right" : "wrong", hit ? "正确" : `应选：${option.textContent}`);
    }
  } else {
    const right = type === "true_false" ? [key] : key;
    for (const row of rows) {
      const token = row.dataset.option;
      const chosen = draft.includes(token);
      if (chosen) {
        const hit = right.includes(token);
        mark(row, hit ? "right" : "wrong", hit ? "您选的，正确" : "您选的，不正确");
      } else if (right.includes(token)) {
        mark(row, "missed", "正确答案");
      }
      if (whys.has(token)) {
        row.append(element("p", { class: "quiz-why" }, whys.get(token)));
      }
    }
  }
}

function mark(row, state, text) {
  row.classList.add(`quiz-is-${state}`);
  row.querySelector("label").append(element("span", { class: "quiz-tag" }, text));
}
