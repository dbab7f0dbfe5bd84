// What this user copies and pins: ids and counts in this browser, no customer's words.

import { readList, writeList } from "./storage.js";

const USES = "handbook.finder.uses";
const PINS = "handbook.finder.pins";
const KEPT = 200;
const PINNED = 1;

/** Reads and keeps uses and pins; works without storage, then only for this page. */
export class Usage {
  /** @param {Storage | null} storage */
  constructor(storage) {
    this.storage = storage;
    /** @type {Map<string, {count: number, turn: number}>} */
    this.uses = new Map();
    /** Ids, in the order in which they were pinned. */
    this.pins = [];
    this.turn = 0;
    this.known = null;
    this.read();
  }

  /** Reads again what other tabs may have kept meanwhile. */
  read() {
    this.known = null;
    const kept = readList(this.storage, USES);
    if (kept) this.uses = new Map();
    for (const line of kept ?? []) {
      if (!Array.isArray(line) || typeof line[0] !== "string") continue;
      const [id, count, turn] = line;
      if (!Number.isFinite(count) || !Number.isFinite(turn)) continue;
      this.uses.set(id, { count, turn });
      this.turn = Math.max(this.turn, turn);
    }
    const pins = readList(this.storage, PINS);
    if (pins) this.pins = [...new Set(pins.filter((id) => typeof id === "string"))];
  }

  add(id) {
    this.read();
    const before = this.uses.get(id);
    this.uses.set(id, { count: (before?.count ?? 0) + 1, turn: ++this.turn });
    const lines = [...this.uses].map(([name, { count, turn }]) => [name, count, turn]);
    lines.sort((a, b) => b[2] - a[2]);
    this.known = null;
    writeList(this.storage, USES, lines.slice(0, KEPT));
  }

  /** Pins an entry, or lets it go; says whether it is pinned now. */
  togglePin(id) {
    this.read();
    const pinned = !this.pins.includes(id);
    this.pins = pinned ? [...this.pins, id] : this.pins.filter((other) => other !== id);
    this.known = null;
    writeList(this.storage, PINS, this.pins);
    return pinned;
  }

  isPinned(id) {
    return this.pins.includes(id);
  }

  /** Ids, the latest first. */
  recent(limit) {
    return [...this.uses].sort((a, b) => b[1].turn - a[1].turn).slice(0, limit).map(([id]) => id);
  }

  /** Ids, the most used first. */
  most(limit) {
    return [...this.uses].sort((a, b) => b[1].count - a[1].count || b[1].turn - a[1].turn).slice(0, limit).map(([id]) => id);
  }

  /** How often each entry was copied, the most first; what may leave in an export. */
  counts() {
    return this.most(KEPT).map((id) => ({ id, count: this.uses.get(id).count }));
  }

  /** How much an entry is used, from 0 to 1, by id; what the engine adds to its score. */
  boosts() {
    if (this.known) return this.known;
    const top = Math.max(1, ...[...this.uses.values()].map(({ count }) => count));
    this.known = new Map([...this.uses].map(([id, { count }]) => [id, Math.log2(1 + count) / Math.log2(1 + Math.max(top, 7))]));
    for (const id of this.pins) this.known.set(id, PINNED);
    return this.known;
  }
}
