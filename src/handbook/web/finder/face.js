// The finder as people see it: one box, a list, a card; by key, by mouse, by thumb.

import { siteRoot } from "../base.js";
import { buttonsOf, commandsOf } from "./bindings.js";
import { Call } from "./call.js";
import { button } from "./card.js";
import { element } from "./elements.js";
import { buildFrame } from "./frame.js";
import { commandOf, opens } from "./keys.js";
import { buildGently, loadData, whenIdle } from "./loading.js";
import { Misses } from "./misses.js";
import { addCopyButtons, addOpeners, addPageKeys, idsHere } from "./openers.js";
import { Own } from "./own.js";
import { dress, isAlone, PAGE, popOut } from "./popout.js";
import { Results } from "./results.js";
import { Stage } from "./stage.js";
import { storageOf } from "./storage.js";
import { Usage } from "./usage.js";

/** Pixels of height below which only what is needed to type and copy is shown. */
const LOW = 520;

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
    this.own = new Own(storage);
    this.call = new Call(this.view.BroadcastChannel, this.own);
    const parts = buildFrame(document, buttonsOf(this), this);
    const { root, box, card, filters } = parts;
    Object.assign(this, { root, box, card, filters });
    this.results = new Results(document, parts, this.usage, {
      selected: () => this.stage.showSoon(),
      keep: () => this.stage.keep(),
    });
    this.stage = new Stage(document, parts, this, { alone: this.alone, go: (id) => this.goTo(id), left: () => this.close() });
    this.loading = null;
    this.opener = null;
    this.wanted = null;
    this.bindings = commandsOf(this);
  }

  // Standing in the page

  mount() {
    const { document, view, results, stage } = this;
    for (const kind of ["keydown", "pointerdown"]) this.root.addEventListener(kind, (event) => this.onUse(event));
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    results.list.addEventListener("click", (event) => this.onRow(event, false));
    results.list.addEventListener("dblclick", (event) => this.onRow(event, true));
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
      copied: (id, text, title) => stage.desk.remember([id], { text, title }),
    });
    // A phone's keyboard covers the page; the finder stays in what is left of it.
    const visible = view.visualViewport;
    const fit = () => {
      this.root.style.setProperty("--hf-height", `${visible.height}px`);
      this.root.classList.toggle("hf-low", visible.height < LOW);
    };
    visible?.addEventListener("resize", fit);
    if (visible) fit();
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
    for (const kept of [this.usage, this.misses, this.own]) kept.read();
    this.onUse();
    this.stage.focusBox();
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
    if (this.stage.panel) this.stage.showPanel("");
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

  /** Whoever goes on in the card is with the same customer, however long it took. */
  onUse(event) {
    if (!this.card.contains(event?.target ?? null)) this.stage.seek();
    this.call.use();
  }

  onKey(event) {
    event.stopPropagation(); // the theme turns pages by n and p, with Alt too
    const { target } = event;
    if (opens(event) === "command") {
      event.preventDefault();
      this.stage.focusBox();
      return;
    }
    const field = target.classList?.contains("hf-blank");
    const where = { box: target === this.box, field, choice: field && target.tagName === "SELECT" };
    const [name, digit] = commandOf(event, where)?.split(" ") ?? [];
    if (!name) return;
    this.stage.settle();
    if (this.bindings[name](Number(digit), target) !== false) event.preventDefault();
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

  // The list

  refresh() {
    if (!this.results.engine) return;
    this.stage.leave();
    const id = this.wanted;
    this.wanted = null;
    if (!id) return this.results.refresh();
    this.results.showOne(id);
    this.stage.settle();
    (this.card.querySelector(".hf-blank") ?? this.firstInCard())?.focus();
  }

  choose(channel) {
    this.results.channel = channel;
    for (const one of this.filters.children) one.setAttribute("aria-pressed", String(one.dataset.channel === channel));
    this.refresh();
    this.say(channel ? `只看${channel}` : "全部渠道");
  }

  move(step) {
    this.stage.leave();
    this.results.move(step);
    this.box.focus();
  }

  onRow(event, twice) {
    const row = event.target.closest(".hf-row");
    if (!row) return;
    this.stage.leave();
    this.results.select(Number(row.dataset.index));
    this.stage.settle();
    if (twice) this.use();
    else if (!this.stage.byThumb) this.box.focus();
    else this.box.blur(); // or a phone's keyboard covers the card
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

  // Using what was found

  useAt(index) {
    if (index >= this.results.rows.length) return;
    this.stage.leave();
    this.results.select(index);
    this.stage.settle();
    this.use();
  }

  use(options) {
    if (this.stage.panel === "basket") return this.stage.copyBasket(options);
    const { entry } = this.results;
    if (!entry) {
      // What was asked for was not found: a line nobody chose must not be copied.
      if (this.results.rows.length) this.say("没有找到要的，先按 ↓ 选一句，再按 Enter。", "warn");
      return;
    }
    if (entry.kind === "phrase") this.stage.copyPhrase(entry, entry.text ?? "", options);
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

  say(words, tone = "") {
    this.stage.say(words, tone);
  }
}
