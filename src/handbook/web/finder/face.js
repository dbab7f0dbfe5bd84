// The finder as people see it: one box, a list, a card; by key, by mouse, by thumb.

import { siteRoot } from "../base.js";
import { added, joined, moved, without } from "./basket.js";
import { Call } from "./call.js";
import { button, cardOf } from "./card.js";
import { Desk } from "./desk.js";
import { element } from "./elements.js";
import { refreshFields } from "./fields.js";
import { buildFrame, CHANNELS } from "./frame.js";
import { freshness } from "./freshness.js";
import { commandOf } from "./keys.js";
import { buildGently, loadData, whenIdle } from "./loading.js";
import { exported, Misses } from "./misses.js";
import { addCopyButtons, addOpeners, addPageKeys, idsHere } from "./openers.js";
import { basketPanel, missesPanel } from "./panels.js";
import { dress, isAlone, PAGE, popOut } from "./popout.js";
import { Results } from "./results.js";
import { storageOf } from "./storage.js";
import { Usage } from "./usage.js";

const STEP = 6;

/** Puts the finder into a page: its buttons, its keys, and its data when there is time. */
export function start(document) {
  if (document.querySelector(".hf-frame")) return;
  new Face(document).mount();
}

class Face {
  constructor(document) {
    this.document = document;
    this.view = document.defaultView;
    this.alone = isAlone(document);
    const storage = storageOf(this.view);
    this.usage = new Usage(storage);
    this.misses = new Misses(storage);
    this.call = new Call(this.view.BroadcastChannel);
    const { root, box, list, caption, card, status, filters, tools } = buildFrame(document, this.buttons(), this);
    Object.assign(this, { root, box, card, status, filters, tools });
    this.results = new Results(document, { box, list, caption }, this.usage, {
      selected: () => this.showCard(),
      keep: () => this.keep(),
    });
    this.desk = new Desk(document, root, this, (...said) => this.say(...said));
    this.loading = null;
    /** What stands in place of the card: "", "basket" or "misses". */
    this.panel = "";
    this.scrolled = false;
    this.opener = null;
    this.wanted = null;
    this.bindings = this.commands();
  }

  // Standing in the page

  mount() {
    const { document, view, results } = this;
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    results.list.addEventListener("click", (event) => this.onRow(event, false));
    results.list.addEventListener("dblclick", (event) => this.onRow(event, true));
    this.card.addEventListener("scroll", () => (this.scrolled = true), { passive: true });
    this.call.onChange(() => this.showCall());
    view.addEventListener("pagehide", () => this.call.leave());
    view.addEventListener("pageshow", () => this.call.join());
    this.call.join();
    document.body.append(this.root);
    if (this.alone) {
      dress(document, siteRoot());
      this.open();
      return;
    }
    this.root.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.back();
    });
    this.root.addEventListener("click", (event) => {
      if (event.target === this.root) this.close();
    });
    addOpeners(document, (opener) => this.open(opener));
    addPageKeys(document, () => this.open());
    addCopyButtons(document, {
      fill: (opener, id) => this.open(opener, id),
      copied: (id, text, title) => this.desk.remember([id], { text, title }),
    });
    // A phone's keyboard covers the page; the finder stays in what is left of it.
    const visible = view.visualViewport;
    visible?.addEventListener("resize", () => this.root.style.setProperty("--hf-height", `${visible.height}px`));
    whenIdle(view, this.preloading());
  }

  *preloading() {
    yield;
    this.load().catch(() => {}); // said when the finder is opened
  }

  /** Loads and builds once; after a failure the next call tries again. */
  load() {
    this.loading ??= (async () => {
      const data = await loadData(this.document, `${siteRoot()}assets/finder-data.js`);
      const engine = await buildGently(this.view, data);
      this.results.take(engine, data, this.alone ? [] : idsHere(this.document, siteRoot(), data.entries));
      whenIdle(this.view, engine.warming());
    })().catch((error) => {
      this.loading = null;
      this.view.handbookFinder = undefined;
      throw error;
    });
    return this.loading;
  }

  // Opening and closing

  /** Opens the finder; with an id, on that phrase with the focus in its first blank. */
  open(opener = null, id = null) {
    if (!this.alone && !this.root.open) {
      this.opener = opener ?? this.document.activeElement;
      this.root.showModal();
    }
    this.usage.read();
    this.misses.read();
    this.box.focus();
    this.box.select();
    this.wanted = id;
    if (this.results.engine) this.refresh();
    else {
      this.say("正在载入……");
      this.waitForData();
    }
  }

  waitForData() {
    this.load().then(
      () => {
        this.say("");
        this.refresh();
        if (this.document.activeElement === this.document.body) this.box.focus();
      },
      () => this.showDamage(),
    );
  }

  showDamage() {
    const line = () => element(this.document, "br");
    const again = () => {
      this.results.caption.replaceChildren("正在重新载入……");
      this.waitForData();
    };
    this.results.show(
      [],
      [
        "查找的数据没有载入，或者不完整。",
        line(),
        "页面本身照常可用。",
        line(),
        button(this.document, "重新载入", again),
        line(),
        "还是不行，请告诉手册管理员：assets/finder-data.js 打不开。",
      ],
    );
    this.say("查找的数据没有载入");
  }

  close() {
    if (this.alone || !this.root.open) return;
    this.root.close();
    this.box.blur(); // or the next shortcut would be typed into a hidden box
    this.opener?.focus?.({ preventScroll: true });
    this.opener = null;
  }

  /** One step back: from a panel to the card, from the card to the box, from the box out. */
  back() {
    if (this.panel) this.showPanel("");
    else if (this.document.activeElement !== this.box) this.box.focus();
    else if (this.alone) this.results.retype("");
    else this.close();
  }

  popOut() {
    if (this.alone) return;
    if (popOut(this.view, siteRoot())) this.close();
    else this.say("浏览器拦住了小窗口。请在地址栏右边允许弹出窗口，再按一次。", "warn");
  }

  // Keys and buttons

  onKey(event) {
    const { target } = event;
    const field = target.classList?.contains("hf-blank");
    const where = { box: target === this.box, text: this.box.value, field, choice: field && target.tagName === "SELECT" };
    const [name, digit] = commandOf(event, where)?.split(" ") ?? [];
    if (name && this.bindings[name](Number(digit), target) !== false) event.preventDefault();
  }

  /** What each command does; false: the key shall do what it does anyway. */
  commands() {
    const phrase = () => (this.results.entry?.kind === "phrase" ? this.results.entry : null);
    return {
      use: (digit) => (digit ? this.useAt(digit - 1) : this.use()),
      "use-marked": () => this.use({ marked: true }),
      down: () => this.move(1),
      up: () => this.move(-1),
      "page-down": () => this.move(STEP),
      "page-up": () => this.move(-STEP),
      back: () => this.back(),
      "to-card": () => this.focusCard(),
      "to-box": (_, target) => target === this.firstInCard() && this.focusBox(),
      choose: (digit, select) => this.chooseOption(select, digit),
      channel: () => this.choose(["", ...CHANNELS][(CHANNELS.indexOf(this.results.channel) + 2) % (CHANNELS.length + 1)]),
      "next-step": () => this.goOn(),
      add: () => phrase() && this.addToBasket(phrase(), phrase().text),
      pin: () => phrase() && this.pin(phrase()),
      basket: () => this.showPanel(this.panel === "basket" ? "" : "basket"),
      keep: () => this.keep(),
      clear: () => this.clear(),
      undo: () => this.undo(),
      "pop-out": () => this.popOut(),
    };
  }

  /** What the buttons of the frame do. */
  buttons() {
    return {
      typed: () => {
        this.say("");
        this.refresh();
      },
      choose: (channel) => this.choose(channel),
      close: () => this.close(),
      undo: () => this.undo(),
      clear: () => this.clear(),
      basket: () => this.showPanel("basket"),
      misses: () => this.showPanel("misses"),
      popOut: () => this.popOut(),
    };
  }

  /** What cards and panels need to know and to do. */
  around() {
    const { document, call, results } = this;
    return {
      document,
      root: siteRoot(),
      target: this.alone && PAGE,
      byId: results.byId,
      call,
      freshness: (id) => freshness(id, results.reviews),
      isPinned: (id) => this.usage.isPinned(id),
      on: {
        typed: () => this.showCall(),
        copy: (entry, words) => this.copyPhrase(entry, words),
        add: (entry, words) => this.addToBasket(entry, words),
        pin: (entry) => this.pin(entry),
        go: (id) => this.goTo(id),
        left: () => this.close(),
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

  firstInCard() {
    return this.card.querySelector(".hf-blank, a, button:not(:disabled)");
  }

  focusCard() {
    const first = this.firstInCard();
    first?.focus();
    return Boolean(first);
  }

  focusBox() {
    this.box.focus();
    this.box.select();
  }

  chooseOption(select, digit) {
    if (digit >= select.options.length) return;
    select.selectedIndex = digit;
    select.dispatchEvent(new this.view.Event("input", { bubbles: true }));
  }

  // The list

  refresh() {
    if (!this.results.engine) return;
    this.panel = "";
    const id = this.wanted;
    this.wanted = null;
    if (!id) return this.results.refresh();
    this.results.showOne(id);
    (this.card.querySelector(".hf-blank") ?? this.firstInCard())?.focus();
  }

  choose(channel) {
    this.results.channel = channel;
    for (const one of this.filters.children) one.setAttribute("aria-pressed", String(one.dataset.channel === channel));
    this.refresh();
    this.say(channel ? `只看${channel}` : "全部渠道");
  }

  move(step) {
    this.panel = "";
    this.results.move(step);
    this.box.focus();
  }

  onRow(event, twice) {
    const row = event.target.closest(".hf-row");
    if (!row) return;
    this.panel = "";
    this.results.select(Number(row.dataset.index));
    if (twice) this.use();
    else if (!this.view.matchMedia("(pointer: coarse)").matches) this.box.focus(); // or a phone's keyboard covers the card
  }

  goTo(id) {
    this.wanted = id;
    this.box.focus();
    this.refresh();
  }

  /** To what is said next; only where the handbook knows it. */
  goOn() {
    const next = this.results.entry?.next?.find((id) => this.results.byId.has(id));
    if (next) this.goTo(next);
    else this.say("这一句后面没有写接着说哪一句");
  }

  // The card and what may stand in its place

  showCard() {
    const around = this.around();
    const { entry, row } = this.results;
    const panels = { basket: () => basketPanel(around), misses: () => missesPanel(around, this.misses.list) };
    const shown = this.panel ? panels[this.panel]() : entry ? cardOf(entry, row, around) : [];
    this.card.hidden = !shown.length;
    this.card.replaceChildren(...shown);
    if (this.scrolled) this.card.scrollTop = 0; // asking would cost a layout
    this.scrolled = false;
    this.showCall();
  }

  showPanel(panel) {
    this.panel = panel;
    this.showCard();
    if (panel) (this.card.querySelector(".hf-button--main") ?? this.card).focus();
    else this.box.focus();
  }

  /** Shows what was typed into blanks, here or on another page, and what can be done. */
  showCall() {
    const { values, basket } = this.call;
    if (this.panel === "basket" && this.card.querySelectorAll(".hf-basket__line").length !== basket.length) {
      this.showCard();
      return;
    }
    refreshFields(this.card, this.call);
    const name = (tool, words, count) => (this.tools[tool].firstChild.data = count ? `${words}（${count}）` : words);
    this.tools.undo.hidden = !this.desk.history.canUndo;
    this.tools.clear.hidden = !values.size && !basket.length;
    name("clear", "清空填写", values.size);
    name("basket", "合成", basket.length);
    name("misses", "记下的词", this.misses.list.length);
  }

  /** Forgets this customer: blanks, basket, and what could be put back. */
  clear() {
    this.call.clear();
    this.desk.history.clear();
    for (const field of this.card.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    this.showCall();
    this.say("这位客户的内容已清空");
  }

  pin(entry) {
    const pinned = this.usage.togglePin(entry.id);
    this.results.redraw();
    const within = this.card.contains(this.document.activeElement);
    this.showCard();
    if (within) this.card.querySelector("[aria-pressed]")?.focus();
    this.say(pinned ? `已固定：${entry.title}。打开查找就在最前面。` : `已取消固定：${entry.title}`, "good");
  }

  // Words that found nothing

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

  // The basket

  changeBasket(basket) {
    this.call.setBasket(basket);
    if (this.panel === "basket") this.showPanel("basket");
    else this.showCall();
  }

  addToBasket(entry, text) {
    this.changeBasket(added(this.call.basket, { id: entry.id, text }));
    this.say(`已加入：${entry.title}，共 ${this.call.basket.length} 句。按 Alt+S 看整段。`, "good");
    this.focusBox();
  }

  moveInBasket(index, step) {
    this.changeBasket(moved(this.call.basket, index, step));
    const line = this.card.querySelectorAll(".hf-basket__line")[index + step];
    const again = line?.querySelectorAll("button")[step < 0 ? 0 : 1];
    (again?.disabled ? line.querySelector("button:not(:disabled)") : again)?.focus();
  }

  async copyBasket(options) {
    const { basket } = this.call;
    if (!basket.length) return;
    const what = { title: `${basket.length} 句`, text: joined(basket), ids: basket.map(({ id }) => id), basket };
    if (!(await this.copy(what, options))) return;
    this.panel = "";
    this.changeBasket([]);
    this.showCard();
  }

  async undo() {
    const basket = await this.desk.undo();
    if (basket) this.changeBasket([...basket, ...this.call.basket]);
    else this.showCall();
  }

  // Using what was found

  useAt(index) {
    if (index >= this.results.rows.length) return;
    this.panel = "";
    this.results.select(index);
    this.use();
  }

  use(options) {
    if (this.panel === "basket") return this.copyBasket(options);
    const { entry } = this.results;
    if (!entry) return;
    if (entry.kind === "phrase") this.copyPhrase(entry, entry.text ?? "", options);
    else {
      this.usage.add(entry.id);
      this.visit(siteRoot() + entry.url);
    }
  }

  visit(url) {
    if (this.alone) {
      this.view.open(url, PAGE);
      return;
    }
    this.close();
    this.document.location.href = url;
  }

  copyPhrase({ id, title }, text, options) {
    return this.copy({ title, text, ids: [id] }, options);
  }

  /** Copies; where blanks are open, goes to the first of them instead. */
  async copy(what, options) {
    const { copied, missing } = await this.desk.copy(what, options);
    if (copied) {
      this.focusBox();
      this.showCall();
      return true;
    }
    const open = [...this.card.querySelectorAll(".hf-blank")].filter((field) => missing.includes(field.dataset.key));
    for (const field of open) field.setAttribute("aria-invalid", "true");
    open[0]?.focus();
    return false;
  }

  say(words, tone = "") {
    this.status.textContent = words;
    this.status.dataset.tone = tone;
  }
}
