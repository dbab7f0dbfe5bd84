// What an entry's last check is worth today: the counterpart of handbook/freshness.py.

import { isoDate } from "./dates.js";

export const VALID = "有效";
export const DUE = "将到期";
export const OVERDUE = "已过期";
export const NEVER = "从未核验";

/**
 * What a check is worth; `tests/cases/freshness.json` holds this and Python together.
 *
 * @param {string[]} days of the check: its day, the day from which the next is due soon,
 *   the last day on which it holds, all as 2026-11-26; empty where there was none
 * @param {string} today as 2026-11-26
 */
export function stateOf([on, due, until], today) {
  if (!on) return NEVER;
  if (today > until) return OVERDUE;
  return today >= due ? DUE : VALID;
}

/**
 * @typedef {object} Fresh
 * @property {string} state one of the four
 * @property {boolean} warns whether the reader must know before using the words
 * @property {string} words when, who and against what; in one line
 * @property {string} advice what to do about it; empty while it holds
 */

/**
 * @param {string} id a page's path, or an address on it
 * @param {Record<string, string[]> | undefined} reviews by page: nothing, or three days,
 *   then who checked and against what, if it says so
 * @returns {Fresh | null} null: nothing is told of this page
 */
export function freshness(id, reviews, today = new Date()) {
  const path = id.split("#")[0];
  const told = reviews && Object.hasOwn(reviews, path) ? reviews[path] : null;
  if (!told) return null;
  const [on, , until, who, against] = told;
  const state = stateOf(told, isoDate(today));
  const words = !on ? "还没有核验过" : who ? `${on} 核验 · ${who} · 对照${against}` : `${on} 核验（只有日期）`;
  return { state, warns: state === OVERDUE || state === NEVER, words, advice: adviceOn(state, until) };
}

/** What to do about a state, in one short sentence. */
export function adviceOn(state, until) {
  if (state === DUE) return `${until} 以前要再核验一次`;
  if (state === OVERDUE) return `核验到 ${until} 为止，用之前请问负责人`;
  return state === NEVER ? "用之前请问负责人" : "";
}
