// What stands beside the list: the card, or a panel in its place; and what was done there.

import { siteRoot } from "../base.js";
import { added, joined, moved, without } from "./basket.js";
import { cardOf } from "./card.js";
import { showCustomer } from "./customer.js";
import { Desk } from "./desk.js";
import { element } from "./elements.js";
import { refreshFields } from "./fields.js";
import { freshness } from "./freshness.js";
import { exported } from "./misses.js";
import { basketPanel, byHandPanel, missesPanel } from "./panels.js";
import { PAGE } from "./popout.js";

/** The card of what is selected, the basket, the kept words; and copying from them. */
export class Stage {
  /**
   * @param {Document} document
   * @param {{root: Element, box: HTMLInputElement, card: Element, status: Element,
   *   customer: Record<string, HTMLElement>, tools: Record<string, HTMLElement>}} parts
   * @param {{call: Call, own: Own, usage: Usage, misses: Misses, results: Results}} kept
   * @param {{alone: boolean, go: (id: string) => void, left: () => void}} on `alone`:
   *   the finder is a window of its own
   */
  constructor(document, { root, box, card, status, customer, tools }, kept, on) {
    this.document = document;
    this.view = document.defaultView;
    Object.assign(this, { box, card, status, customer, tools, on }, kept);
    this.desk = new Desk(document, root, kept);
    /** What stands in place of the card: "", "basket", "misses" or "by hand". */
    this.panel = "";
    /** What was not copied because of open blanks, until something else is done. */
    this.refused = null;
    /** Words that the browser would not copy. */
    this.byHand = "";
    this.scrolled = false;
    /** What the card shows, so that the same is not drawn twice; null: draw anew. */
    this.shown = null;
    /** Counts what was asked to be shown; a later asking makes an earlier one void. */
    this.asked = 0;
    this.due = false;
    card.addEventListener("scroll", () => (this.scrolled = true), { passive: true });
    this.call.onChange(() => this.showCall());
    this.around = this.surroundings();
  }

  /** What cards and panels need to know and to do. */
  surroundings() {
    const { document, call, own, results, on } = this;
    return {
      document,
      root: siteRoot(),
      target: on.alone && PAGE,
      results,
      call,
      own,
      freshness: (id) => freshness(id, results.reviews),
      news: (entry) => results.newsOf(entry),
      isPinned: (id) => this.usage.isPinned(id),
      on: {
        typed: () => this.typed(),
        copy: (entry, words) => this.copyPhrase(entry, words),
        add: (entry, words) => this.addToBasket(entry, words),
        pin: (entry) => this.pin(entry),
        noticed: (mark) => this.notice(mark),
        go: on.go,
        left: on.left,
        remember: () => this.remember(),
        forget: () => this.forgetOwn(),
        copyBasket: () => this.copyBasket(),
        emptyBasket: () => this.changeBasket([]),
        moveInBasket: (index, step) => this.moveInBasket(index, step),
        takeFromBasket: (index) => this.changeBasket(without(call.basket, index)),
        exportMisses: () => this.exportMisses(),
        clearMisses: () => {
          this.misses.clear();
          this.showPanel("misses");
        },
      },
    };
  }

  // What is shown

  /**
   * Shows what is selected, once the list has been painted: a key is seen in the list
   * first. Whoever needs the card itself calls `settle` before.
   */
  showSoon() {
    this.due = true;
    const asked = ++this.asked;
    this.view.requestAnimationFrame(() => this.view.setTimeout(() => asked === this.asked && this.settle()));
  }

  /** Draws the card now, if it is still to be drawn. */
  settle() {
    if (this.due) this.show();
  }

  show() {
    this.due = false;
    this.asked++;
    const { around } = this;
    const { entry, row, channel } = this.results;
    const same = { panel: this.panel, entry, channel, spans: entry?.kind === "phrase" ? null : row, news: entry && this.results.newsOf(entry)?.mark };
    const known = this.shown;
    this.shown = this.panel ? null : same;
    if (known && this.shown && Object.keys(same).every((key) => known[key] === same[key])) return this.showCall();
    const panels = {
      basket: () => basketPanel(around),
      misses: () => missesPanel(around, this.misses.list),
      "by hand": () => byHandPanel(around, this.byHand),
    };
    const shown = this.panel ? panels[this.panel]() : entry ? cardOf(entry, row, around) : [];
    this.card.hidden = !shown.length;
    this.card.replaceChildren(...shown);
    if (this.scrolled) this.card.scrollTop = 0; // asking would cost a layout
    this.scrolled = false;
    this.showCall();
  }

  /** A reader has seen what changed: its marks go. */
  notice(mark) {
    this.results.seen.see([mark]);
    this.results.redraw();
    this.show();
    this.box.focus();
  }

  showPanel(panel) {
    this.panel = panel;
    this.show();
    if (panel) (this.card.querySelector("textarea, .hf-button--main") ?? this.card).focus();
    else this.box.focus();
  }

  togglePanel(panel) {
    this.showPanel(this.panel === panel ? "" : panel);
  }

  /** Shows what was typed into blanks, here or on another page, and what can be done. */
  showCall() {
    const { basket } = this.call;
    if (this.panel === "basket" && this.card.querySelectorAll(".hf-basket__line").length !== basket.length) return this.show();
    refreshFields(this.card, this.around);
    const name = (tool, words, count) => (this.tools[tool].firstChild.data = count ? `${words}（${count}）` : words);
    this.tools.undo.hidden = !this.desk.history.canUndo;
    showCustomer(this.customer, this.call);
    this.tools.marked.hidden = !this.refused;
    name("basket", "合成", basket.length);
    name("misses", "记下的词", this.misses.list.length);
  }

  say(words, tone = "") {
    if (this.status.textContent !== words) this.status.textContent = words; // or it is read out again
    this.status.dataset.tone = tone;
  }

  /** Back to the card of another row: what was asked about the last one is settled. */
  leave() {
    this.panel = "";
    if (this.refused) this.shown = null;
    this.refused = null;
  }

  // Blanks

  typed() {
    if (this.refused) {
      const missing = this.desk.missing(this.refused.text);
      if (missing.length) this.sayMissing(missing);
      else {
        this.refused = null;
        this.say(this.byThumb ? "都填好了，点“复制”。" : "都填好了，按 Enter 复制。", "good");
      }
    }
    this.showCall();
  }

  /** Whether this is a device without keys to speak of. */
  get byThumb() {
    return this.view.matchMedia("(pointer: coarse)").matches;
  }

  sayMissing(missing) {
    const how = this.byThumb ? "填好再点“复制”；先不填就点“标出未填”。" : "填好按 Enter；先不填就按 Ctrl+Enter，会标出“未填”。";
    this.say(`还没填：${missing.join("、")}。${how}`, "warn");
  }

  /** Keeps the agent's own answers in this browser, because the agent says so. */
  remember() {
    const kept = this.own.keep(this.call.values);
    for (const key of kept) this.call.values.delete(key);
    this.showCall();
    this.box.focus();
    if (kept.length) this.say(`记住了：${kept.join("、")}。以后不用再填；换人用这台电脑，请先点“忘掉”。`, "good");
    else this.say("没有要记的：先填好工号、岗位或者自己的姓名。", "warn");
  }

  forgetOwn() {
    this.own.forget();
    this.showCall();
    this.say("已忘掉您的工号、岗位和姓名");
  }

  /** Forgets this customer: blanks, basket, and what could be put back. */
  clear() {
    this.call.clear();
    this.empty();
    this.say("这位客户的内容已清空");
  }

  /** Somebody looks for something: after a long pause for another customer. */
  seek() {
    if (!this.call.seek()) return;
    this.empty();
    if (this.call.aside) this.say("好一会儿没用，按下一位客户算，空格已清空。还是同一位，按 Alt+R 取回。");
  }

  /** Shows that the blanks are empty, and that nothing of the last customer was refused. */
  empty() {
    this.desk.history.clear();
    this.refused = null;
    for (const field of this.card.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    this.showCall();
  }

  takeBack() {
    if (!this.call.aside) return this.say("没有收起来的内容");
    this.call.takeBack();
    this.showCall();
    this.say("前面填的已取回", "good");
  }

  // Copying

  copyPhrase({ id, title }, text, options) {
    return this.copy({ title, text, ids: [id] }, options);
  }

  async copyBasket(options) {
    const { basket } = this.call;
    if (!basket.length) return;
    const what = { title: `${basket.length} 句`, text: joined(basket), ids: basket.map(({ id }) => id), basket };
    if (!(await this.copy(what, options))) return;
    this.panel = "";
    this.changeBasket([]);
    this.show();
  }

  /** Copies what was refused, its open blanks marked. */
  copyMarked() {
    const { refused } = this;
    if (refused?.basket) return this.copyBasket({ marked: true });
    return refused && this.copy(refused, { marked: true });
  }

  /** Copies; where blanks are open, goes to the first of them instead. */
  async copy(what, options) {
    const { copied, missing, text, said } = await this.desk.copy(what, options);
    this.refused = missing.length && !copied ? what : null;
    if (copied) {
      this.say(said, missing.length ? "warn" : "good");
      this.focusBox();
      this.showCall();
      return true;
    }
    if (!missing.length) {
      this.say("这个浏览器不让复制，请按 Ctrl+C 复制选中的文字。", "warn");
      this.byHand = text;
      this.showPanel("by hand");
      return false;
    }
    this.sayMissing(missing);
    const open = [...this.card.querySelectorAll(".hf-blank")].filter((field) => missing.includes(field.dataset.key));
    for (const field of open) field.setAttribute("aria-invalid", "true");
    open[0]?.focus();
    this.showCall();
    return false;
  }

  async undo() {
    const { said, tone, basket } = await this.desk.undo();
    this.say(said, tone);
    if (basket) this.changeBasket([...basket, ...this.call.basket]);
    else this.showCall();
  }

  focusBox() {
    this.box.focus();
    this.box.select();
  }

  // The basket

  changeBasket(basket) {
    this.call.setBasket(basket);
    if (this.panel === "basket") this.showPanel("basket");
    else this.showCall();
  }

  addToBasket(entry, text) {
    this.changeBasket(added(this.call.basket, { id: entry.id, text }));
    this.say(`已加入：${entry.title}，共 ${this.call.basket.length} 句。${this.byThumb ? "点“合成”" : "按 Alt+S "}看整段。`, "good");
    this.focusBox();
  }

  moveInBasket(index, step) {
    this.changeBasket(moved(this.call.basket, index, step));
    const line = this.card.querySelectorAll(".hf-basket__line")[index + step];
    const again = line?.querySelectorAll("button")[step < 0 ? 0 : 1];
    (again?.disabled ? line.querySelector("button:not(:disabled)") : again)?.focus();
  }

  // Pins, and words that found nothing

  pin(entry) {
    const pinned = this.usage.togglePin(entry.id);
    this.results.redraw();
    this.shown = null;
    const within = this.card.contains(this.document.activeElement);
    this.show();
    if (within) this.card.querySelector("[aria-pressed]")?.focus();
    this.say(pinned ? `已固定：${entry.title}。打开查找就在最前面。` : `已取消固定：${entry.title}`, "good");
  }

  keep() {
    const query = this.box.value;
    if (this.misses.add(query)) this.say(`已记下“${this.misses.waiting}”，在“记下的词”里可以导出。`, "good");
    else this.say(query.trim() ? "太长，或者像是有客户的信息，没有记下。" : "先打要找的词，再按 Alt+K 记下。", "warn");
    this.showCall();
  }

  exportMisses() {
    const file = new this.view.Blob([exported(this.misses, this.usage)], { type: "application/json" });
    const url = this.view.URL.createObjectURL(file);
    element(this.document, "a", { href: url, download: "查找记录.json" }).click();
    this.view.setTimeout(() => this.view.URL.revokeObjectURL(url), 10_000);
    this.say("已导出“查找记录.json”，请交给培训师。", "good");
  }
}
