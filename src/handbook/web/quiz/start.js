/** Starts every quiz and exam in a page. */

import { siteRoot } from "../base.js";
import { startDaily } from "./daily.js";
import { startExam } from "./exam.js";
import { startPractice } from "./practice.js";
import { localArea, openStore } from "./store.js";

/** Start what stands in the page; what was started before is left alone. */
export function start(document) {
  const waiting = [...document.querySelectorAll(".quiz:not([data-started])")];
  if (waiting.length === 0) {
    return;
  }
  const root = siteRoot();
  const store = openStore(localArea(), new URL(root).pathname);
  for (const quiz of waiting) {
    quiz.dataset.started = "";
    if (quiz.dataset.practice) {
      startPractice(quiz, store);
    } else if (quiz.classList.contains("quiz--daily")) {
      startDaily(quiz, store);
    } else {
      startExam(quiz, store, root);
    }
  }
}
