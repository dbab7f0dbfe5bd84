// What this reader has not seen yet of the changes. Kept in this browser only.

import { isoDate } from "./dates.js";
import { readList, storageOf, writeList } from "./storage.js";

const KEY = "handbook.news";
const MOST = 400;

/**
 * The changes that this reader has seen, by mark, with the day of it.
 *
 * Whoever comes for the first time, or whose browser keeps nothing, has missed nothing:
 * then all that is known counts as seen long ago.
 */
export class Seen {
  /**
   * @param {Window} view
   * @param {string[]} known marks of the newest changes, newest first
   */
  constructor(view, known, today = isoDate(new Date())) {
    this.storage = storageOf(view);
    this.known = new Set(known);
    this.today = today;
    this.days = this.kept();
    if (this.days) return;
    this.days = new Map([...known].reverse().map((mark) => [mark, ""]));
    this.keep();
  }

  /** What the browser keeps; null where there is nothing. */
  kept() {
    const kept = readList(this.storage, KEY);
    return kept && new Map(kept.filter((pair) => Array.isArray(pair) && pair.length === 2));
  }

  keep() {
    writeList(this.storage, KEY, [...this.days].slice(-MOST));
  }

  /** Whether a change came after this reader's last visit to its page. */
  isNew(mark) {
    return this.known.has(mark) && !this.days.has(mark);
  }

  /** The same, and for the rest of the day on which it was seen. */
  isNewToday(mark) {
    return this.known.has(mark) && [undefined, this.today].includes(this.days.get(mark));
  }

  /** Notes that changes have been seen; another tab may have noted others meanwhile. */
  see(marks) {
    this.days = new Map([...(this.kept() ?? []), ...this.days]);
    for (const mark of marks) if (!this.days.has(mark)) this.days.set(mark, this.today);
    this.keep();
  }
}

/**
 * What is new of an entry: its own change, or that of a clause it rests on.
 *
 * @param {{id: string, basis?: string[]}} entry
 * @param {Record<string, string[]> | undefined} changes by address: mark, day, summary,
 *   then old and new wording
 * @param {Seen} seen
 * @returns {{mark: string, day: string, summary: string, before?: string, after?: string, own: boolean} | null}
 */
export function newsOf(entry, changes, seen) {
  for (const id of [entry.id, ...(entry.basis ?? [])]) {
    const told = changes && Object.hasOwn(changes, id) ? changes[id] : null;
    if (!told || !seen.isNew(told[0])) continue;
    const [mark, day, summary, before, after] = told;
    return { mark, day, summary, before, after, own: id === entry.id };
  }
  return null;
}

/** Marks of all changes that the finder's data tells of. */
export function marksOf(changes) {
  return [...new Set(Object.values(changes ?? {}).map(([mark]) => mark))];
}
