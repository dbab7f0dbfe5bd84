// What leaves the finder: words on the clipboard, told to the user, and taken back.

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
   * @param {(words: string, tone?: string) => void} say
   */
  constructor(document, host, { call, usage, misses }, say) {
    this.document = document;
    this.host = host;
    this.call = call;
    this.usage = usage;
    this.misses = misses;
    this.say = say;
    this.history = new History();
  }

  /**
   * Copies words; an unfilled blank is refused, unless it is asked for, then marked.
   *
   * @param {{title: string, text: string, ids: string[], basket?: object[]}} what
   * @returns {Promise<{copied: boolean, missing: string[]}>} keys of unfilled blanks
   */
  async copy({ title, text: words, ids, basket }, { marked = false } = {}) {
    const { text, missing } = fill(words, this.call);
    if (missing.length && !marked) {
      this.say(`还没填：${missing.join("、")}。填好按 Enter；先不填就按 Ctrl+Enter，会标出“未填”。`, "warn");
      return { copied: false, missing };
    }
    if (!(await copyText(this.document, text, this.host))) {
      this.say("这个浏览器不让复制。请在“说”里选中文字，手动复制。", "warn");
      return { copied: false, missing: [] };
    }
    this.remember(ids, { text, title, basket });
    const note = missing.length ? `，未填 ${missing.length} 处` : "";
    this.say(`已复制${note}：${title}——${shortened(text)}`, missing.length ? "warn" : "good");
    return { copied: true, missing };
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
   * @returns {Promise<object[] | undefined>} the phrases of a basket that was emptied
   */
  async undo() {
    if (!this.history.canUndo) {
      this.say("前面没有复制过别的话术");
      return undefined;
    }
    const { dropped, before } = this.history.undo();
    if (!before) this.say("合成的几句已放回；剪贴板没有变。", "good");
    else if (await copyText(this.document, before.text, this.host)) this.say(`剪贴板换回：${before.title}——${shortened(before.text)}`, "good");
    else this.say("这个浏览器不让复制，剪贴板没有变。", "warn");
    return dropped.basket;
  }
}

function shortened(text) {
  const plain = text.replace(/\s+/g, " ");
  return plain.length > SAID ? `${plain.slice(0, SAID)}…` : plain;
}
