// What leaves the finder: words on the clipboard, and taken back.

import { fill } from "./blanks.js";
import { copyText } from "./copying.js";
import { History } from "./history.js";

const SAID = 60;

/** Copies for the user; remembers what, for this call only, and counts which phrase. */
export class Desk {
  /**
   * @param {Document} document
   * @param {Element} host what a helper box may stand in
   * @param {{call: Call, usage: Usage, misses: Misses}} kept
   */
  constructor(document, host, { call, usage, misses }) {
    this.document = document;
    this.host = host;
    this.call = call;
    this.usage = usage;
    this.misses = misses;
    this.history = new History();
  }

  /** Keys of the blanks of some words that are still open. */
  missing(words) {
    return fill(words, this.call).missing;
  }

  /**
   * Copies words; an unfilled blank is refused, unless it is asked for, then marked.
   *
   * @param {{title: string, text: string, ids: string[], basket?: object[]}} what
   * @returns {Promise<{copied: boolean, missing: string[], text: string, said: string}>}
   *   keys of unfilled blanks; the words as filled; what to tell the user. Nothing copied
   *   and nothing missing: the browser refuses
   */
  async copy({ title, text: words, ids, basket }, { marked = false } = {}) {
    const { text, missing } = fill(words, this.call);
    const refused = { copied: false, missing, text, said: "" };
    if (missing.length && !marked) return refused;
    if (!(await copyText(this.document, text, this.host))) return { ...refused, missing: [] };
    this.remember(ids, { text, title, basket });
    const note = missing.length ? `，未填 ${missing.length} 处` : "";
    return { copied: true, missing, text, said: `已复制${note}：${title}——${shortened(text)}` };
  }

  /** Counts phrases that were copied, and keeps the words for taking back. */
  remember(ids, copy) {
    this.history.add(copy);
    for (const id of ids) {
      this.usage.add(id);
      this.misses.copied(id);
    }
  }

  /**
   * Puts back what was copied before.
   *
   * @returns {Promise<{said: string, tone: string, basket?: object[]}>} what to tell the
   *   user, and the phrases of a basket that was emptied
   */
  async undo() {
    if (!this.history.canUndo) return { said: "前面没有复制过别的话术", tone: "" };
    const { dropped, before } = this.history.undo();
    const { basket } = dropped;
    if (!before) return { said: "合成的几句已放回；剪贴板没有变。", tone: "good", basket };
    if (!(await copyText(this.document, before.text, this.host))) return { said: "这个浏览器不让复制，剪贴板没有变。", tone: "warn", basket };
    return { said: `剪贴板换回：${before.title}——${shortened(before.text)}`, tone: "good", basket };
  }
}

function shortened(text) {
  const plain = text.replace(/\s+/g, " ");
  return plain.length > SAID ? `${plain.slice(0, SAID)}…` : plain;
}
