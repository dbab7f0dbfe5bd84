/** One item at a time, told at once why: what practice by topic and by day share. */

import { answerOf, progressOf } from "./answers.js";
import { clashOf, readDraft, writeDraft } from "./controls.js";
import { button, element, focusOn, keepKeys, oneStop, speaker } from "./dom.js";
import { creditOf } from "./grading.js";
import { arrange, clear, explain, stateOf } from "./questions.js";

/** Begin a try: what is kept of it between visits is plain data. */
export function beginTry(tokens, more = {}) {
  return { tokens, seed: Date.now() % 4294967296, drafts: {}, credits: {}, at: 0, done: false, ...more };
}

/** Whether a kept try is one of these questions. */
export function isTry(attempt, questions) {
  return (
    Array.isArray(attempt?.tokens) &&
    attempt.tokens.length > 0 &&
    attempt.tokens.every((token) => questions.has(token)) &&
    attempt.at < attempt.tokens.length
  );
}

/**
 * Lead through tries, one after another, in an element that is emptied for it.
 *
 * A try is what `keep` is given: `tokens` of its items in their order, the `seed` of its
 * shuffles, `drafts`, `credits` of the items that were checked, the place `at` which it
 * stands and whether it is `done`.
 *
 * @param {HTMLElement} root
 * @param {object} tools
 * @param {Map<string, object>} tools.questions by token
 * @param {(attempt: object) => string} tools.named what stands before the count
 * @param {(attempt: object) => void} tools.keep
 * @param {(question: object, credit: string) => void} tools.noted an item was checked
 * @param {(attempt: object) => {title: string, parts: Node[], actions: Node[], said: string}} tools.summary
 * @returns {{begin: (attempt: object, moveFocus?: boolean) => void}}
 */
export function openDrill(root, { questions, named, keep, noted, summary }) {
  const { region, say } = speaker();
  const bar = element("div", { class: "quiz-head" });
  const stage = element("div", { class: "quiz-stage" });
  root.replaceChildren(bar, stage, region);
  keepKeys(root);
  let attempt = null;
  return {
    begin(next, moveFocus = true) {
      attempt = next;
      keep(attempt);
      show(moveFocus);
    },
  };

  function goTo(at) {
    attempt.at = at;
    attempt.done = false;
    keep(attempt);
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
    const text = `${named(attempt)}共 ${tokens.length} 题，已做 ${checked} 题，答对 ${right} 题`;
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
      keep(attempt);
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
    keep(attempt);
    noted(question, attempt.credits[token]);
    drawBar();
    const feedback = tell(question, form, actions);
    focusOn(feedback);
  }

  /** Show what is right and why, and lead on. */
  function tell(question, form, actions) {
    const { token, field, explanation } = question;
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
    keep(attempt);
    show(true);
  }

  function showSummary(moveFocus) {
    const { title, parts, actions, said } = summary(attempt);
    const heading = element("h2", { class: "quiz-title" }, title);
    const row = actions.length ? element("p", { class: "quiz-actions" }, ...actions) : null;
    stage.replaceChildren(element("div", { class: "quiz-card" }, heading, ...parts, ...(row ? [row] : [])));
    say(said);
    if (moveFocus) {
      focusOn(heading);
    }
  }
}

/** The items of a try that were not wholly right. */
export function wrongOf({ tokens, credits }) {
  return tokens.filter((token) => credits[token] !== "1");
}

/** Count the clauses behind wrong items: a link to each, those missed most first. */
export function spotsOf(wrong, questions) {
  const spots = new Map();
  for (const token of wrong) {
    for (const link of questions.get(token).sources) {
      const spot = spots.get(link.dataset.source) ?? { link, count: 0 };
      spots.set(link.dataset.source, { link, count: spot.count + 1 });
    }
  }
  return [...spots.values()].sort((one, other) => other.count - one.count);
}

/** List the clauses behind wrong items. */
export function weakSpots(wrong, questions) {
  const list = element("ul", { class: "quiz-weak" });
  for (const { link, count } of spotsOf(wrong, questions)) {
    list.append(element("li", {}, link.cloneNode(true), element("span", { class: "quiz-tag" }, `错 ${count} 题`)));
  }
  return list;
}
