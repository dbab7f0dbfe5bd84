// Words that found nothing useful: kept here until the user exports them as a file.

import { readList, writeList } from "./storage.js";

const KEY = "handbook.finder.misses";
const KEPT = 300;
const LONGEST = 40;

/** What `scripts/finder_report.py` asks of a file. */
export const FORMAT = "handbook-finder-usage/1";

/**
 * A query without what could belong to a customer: long numbers become #.
 *
 * @returns {string} empty when nothing worth keeping is left
 */
export function cleanQuery(query) {
  const text = query.normalize("NFKC").replace(/[\p{C}\p{Z}]+/gu, " ").trim();
  if (text.length > LONGEST || text.includes("@")) return "";
  const clean = text.replace(/\d[\d -]{3,}\d/g, "#");
  return clean === "#" ? "" : clean;
}

/** The kept words, how often, and which phrase was copied right after. */
export class Misses {
  /** @param {Storage | null} storage */
  constructor(storage) {
    this.storage = storage;
    /** @type {{text: string, count: number, then: Record<string, number>}[]} */
    this.list = [];
    this.waiting = null;
    this.read();
  }

  read() {
    const kept = readList(this.storage, KEY);
    if (!kept) return;
    const whole = kept.filter((one) => typeof one?.text === "string" && Number.isInteger(one.count));
    this.list = whole.map(({ text, count, then }) => ({ text, count, then: { ...then } }));
  }

  /** Keeps a query; false when there is nothing in it that may be kept. */
  add(query) {
    const text = cleanQuery(query);
    if (!text) return false;
    this.read();
    let line = this.list.find((one) => one.text === text);
    if (!line) this.list.unshift((line = { text, count: 0, then: {} }));
    line.count++;
    this.waiting = text;
    this.write();
    return true;
  }

  /** A phrase was copied: it may be what the last kept words were after. */
  copied(id) {
    this.read();
    const line = this.waiting && this.list.find((one) => one.text === this.waiting);
    this.waiting = null;
    if (!line) return;
    line.then[id] = (line.then[id] ?? 0) + 1;
    this.write();
  }

  clear() {
    this.list = [];
    this.waiting = null;
    this.write();
  }

  write() {
    this.list = this.list.slice(0, KEPT);
    writeList(this.storage, KEY, this.list);
  }
}

/** The text of the file to hand in: words, counts and phrases; nobody's name. */
export function exported(misses, usage) {
  return `${JSON.stringify({ format: FORMAT, queries: misses.list, copied: usage.counts() }, null, 1)}\n`;
}
