// The finder as people see it: one box, a list, a card; by key, by mouse, by thumb.

import { siteRoot } from "../base.js";
import { added, joined, moved, without } from "./basket.js";
import { fill } from "./blanks.js";
import { Call } from "./call.js";
import { button, cardOf } from "./card.js";
import { copyText } from "./copying.js";
import { element } from "./elements.js";
import { refreshFields } from "./fields.js";
import { buildFrame, CHANNELS } from "./frame.js";
import { freshness } from "./freshness.js";
import { History } from "./history.js";
import { commandOf } from "./keys.js";
import { buildGently, loadData, whenIdle } from "./loading.js";
import { exported, Misses } from "./misses.js";
import { addCopyButtons, addOpeners, addPageKeys, idsHere } from "./openers.js";
import { basketPanel, missesPanel } from "./panels.js";
import { dress, isAlone, PAGE, popOut } from "./popout.js";
import { plainRow, rowElement } from "./rows.js";
import { storageOf } from "./storage.js";
import { groups, nearest } from "./suggestions.js";
import { Usage } from "./usage.js";

const ROWS = 30;
const STEP = 6;
const SAID = 60;

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
    this.history = new History();
    this.engine = null;
    this.loading = null;
    this.byId = new Map();
    this.reviews = {};
    this.rows = [];
    this.selected = -1;
    this.channel = "";
    /** What stands in place of the card: "", "basket" or "misses". */
    this.panel = "";
    this.opener = null;
    this.wanted = null;
  }

  make(...values) {
    return element(this.document, ...values);
  }

  // Standing in the page

  mount() {
    const { document, view } = this;
    const frame = buildFrame(document, this.buttons(), { alone: this.alone });
    Object.assign(this, frame);
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.list.addEventListener("click", (event) => this.onRow(event, false));
    this.list.addEventListener("dblclick", (event) => this.onRow(event, true));
    this.call.onChange(() => this.showCall());
    view.addEventListener("pagehide", () => this.call.leave());
    view.addEventListener("pageshow", () => this.call.join());
    this.call.join();
    if (this.alone) {
      dress(document, siteRoot());
      document.body.append(this.root);
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
    document.body.append(this.root);
    addOpeners(document, (opener) => this.open(opener));
    addPageKeys(document, () => this.open());
    addCopyButtons(document, {
      fill: (opener, id) => this.open(opener, id),
      copied: (id, text, title) => this.remember(id, { text, title }),
    });
    const visible = view.visualViewport;
    visible?.addEventListener("resize", () => this.root.style.setProperty("--hf-height", `${visible.height}px`));
    whenIdle(view, this.preloading());
  }

  buttons() {
    return {
      typed: () => this.refresh(),
      choose: (channel) => this.choose(channel),
      close: () => this.close(),
      undo: () => this.undo(),
      clear: () => this.clear(),
      basket: () => this.showPanel("basket"),
      misses: () => this.showPanel("misses"),
      popOut: () => this.popOut(),
    };
  }

  /** What a card and the panels need to know and to do. */
  around() {
    return {
      document: this.document,
      root: siteRoot(),
      target: this.alone && PAGE,
      byId: this.byId,
      call: this.call,
      freshness: (id) => freshness(id, this.reviews),
      isPinned: (id) => this.usage.isPinned(id),
      on: {
        typed: () => this.showCall(),
        copy: (entry, words) => this.copyWords(entry, words),
        add: (entry, words) => this.addToBasket(entry, words),
        pin: (entry) => this.pin(entry),
        go: (id) => this.goTo(id),
        left: () => this.close(),
        copyBasket: () => this.copyBasket(),
        emptyBasket: () => this.changeBasket([]),
        moveInBasket: (index, step) => this.moveInBasket(index, step),
        takeFromBasket: (index) => this.changeBasket(without(this.call.basket, index)),
        exportMisses: () => this.exportMisses(),
        clearMisses: () => {
          this.misses.clear();
          this.showPanel("misses");
          this.showTools();
        },
      },
    };
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
      this.byId = new Map(data.entries.map((entry) => [entry.id, entry]));
      this.reviews = data.reviews;
      this.engine = engine;
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
    if (this.engine) {
      this.refresh();
      return;
    }
    this.say("正在载入……");
    this.load().then(() => this.welcome(), () => this.showDamage());
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
    else if (!this.alone) this.close();
    else if (this.box.value) {
      this.box.value = "";
      this.refresh();
    }
  }

  welcome() {
    this.say("");
    this.refresh();
    if (this.document.activeElement === this.document.body) this.box.focus();
  }

  showDamage() {
    this.rows = [];
    this.list.replaceChildren();
    this.box.setAttribute("aria-expanded", "false");
    const again = () => {
      this.caption.replaceChildren("正在重新载入……");
      this.load().then(() => this.welcome(), () => this.showDamage());
    };
    this.caption.replaceChildren(
      "查找的数据没有载入，或者不完整。",
      this.make("br"),
      "页面本身照常可用。",
      this.make("br"),
      button(this.document, "重新载入", again),
      this.make("br"),
      "还是不行，请告诉手册管理员：assets/finder-data.js 打不开。",
    );
    this.showCard();
    this.say("查找的数据没有载入");
  }

  popOut() {
    if (this.alone) return;
    if (popOut(this.view, siteRoot())) this.close();
    else this.say("浏览器拦住了小窗口。请在地址栏右边允许弹出窗口，再按一次。", "warn");
  }

  // Keys

  onKey(event) {
    const { target } = event;
    const field = target.classList?.contains("hf-blank");
    const command = commandOf(event, { box: target === this.box, text: this.box.value, field, choice: field && target.tagName === "SELECT" });
    if (!command) return;
    const [name, digit] = command.split(" ");
    const run = this.commands()[name];
    if (run(Number(digit), target) !== false) event.preventDefault();
  }

  commands() {
    return {
      use: (digit) => (digit ? this.useAt(digit - 1) : this.use()),
      "use-marked": () => this.use({ marked: true }),
      down: () => this.move(1),
      up: () => this.move(-1),
      "page-down": () => this.move(STEP),
      "page-up": () => this.move(-STEP),
      back: () => this.back(),
      "to-card": () => this.focusCard(),
      "to-box": (_, target) => target === this.firstInCard() && this.box.focus() === undefined,
      choose: (digit, target) => this.chooseOption(target, digit),
      channel: () => this.choose(["", ...CHANNELS][(CHANNELS.indexOf(this.channel) + 2) % (CHANNELS.length + 1)]),
      "next-step": () => this.goOn(),
      add: () => this.current?.kind === "phrase" && this.addToBasket(this.current, this.current.text),
      pin: () => this.current?.kind === "phrase" && this.pin(this.current),
      basket: () => this.showPanel(this.panel === "basket" ? "" : "basket"),
      keep: () => this.keep(),
      clear: () => this.clear(),
      undo: () => this.undo(),
      "pop-out": () => this.popOut(),
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

  chooseOption(select, digit) {
    if (digit >= select.options.length) return;
    select.selectedIndex = digit;
    select.dispatchEvent(new this.view.Event("input", { bubbles: true }));
  }

  choose(channel) {
    this.channel = channel;
    for (const one of this.filters.children) one.setAttribute("aria-pressed", String(one.dataset.channel === channel));
    this.refresh();
    this.say(channel ? `只看${channel}` : "全部渠道");
  }

  move(step) {
    if (!this.rows.length) return;
    const last = this.rows.length - 1;
    const wrapped = step === 1 && this.selected === last ? 0 : step === -1 && this.selected <= 0 ? last : this.selected + step;
    this.panel = "";
    this.select(Math.max(0, Math.min(last, wrapped)));
    if (this.document.activeElement !== this.box) this.box.focus();
  }

  onRow(event, twice) {
    const row = event.target.closest(".hf-row");
    if (!row) return;
    this.panel = "";
    this.select(Number(row.dataset.index));
    if (twice) this.use();
    else if (!this.view.matchMedia("(pointer: coarse)").matches) this.box.focus(); // no keyboard over the card
  }

  // The list

  refresh() {
    if (!this.engine) return;
    this.panel = "";
    const query = this.box.value;
    if (this.wanted) return this.showWanted();
    if (!query.trim()) return this.showGroups();
    const rows = this.search(query);
    if (rows.length) return this.show([{ rows }]);
    this.showNearest(query);
  }

  search(query, limit = ROWS) {
    return this.engine.search(query, { limit, channel: this.channel, boosts: this.usage.boosts() });
  }

  showWanted() {
    const id = this.wanted;
    this.wanted = null;
    const following = (this.byId.get(id)?.next ?? []).filter((next) => this.byId.has(next));
    const rows = [id, ...following].filter((one) => this.byId.has(one)).map(plainRow);
    this.show([{ rows }], following.length ? "这一句，和接着说的" : "");
    (this.card.querySelector(".hf-blank") ?? this.card.querySelector("button"))?.focus();
  }

  /** With nothing typed: what this user uses, and what belongs to this page. */
  showGroups() {
    const fits = (id) => {
      const entry = this.byId.get(id);
      return entry && (!this.channel || entry.kind !== "phrase" || !entry.channels?.length || entry.channels.includes(this.channel));
    };
    const entries = [...this.byId.values()];
    this.here ??= this.alone ? [] : idsHere(this.document, siteRoot(), entries);
    const found = groups({
      usage: this.usage,
      here: this.here,
      first: (word) => this.engine.search(word, { limit: 1, kind: "phrase", channel: this.channel })[0]?.id,
      all: entries.filter(({ kind }) => kind === "phrase").map(({ id }) => id),
      fits,
    });
    this.show(found.map(({ title, ids }) => ({ title, rows: ids.map(plainRow) })));
  }

  showNearest(query) {
    const { part, rows } = nearest((words) => this.search(words, 12), query);
    const keep = button(this.document, "记下这个词", () => this.keep(), { key: "Alt+K" });
    if (!rows.length) {
      this.show([], "没有找到。换个说法，或者只打两三个关键的字试试。");
      this.caption.append(keep);
      return;
    }
    const words = [...new Set([part, ...rows.map(({ id }) => this.byId.get(id).title)])].slice(0, 5);
    this.show([{ title: `相近的：${part}`, rows }], "没有找到。最接近的词：");
    const retype = (word) => {
      this.box.value = word;
      this.box.focus();
      this.refresh();
    };
    this.caption.append(...words.map((word) => button(this.document, word, () => retype(word), { class: "hf-next" })), keep);
  }

  /** Shows groups of rows, numbered through, with the first one selected. */
  show(found, caption = "") {
    this.rows = found.flatMap(({ rows }) => rows);
    this.caption.replaceChildren(...(caption ? [caption] : []));
    let index = 0;
    const parts = found.map(({ title, rows }) => {
      const items = rows.map((row) =>
        rowElement(this.document, row, this.byId.get(row.id), {
          index: index++,
          fresh: freshness(row.id, this.reviews),
          pinned: this.usage.isPinned(row.id),
        }),
      );
      if (!title) return this.make("ul", { role: "presentation" }, ...items);
      return this.make("ul", { role: "group", "aria-label": title }, this.make("li", { class: "hf-group", role: "presentation", "aria-hidden": "true" }, title), ...items);
    });
    this.list.replaceChildren(...parts);
    this.items = this.list.querySelectorAll(".hf-row");
    this.list.scrollTop = 0;
    this.selected = -1;
    this.box.setAttribute("aria-expanded", String(this.rows.length > 0));
    if (this.rows.length) this.select(0);
    else {
      this.box.removeAttribute("aria-activedescendant");
      this.showCard();
    }
    this.showTools();
  }

  select(index) {
    this.items[this.selected]?.setAttribute("aria-selected", "false");
    this.selected = index;
    const row = this.items[index];
    if (!row) return;
    row.setAttribute("aria-selected", "true");
    this.box.setAttribute("aria-activedescendant", row.id);
    if (index === 0) this.list.scrollTop = 0;
    else row.scrollIntoView({ block: "nearest" });
    this.showCard();
  }

  /** The entry of the selected row. */
  get current() {
    return this.byId.get(this.rows[this.selected]?.id);
  }

  // The card and what may stand in its place

  showCard() {
    const around = this.around();
    const entry = this.current;
    const shown = { basket: () => basketPanel(around), misses: () => missesPanel(around, this.misses.list) }[this.panel];
    this.card.hidden = !shown && !entry;
    this.card.replaceChildren(...(shown ? shown() : entry ? cardOf(entry, this.rows[this.selected], around) : []));
    this.card.scrollTop = 0;
    refreshFields(this.card, this.call);
  }

  showPanel(panel) {
    this.panel = panel;
    this.showCard();
    if (panel) (this.card.querySelector(".hf-button--main") ?? this.card).focus();
    else this.box.focus();
  }

  /** What was typed has changed, here or on another page. */
  showCall() {
    if (this.panel === "basket" && this.card.querySelectorAll(".hf-basket__line").length !== this.call.basket.length) this.showCard();
    refreshFields(this.card, this.call);
    this.showTools();
  }

  showTools() {
    const { undo, clear, basket, misses } = this.tools;
    undo.hidden = !this.history.canUndo;
    clear.hidden = !this.call.values.size && !this.call.basket.length;
    clear.firstChild.data = this.call.values.size ? `清空填写（${this.call.values.size}）` : "清空填写";
    basket.firstChild.data = this.call.basket.length ? `合成（${this.call.basket.length}）` : "合成";
    misses.firstChild.data = this.misses.list.length ? `记下的词（${this.misses.list.length}）` : "记下的词";
  }

  /** Forgets this customer: blanks, basket, and what could be put back. */
  clear() {
    this.call.clear();
    this.history.clear();
    for (const field of this.card.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    this.showCall();
    this.say("这位客户的内容已清空");
  }

  pin(entry) {
    const pinned = this.usage.togglePin(entry.id);
    const keepFocus = this.card.contains(this.document.activeElement);
    this.showCard();
    if (keepFocus) this.card.querySelector("[aria-pressed]")?.focus();
    this.say(pinned ? `已固定：${entry.title}。打开查找就在最前面。` : `已取消固定：${entry.title}`, "good");
  }

  goTo(id) {
    this.wanted = id;
    this.box.focus();
    this.refresh();
  }

  /** To what is said next; only there where the handbook knows it. */
  goOn() {
    const next = this.current?.next?.find((id) => this.byId.has(id));
    if (next) this.goTo(next);
    else this.say("这一句后面没有写接着说哪一句");
  }

  keep() {
    const query = this.box.value;
    if (this.misses.add(query)) this.say(`已记下“${this.misses.waiting}”，在“记下的词”里可以导出。`, "good");
    else this.say(query.trim() ? "这里面像是有客户的信息，没有记下。" : "先打要找的词，再按 Alt+K 记下。", "warn");
    this.showTools();
  }

  exportMisses() {
    const file = new this.view.Blob([exported(this.misses, this.usage)], { type: "application/json" });
    const url = this.view.URL.createObjectURL(file);
    this.make("a", { href: url, download: "查找记录.json" }).click();
    this.view.setTimeout(() => this.view.URL.revokeObjectURL(url), 10_000);
    this.say("已导出“查找记录.json”，请交给培训师。", "good");
  }

  // The basket

  changeBasket(basket) {
    this.call.setBasket(basket);
    this.showTools();
    if (this.panel === "basket") this.showPanel("basket");
  }

  addToBasket(entry, text) {
    this.changeBasket(added(this.call.basket, { id: entry.id, text }));
    this.say(`已加入：${entry.title}，共 ${this.call.basket.length} 句。按 Alt+S 看整段。`, "good");
    this.box.focus();
    this.box.select();
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
    const copied = await this.copy(`${basket.length} 句`, joined(basket), { ...options, basket });
    if (!copied) return;
    for (const { id } of basket) this.usage.add(id);
    this.call.setBasket([]);
    this.panel = "";
    this.showCard();
    this.showTools();
    this.box.focus();
    this.box.select();
  }

  // Using what was found

  useAt(index) {
    if (index >= this.rows.length) return;
    this.select(index);
    this.use();
  }

  use(options) {
    if (this.panel === "basket") return this.copyBasket(options);
    const entry = this.current;
    if (!entry) return;
    if (entry.kind === "phrase") this.copyWords(entry, entry.text ?? "", options);
    else {
      this.usage.add(entry.id);
      const target = siteRoot() + entry.url;
      if (this.alone) this.view.open(target, PAGE);
      else {
        this.close();
        this.document.location.href = target;
      }
    }
  }

  async copyWords(entry, words, options) {
    if (!(await this.copy(entry.title, words, { ...options, id: entry.id }))) return;
    this.box.focus();
    this.box.select();
  }

  /** Copies words; an unfilled blank is refused, unless it is asked for, then marked. */
  async copy(title, words, { id, marked = false, basket } = {}) {
    const { text, missing } = fill(words, this.call);
    if (missing.length && !marked) {
      const fields = [...this.card.querySelectorAll(".hf-blank")].filter((field) => missing.includes(field.dataset.key));
      for (const field of fields) field.setAttribute("aria-invalid", "true");
      fields[0]?.focus();
      this.say(`还没填：${missing.join("、")}。填好按 Enter；先不填就按 Ctrl+Enter，会标出“未填”。`, "warn");
      return false;
    }
    if (!(await copyText(this.document, text, this.root))) {
      this.say("这个浏览器不让复制。请在“说”里选中文字，手动复制。", "warn");
      return false;
    }
    this.remember(id, { text, title, basket });
    const note = missing.length ? `，未填 ${missing.length} 处` : "";
    this.say(`已复制${note}：${title}——${shortened(text)}`, missing.length ? "warn" : "good");
    return true;
  }

  remember(id, copy) {
    this.history.add(copy);
    if (id) {
      this.usage.add(id);
      this.misses.copied(id);
    }
    this.showTools();
  }

  /** Puts back what was copied before, and a basket that was emptied by copying. */
  async undo() {
    if (!this.history.canUndo) {
      this.say("前面没有复制过别的话术");
      return;
    }
    const { dropped, before } = this.history.undo();
    if (dropped.basket) this.changeBasket([...dropped.basket, ...this.call.basket]);
    if (!before) this.say("合成的几句已放回；剪贴板没有变。", "good");
    else if (await copyText(this.document, before.text, this.root)) this.say(`剪贴板换回：${before.title}——${shortened(before.text)}`, "good");
    else this.say("这个浏览器不让复制，剪贴板没有变。", "warn");
    this.showTools();
  }

  say(words, tone = "") {
    this.status.textContent = words;
    this.status.dataset.tone = tone;
  }
}

function shortened(text) {
  const plain = text.replace(/\s+/g, " ");
  return plain.length > SAID ? `${plain.slice(0, SAID)}…` : plain;
}
