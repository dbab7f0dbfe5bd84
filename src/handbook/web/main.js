// Starts every face of the handbook once in a page.

import { start as startCards } from "./cards.js";
import { start as startFinder } from "./finder/face.js";
import { start as startFreshness } from "./freshness.js";
import { start as startFlows } from "./flows.js";
import { start as startMending } from "./mend.js";
import { start as startNews } from "./news.js";
import { start as startPaths } from "./paths.js";
import { start as startQuizzes } from "./quiz/start.js";
import { start as startSheets } from "./sheets.js";
import { start as startTerms } from "./terms.js";

const starts = [
  startCards,
  startFinder,
  startFlows,
  startFreshness,
  startMending,
  startNews,
  startPaths,
  startQuizzes,
  startSheets,
  startTerms,
];

function startAll() {
  if (document.documentElement.dataset.handbook) return;
  document.documentElement.dataset.handbook = "started";
  for (const start of starts) {
    try {
      start(document);
    } catch (error) {
      // One face that fails must not take the others with it.
      console.error(error);
    }
  }
}

if (typeof document !== "undefined") {
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", startAll);
  } else {
    startAll();
  }
}
