// What an agent is asked in every call and never changes: the own name, number and post.
// Kept in this browser only when the agent says so; never what a customer said.

import { blanksOf, blankOf } from "./blanks.js";
import { readList, writeList } from "./storage.js";

const KEY = "handbook.finder.own";
const OWN = /^(?:工号|岗位|我的.{1,8})$/;
const LONGEST = 20;

/** Whether a blank asks for something of the agent, by its key. */
export function isOwn(key) {
  return OWN.test(key);
}

/** Keys of the blanks of some words that ask for something of the agent. */
export function ownKeys(text) {
  return blanksOf(text)
    .map((name) => blankOf(name).key)
    .filter(isOwn);
}

/** The agent's own answers, for as long as this browser keeps them. */
export class Own {
  /** @param {Storage | null} storage */
  constructor(storage) {
    this.storage = storage;
    /** @type {Map<string, string>} by the blank's key */
    this.values = new Map();
    this.read();
  }

  /** Reads again what another tab may have kept or forgotten meanwhile. */
  read() {
    const kept = readList(this.storage, KEY);
    if (!kept) return;
    const whole = kept.filter((pair) => Array.isArray(pair) && typeof pair[1] === "string" && isOwn(String(pair[0])));
    this.values = new Map(whole.map(([key, value]) => [key, value]));
  }

  get(key) {
    return this.values.get(key);
  }

  /**
   * Keeps what was typed into the agent's own blanks; other blanks are not touched.
   *
   * @param {Iterable<[string, string]>} typed key and value of each
   * @returns {string[]} keys that are kept now
   */
  keep(typed) {
    this.read();
    const kept = [...typed].filter(([key, value]) => isOwn(key) && value.trim() && value.length <= LONGEST);
    for (const [key, value] of kept) this.values.set(key, value.trim());
    writeList(this.storage, KEY, [...this.values]);
    return kept.map(([key]) => key);
  }

  forget() {
    this.values = new Map();
    writeList(this.storage, KEY, []);
  }
}
