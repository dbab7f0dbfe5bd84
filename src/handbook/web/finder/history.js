// What was copied from here, so that it can be put back; in memory only.

const KEPT = 20;

/** The clipboard as this page knows it. */
export class History {
  constructor() {
    /** @type {{text: string, title: string, basket?: {id: string, text: string}[]}[]} */
    this.copies = [];
  }

  add(copy) {
    this.copies = [...this.copies.slice(1 - KEPT), copy];
  }

  /** Whether something can be put back: an earlier copy, or a basket that was emptied. */
  get canUndo() {
    return this.copies.length > 1 || Boolean(this.copies.at(-1)?.basket);
  }

  /** Drops the last copy; returns it and the one before, if there was one. */
  undo() {
    if (!this.canUndo) return null;
    const dropped = this.copies.pop();
    return { dropped, before: this.copies.at(-1) };
  }

  clear() {
    this.copies = [];
  }
}
