// When an entry was last checked, and whether that is too long ago today.

import { isoDate } from "./dates.js";

/**
 * @param {string} id a page's path, or an address on it
 * @param {Record<string, [string, string]> | undefined} reviews by page: the day of the
 *   check, and the last day on which it still holds, both as 2026-11-26
 * @returns {{reviewed: string, overdue: boolean} | null}
 */
export function freshness(id, reviews, today = new Date()) {
  const path = id.split("#")[0];
  const dates = reviews && Object.hasOwn(reviews, path) ? reviews[path] : null;
  if (!dates) return null;
  const [reviewed, until] = dates;
  return { reviewed, overdue: isoDate(today) > until };
}
