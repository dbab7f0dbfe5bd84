/** The practice page of a topic: all its items, and the wrong ones again. */

import { shuffled } from "./chance.js";
import { button, element } from "./dom.js";
import { beginTry, isTry, openDrill, weakSpots, wrongOf } from "./drill.js";
import { readQuestions } from "./questions.js";
import { dayOf, openMemory } from "./remembered.js";
import { sha256 } from "./sha256.js";

/**
 * Start a practice quiz.
 *
 * Its tries also keep the `version` of the page, because other words begin another try,
 * and whether one goes over the wrong items `again`.
 */
export function startPractice(root, store) {
  const version = sha256(root.textContent).slice(0, 16);
  const questions = readQuestions(root);
  if (questions.size === 0) {
    return;
  }
  const name = `practice:${root.dataset.practice}`;
  const memory = openMemory(store);
  const { daily } = root.dataset;
  root.classList.add("quiz--live");
  const drill = openDrill(root, {
    questions,
    named: ({ again }) => (again ? "再练错题：" : ""),
    keep: (attempt) => store.set(name, attempt),
    noted: (question, credit) => memory.note(question, credit, dayOf(new Date())),
    summary,
  });
  const kept = store.get(name);
  const sound = kept?.version === version && isTry(kept, questions);
  drill.begin(sound ? kept : beginTry([...questions.keys()], { version, again: false }), false);

  function summary(attempt) {
    const wrong = wrongOf(attempt);
    const right = attempt.tokens.length - wrong.length;
    const title = `答对 ${right} 题，共 ${attempt.tokens.length} 题`;
    const all = button("全部重练", () => drill.begin(beginTry([...questions.keys()], { version, again: false })));
    const said = `练习做完了，答对 ${right} 题，共 ${attempt.tokens.length} 题。`;
    if (wrong.length === 0) {
      const praise = "全部答对了，很好。过几天再来练一遍，会记得更牢。";
      return { title, said, parts: [element("p", {}, praise), ...comesAgain("这些题快忘的时候")], actions: [all] };
    }
    const again = button(
      `再练错题（${wrong.length} 题）`,
      () => drill.begin(beginTry(shuffled(wrong, Date.now()), { version, again: true })),
      { class: "quiz-button quiz-button--main" },
    );
    const advice = "下面这些条款还不太熟。先点开读一遍，再练错题。";
    return {
      title,
      said,
      parts: [element("p", {}, advice), weakSpots(wrong, questions), ...comesAgain("错的题明天起")],
      actions: [again, all],
    };
  }

  function comesAgain(when) {
    if (!daily) {
      return [];
    }
    const link = element("a", { href: daily }, "每日五题");
    return [element("p", { class: "quiz-small" }, `${when}，会出现在`, link, "里。")];
  }
}
