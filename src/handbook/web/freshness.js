// Pages and quoted cards say when their last check is running out, or has run out.

import { isoDate } from "./finder/dates.js";
import { DUE, NEVER, OVERDUE, VALID, adviceOn, stateOf } from "./finder/freshness.js";

const TONE = { [DUE]: "due", [OVERDUE]: "overdue", [NEVER]: "never" };

function daysOf(element) {
  return element.dataset.review.split(" ").filter(Boolean);
}

function tag(document, state) {
  const made = document.createElement("b");
  made.className = "hb-fresh__state";
  made.textContent = state;
  return made;
}

/** Compare the days in a page with the reader's own date. */
export function start(document, today = isoDate(new Date())) {
  for (const line of document.querySelectorAll(".hb-fresh[data-review]")) {
    const days = daysOf(line);
    const state = stateOf(days, today);
    if (state === VALID) continue;
    line.classList.add(`hb-fresh--${TONE[state]}`);
    line.querySelector(".hb-fresh__until")?.remove();
    const advice = document.createElement("span");
    advice.className = "hb-fresh__advice";
    advice.textContent = adviceOn(state, days[2]);
    line.prepend(tag(document, state));
    line.append(" ", advice);
  }
  for (const card of document.querySelectorAll(".hb-phrase[data-review]")) {
    const days = daysOf(card);
    const state = stateOf(days, today);
    if (state === VALID) continue;
    const mark = tag(document, state);
    mark.classList.add("hb-fresh__state--card", `hb-fresh__state--${TONE[state]}`);
    mark.title = adviceOn(state, days[2]);
    card.querySelector(".hb-phrase__title")?.append(" ", mark);
  }
}
