// What this user copied: counts in this browser, no words of any customer.

const KEY = "handbook.finder.uses";
const KEPT = 200;

/** Reads and keeps the uses of entries; works without storage, then only for this page. */
export class Usage {
  /** @param {Storage | null} storage */
  constructor(storage) {
    this.storage = storage;
    /** @type {Map<string, {count: number, turn: number}>} */
    this.uses = new Map();
    this.turn = 0;
    let kept = null;
    try {
      kept = JSON.parse(storage?.getItem(KEY) ?? "null");
    } catch {
      return; // storage is off, or holds something else
    }
    if (!Array.isArray(kept)) return;
    for (const line of kept) {
      if (!Array.isArray(line) || typeof line[0] !== "string") continue;
      const [id, count, turn] = line;
      if (!Number.isFinite(count) || !Number.isFinite(turn)) continue;
      this.uses.set(id, { count, turn });
      this.turn = Math.max(this.turn, turn);
    }
  }

  add(id) {
    const before = this.uses.get(id);
    this.uses.set(id, { count: (before?.count ?? 0) + 1, turn: ++this.turn });
    const lines = [...this.uses].map(([name, { count, turn }]) => [name, count, turn]);
    lines.sort((a, b) => b[2] - a[2]);
    try {
      this.storage?.setItem(KEY, JSON.stringify(lines.slice(0, KEPT)));
    } catch {
      // storage is off or full: counted until the page is closed
    }
  }

  /** Ids, the latest first. */
  recent(limit) {
    return [...this.uses].sort((a, b) => b[1].turn - a[1].turn).slice(0, limit).map(([id]) => id);
  }

  /** Ids, the most used first. */
  most(limit) {
    return [...this.uses].sort((a, b) => b[1].count - a[1].count || b[1].turn - a[1].turn).slice(0, limit).map(([id]) => id);
  }

  /** How much an entry is used, from 0 to 1, by id; what the engine adds to its score. */
  boosts() {
    const top = Math.max(1, ...[...this.uses.values()].map(({ count }) => count));
    return new Map([...this.uses].map(([id, { count }]) => [id, Math.log2(1 + count) / Math.log2(1 + Math.max(top, 7))]));
  }
}
