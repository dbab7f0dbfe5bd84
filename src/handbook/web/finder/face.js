// The finder as people see it: one box, a list, a card; by key, by mouse, by thumb.

import { siteRoot } from "../base.js";
import { blanksOf, fill, pieces } from "./blanks.js";
import { copyText } from "./copying.js";
import { element, lens } from "./elements.js";
import { excerpt } from "./excerpt.js";
import { buildGently, loadData, whenIdle } from "./loading.js";
import { Usage } from "./usage.js";

const ROWS = 30;
const CHANNELS = ["电话", "在线", "前台", "现场", "书面"];
const KINDS = { phrase: "话术", clause: "条款", page: "页面" };
const WHY = { pinyin: "拼音", initials: "首字母", synonym: "同义词", sound: "近音", typo: "容错", parts: "部分相符" };
const HIDDEN_FIELDS = { keywords: "关键词", when: "适用", never: "不要说", variants: "换个说法" };
const TYPING = "input, textarea, select, [contenteditable]";

/** Puts the finder into a page: its buttons, its keys, and its data when there is time. */
export function start(document) {
  if (document.querySelector(".hf-dialog")) return;
  const finder = new Face(document);
  finder.mount();
}

class Face {
  constructor(document) {
    this.document = document;
    this.view = document.defaultView;
    this.usage = new Usage(storageOf(this.view));
    /** What was typed into blanks, by name: for this call, in memory only. */
    this.values = new Map();
    this.engine = null;
    this.loading = null;
    this.byId = new Map();
    this.rows = [];
    this.selected = -1;
    this.channel = "";
    this.opener = null;
    this.wanted = null;
  }

  make(tag, attributes, ...children) {
    return element(this.document, tag, attributes, ...children);
  }

  // Standing in the page

  mount() {
    const { document } = this;
    this.box = this.make("input", {
      class: "hf-box",
      type: "text",
      role: "combobox",
      "aria-label": "查话术、条款和页面",
      "aria-expanded": "true",
      "aria-controls": "hf-list",
      "aria-autocomplete": "list",
      autocomplete: "off",
      autocorrect: "off",
      autocapitalize: "off",
      spellcheck: "false",
      enterkeyhint: "go",
      maxlength: "12000",
      placeholder: "打几个字、拼音或首字母",
      input: () => this.refresh(),
    });
    this.list = this.make("ul", { class: "hf-list", id: "hf-list", role: "listbox", "aria-label": "找到的内容" });
    this.caption = this.make("p", { class: "hf-caption" });
    this.card = this.make("section", { class: "hf-card", "aria-label": "选中的内容" });
    this.status = this.make("p", { class: "hf-status", role: "status", "aria-live": "polite" });
    this.filters = this.make("div", { class: "hf-filters", role: "group", "aria-label": "只看一个渠道" });
    for (const channel of ["", ...CHANNELS]) {
      this.filters.append(
        this.make("button", { type: "button", class: "hf-filter", "aria-pressed": String(channel === ""), "data-channel": channel, click: () => this.choose(channel) }, channel || "全部渠道"),
      );
    }
    this.dialog = this.make(
      "dialog",
      { class: "hf-dialog", "aria-label": "查找" },
      this.make(
        "div",
        { class: "hf-frame" },
        this.make(
          "header",
          { class: "hf-head" },
          lens(document),
          this.box,
          this.make("button", { type: "button", class: "hf-close", "aria-label": "关闭查找", click: () => this.close() }, "关闭"),
        ),
        this.filters,
        this.make("div", { class: "hf-body" }, this.make("div", { class: "hf-results" }, this.caption, this.list), this.card),
        this.make("footer", { class: "hf-foot" }, this.status, this.hints()),
      ),
    );
    this.dialog.addEventListener("keydown", (event) => this.onKey(event));
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.leave();
    });
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.close();
    });
    document.body.append(this.dialog);
    this.addOpeners();
    this.addCopyButtons();
    document.addEventListener("keydown", (event) => this.onPageKey(event));
    whenIdle(this.view, this.preloading());
  }

  hints() {
    const hint = (keys, words) => this.make("span", {}, this.make("kbd", {}, keys), words);
    return this.make(
      "p",
      { class: "hf-hints", "aria-hidden": "true" },
      hint("↑ ↓", "选"),
      hint("Enter", "复制"),
      hint("Tab", "填空"),
      hint("Alt+1–9", "直接复制"),
      hint("Alt+C", "换渠道"),
      hint("Alt+X", "清空填写"),
      hint("Esc", "返回"),
    );
  }

  addOpeners() {
    const open = (event) => this.open(event.currentTarget);
    const header = this.document.querySelector(".md-header__inner");
    if (header) {
      const button = this.make(
        "button",
        { type: "button", class: "hf-open", "aria-haspopup": "dialog", "aria-keyshortcuts": "/ Control+K Meta+K", title: "查话术、条款和页面（按 /）", click: open },
        lens(this.document),
        this.make("span", {}, "查话术"),
        this.make("kbd", { "aria-hidden": "true" }, "/"),
      );
      header.append(button);
    }
    this.document.body.append(
      this.make("button", { type: "button", class: "hf-float", "aria-haspopup": "dialog", "aria-label": "查话术", click: open }, lens(this.document), "查"),
    );
  }

  addCopyButtons() {
    for (const section of this.document.querySelectorAll(".hb-phrase[data-address]:not([data-copy])")) {
      const quote = section.querySelector("blockquote");
      if (!quote) continue;
      section.dataset.copy = "";
      const title = section.querySelector("h2, h3, h4, h5, h6");
      const name = (title?.firstChild?.textContent ?? "这句话").trim();
      const blanks = /【[^【】]+】/.test(quote.textContent);
      const said = this.make("span", { class: "hf-said", role: "status" });
      const button = this.make(
        "button",
        {
          type: "button",
          class: "hf-copy",
          "aria-label": blanks ? `填空并复制：${name}` : `复制：${name}`,
          click: async () => {
            if (blanks) {
              this.open(button, section.dataset.address);
              return;
            }
            const words = [...quote.querySelectorAll("p")].map((p) => p.textContent.trim()).join("\n") || quote.textContent.trim();
            const done = await copyText(this.document, words);
            if (done) this.usage.add(section.dataset.address);
            said.textContent = done ? "已复制" : "没能复制，请手动选中";
            this.view.setTimeout(() => (said.textContent = ""), 2500);
          },
        },
        blanks ? "填空并复制" : "复制",
      );
      quote.after(this.make("p", { class: "hf-copyline" }, button, said));
    }
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
    if (!this.dialog.open) {
      this.opener = opener ?? this.document.activeElement;
      this.dialog.showModal();
    }
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
    if (!this.dialog.open) return;
    this.dialog.close();
    this.box.blur(); // or the next shortcut would be typed into a hidden box
    this.opener?.focus?.({ preventScroll: true });
    this.opener = null;
  }

  /** One step back: from the card to the box, from the box out. */
  leave() {
    if (this.document.activeElement === this.box) this.close();
    else this.box.focus();
  }

  welcome() {
    this.say("");
    this.refresh();
    if (this.document.activeElement === this.document.body) this.box.focus();
  }

  showDamage() {
    this.rows = [];
    this.list.replaceChildren();
    this.caption.replaceChildren(
      "查找的数据没有载入，或者不完整。",
      this.make("br"),
      "页面本身照常可用。",
      this.make("br"),
      this.make(
        "button",
        {
          type: "button",
          class: "hf-button",
          click: () => {
            this.caption.replaceChildren("正在重新载入……");
            this.load().then(() => this.welcome(), () => this.showDamage());
          },
        },
        "重新载入",
      ),
      this.make("br"),
      "还是不行，请告诉手册管理员：assets/finder-data.js 打不开。",
    );
    this.showCard(null);
    this.say("查找的数据没有载入");
  }

  onPageKey(event) {
    if (event.isComposing || event.defaultPrevented) return;
    const command = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k";
    const bare = !event.ctrlKey && !event.metaKey && !event.altKey;
    const slash = bare && !event.shiftKey && (event.key === "/" || (event.code === "Slash" && event.key !== "?"));
    if (!command && !(slash && !event.target.closest?.(TYPING))) return;
    if (this.dialog.open && !command) return;
    event.preventDefault();
    this.open();
  }

  // Keys inside

  onKey(event) {
    // While an IME composes, keys are its own; 229 is what some browsers say instead.
    if (event.isComposing || event.keyCode === 229) return;
    const inBox = event.target === this.box;
    const inBlank = event.target.classList?.contains("hf-blank");
    const digit = /^Digit([1-9])$/.exec(event.code ?? "")?.[1];
    const done = () => event.preventDefault();
    if (event.altKey && !event.ctrlKey && !event.metaKey) {
      if (digit) done(), this.useAt(Number(digit) - 1);
      else if (event.code === "KeyX") done(), this.clearValues();
      else if (event.code === "KeyC") done(), this.nextChannel();
      return;
    }
    if (event.key === "Escape") return done(), this.leave();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return done(), this.use({ marked: true });
    if (inBox && digit && !this.box.value && !event.ctrlKey && !event.metaKey && !event.shiftKey) return done(), this.useAt(Number(digit) - 1);
    if (inBox || inBlank) {
      if (event.key === "ArrowDown") return done(), this.move(1);
      if (event.key === "ArrowUp") return done(), this.move(-1);
      if (event.key === "PageDown") return done(), this.move(6);
      if (event.key === "PageUp") return done(), this.move(-6);
      if (event.key === "Enter") return done(), this.use();
    }
    if (event.key === "Tab" && inBox && !event.shiftKey) {
      const first = this.card.querySelector(".hf-blank, a, button");
      if (first) return done(), first.focus();
    }
    if (event.key === "Tab" && event.shiftKey && event.target === this.card.querySelector(".hf-blank, a, button")) {
      return done(), this.box.focus();
    }
  }

  choose(channel) {
    this.channel = channel;
    for (const button of this.filters.children) button.setAttribute("aria-pressed", String(button.dataset.channel === channel));
    this.refresh();
    this.say(channel ? `只看${channel}` : "全部渠道");
  }

  nextChannel() {
    const all = ["", ...CHANNELS];
    this.choose(all[(all.indexOf(this.channel) + 1) % all.length]);
  }

  move(step) {
    if (!this.rows.length) return;
    const last = this.rows.length - 1;
    const wrapped = step === 1 && this.selected === last ? 0 : step === -1 && this.selected <= 0 ? last : this.selected + step;
    this.select(Math.max(0, Math.min(last, wrapped)));
    if (this.document.activeElement !== this.box) this.box.focus();
  }

  // The list

  refresh() {
    if (!this.engine) return;
    const query = this.box.value;
    let rows;
    let caption = "";
    if (this.wanted) {
      const id = this.wanted;
      this.wanted = null;
      const entry = this.byId.get(id);
      const following = (entry?.next ?? []).filter((next) => this.byId.has(next));
      rows = [id, ...following].filter((one) => this.byId.has(one)).map((one) => plainRow(one));
      caption = following.length ? "这一句，和接着说的" : "";
      this.show(rows, caption);
      this.card.querySelector(".hf-blank")?.focus();
      return;
    }
    if (query.trim()) {
      rows = this.engine.search(query, { limit: ROWS, channel: this.channel, boosts: this.usage.boosts() });
      if (!rows.length) caption = "没有找到。换个说法，或者只打两三个关键的字试试。";
    } else ({ rows, caption } = this.suggestions());
    this.show(rows, caption);
  }

  /** With nothing typed: what this user uses, else what belongs to this page. */
  suggestions() {
    const fits = (id) => {
      const entry = this.byId.get(id);
      return entry && (!this.channel || entry.kind !== "phrase" || !entry.channels?.length || entry.channels.includes(this.channel));
    };
    const used = [...new Set([...this.usage.recent(4), ...this.usage.most(8)])].filter(fits).slice(0, 9);
    const here = this.pagePath();
    const near = [...this.byId.values()]
      .filter(({ id, kind, basis }) => kind === "phrase" && (id.startsWith(`${here}#`) || basis?.some((clause) => clause.startsWith(`${here}#`))))
      .map(({ id }) => id)
      .filter((id) => fits(id) && !used.includes(id))
      .slice(0, ROWS - used.length);
    const rows = [...used, ...near].map((id) => plainRow(id));
    if (used.length && near.length) return { rows, caption: "最近和最常用的，后面是和这一页有关的" };
    if (used.length) return { rows, caption: "最近和最常用的" };
    if (near.length) return { rows, caption: "和这一页有关的话术" };
    return { rows, caption: "打几个字就能找：句子中间的字、拼音（zhuanjie）、首字母（zj）、繁体都行。" };
  }

  pagePath() {
    const path = decodeURI(this.document.location.href).split(/[?#]/)[0].slice(decodeURI(siteRoot()).length);
    return (path.endsWith("/") || !path ? `${path}index.html` : path).replace(/\.html$/, ".md");
  }

  show(rows, caption) {
    this.rows = rows;
    this.caption.textContent = caption;
    this.list.replaceChildren(...rows.map((row, index) => this.rowOf(row, index)));
    this.list.scrollTop = 0;
    this.selected = -1;
    if (rows.length) this.select(0);
    else {
      this.box.removeAttribute("aria-activedescendant");
      this.showCard(null);
    }
  }

  rowOf(row, index) {
    const entry = this.byId.get(row.id);
    const spansIn = (field, part = 0) => row.spans.filter((span) => span.field === field && span.part === part);
    const marked = (text, spans, width) =>
      excerpt(text, spans, width).map(({ text: words, hit }) => (hit ? this.make("mark", {}, words) : words));
    const reason = this.reasonOf(row, entry, marked);
    const where = [entry.page, ...(entry.scene ?? [])].filter(Boolean).join(" › ");
    return this.make(
      "li",
      {
        class: `hf-row hf-row--${entry.kind}`,
        id: `hf-row-${index}`,
        role: "option",
        "aria-selected": "false",
        click: () => {
          this.select(index);
          if (!this.isNarrow()) this.box.focus();
        },
        dblclick: () => this.useAt(index),
      },
      this.make("span", { class: "hf-number", "aria-hidden": "true" }, index < 9 ? String(index + 1) : ""),
      this.make(
        "span",
        { class: "hf-row__title" },
        entry.kind === "phrase" ? null : this.make("span", { class: "hf-kind" }, KINDS[entry.kind] ?? ""),
        this.make("b", {}, ...marked(entry.title, spansIn("title"), 60)),
      ),
      this.make("span", { class: "hf-row__tags" }, reason, entry.channels?.length ? this.make("span", { class: "hf-channel" }, entry.channels.join(" ")) : null),
      this.make("span", { class: "hf-row__words" }, ...marked(entry.text ?? "", spansIn("text"), 90)),
      where && this.make("span", { class: "hf-row__where" }, where),
    );
  }

  /** Why a row is there, where its title and words do not show it. */
  reasonOf(row, entry, marked) {
    const label = WHY[row.why];
    const visible = row.spans.some(({ field }) => field === "title" || field === "text");
    const hidden = visible ? null : row.spans.find(({ field }) => HIDDEN_FIELDS[field]);
    if (!label && !hidden) return null;
    const reason = this.make("span", { class: "hf-why" });
    if (label) reason.append(row.why === "synonym" && row.word ? `${label}：${row.word}` : label);
    if (hidden) {
      const value = entry[hidden.field];
      const text = Array.isArray(value) ? value[hidden.part] : value;
      reason.append(label ? " · " : "", `${HIDDEN_FIELDS[hidden.field]}：`, ...marked(text, [hidden], 16));
    }
    return reason;
  }

  select(index) {
    const rows = this.list.children;
    rows[this.selected]?.setAttribute("aria-selected", "false");
    this.selected = index;
    const row = rows[index];
    if (!row) return;
    row.setAttribute("aria-selected", "true");
    this.box.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
    this.showCard(this.byId.get(this.rows[index].id), this.rows[index]);
  }

  isNarrow() {
    return this.view.matchMedia("(max-width: 44rem)").matches;
  }

  // The card

  showCard(entry, row = null) {
    if (!entry) {
      this.card.replaceChildren();
      this.card.hidden = true;
      return;
    }
    this.card.hidden = false;
    this.card.replaceChildren(...(entry.kind === "phrase" ? this.phraseCard(entry) : this.placeCard(entry, row)));
    this.card.scrollTop = 0;
  }

  phraseCard(entry) {
    const blanks = blanksOf(entry.text ?? "");
    const words = this.wordsWithBlanks(entry.text ?? "", entry);
    return [
      this.make("h2", { class: "hf-card__title" }, entry.title),
      this.make("div", { class: "hf-say", role: "group", "aria-label": "说" }, words),
      this.make(
        "p",
        { class: "hf-actions" },
        this.make("button", { type: "button", class: "hf-button hf-button--main", click: () => this.copyEntry(entry) }, "复制"),
        blanks.length && this.make("button", { type: "button", class: "hf-button", click: () => this.clearValues() }, "清空填写"),
        this.make("a", { class: "hf-button", href: siteRoot() + entry.url, click: () => this.close() }, "看原页"),
      ),
      this.make(
        "dl",
        { class: "hf-facts" },
        ...this.fact("适用", entry.when),
        ...this.fact("不要说", ...(entry.never ?? []), "never"),
        ...this.fact("接着", this.nextOf(entry)),
        ...this.fact("依据", this.basisOf(entry)),
        ...this.fact("换个说法", ...(entry.variants ?? []).map((variant) => this.variantOf(variant, entry))),
      ),
    ];
  }

  fact(term, ...values) {
    const tone = values.at(-1) === "never" ? values.pop() : "";
    const shown = values.filter(Boolean);
    if (!shown.length) return [];
    return [this.make("dt", { class: tone && "hf-never" }, term), ...shown.map((value) => this.make("dd", { class: tone && "hf-never" }, value))];
  }

  /** The words with a small box for each blank; what is typed shows at once everywhere. */
  wordsWithBlanks(text, entry) {
    const line = this.make("p", { class: "hf-words" });
    for (const { text: words, blank } of pieces(text)) {
      if (!blank) {
        line.append(words);
        continue;
      }
      const box = this.make("input", {
        class: "hf-blank",
        type: "text",
        "aria-label": `填空：${blank}`,
        placeholder: blank,
        autocomplete: "off",
        spellcheck: "false",
        "data-blank": blank,
        "data-entry": entry.id,
      });
      box.value = this.values.get(blank) ?? "";
      fit(box);
      box.addEventListener("input", () => {
        this.values.set(blank, box.value);
        box.removeAttribute("aria-invalid");
        for (const other of this.card.querySelectorAll(".hf-blank")) {
          if (other.dataset.blank !== blank) continue;
          if (other !== box) other.value = box.value;
          fit(other);
        }
      });
      line.append(box);
    }
    return line;
  }

  variantOf(variant, entry) {
    return this.make(
      "div",
      { class: "hf-variant" },
      this.wordsWithBlanks(variant, entry),
      this.make("button", { type: "button", class: "hf-button", "aria-label": `复制这个说法：${variant}`, click: () => this.copyWords(entry, variant) }, "复制"),
    );
  }

  nextOf(entry) {
    const links = (entry.next ?? [])
      .map((id) => this.byId.get(id))
      .filter(Boolean)
      .map((next) =>
        this.make(
          "button",
          {
            type: "button",
            class: "hf-next",
            click: () => {
              this.wanted = next.id;
              this.box.focus();
              this.refresh();
            },
          },
          next.title,
        ),
      );
    if (!links.length) return entry.nextText ?? "";
    return this.make("div", {}, entry.nextText ? this.make("p", {}, entry.nextText) : null, ...links);
  }

  basisOf(entry) {
    const links = (entry.basis ?? [])
      .map((id) => this.byId.get(id))
      .filter(Boolean)
      .map((clause) => this.make("a", { href: siteRoot() + clause.url, click: () => this.close() }, `${clause.page ? `${clause.page}：` : ""}${clause.title}`));
    return links.length ? this.make("div", { class: "hf-links" }, ...links) : "";
  }

  placeCard(entry, row) {
    const spans = (row?.spans ?? []).filter(({ field }) => field === "text");
    const text = entry.text ?? "";
    return [
      this.make("p", { class: "hf-card__kind" }, [KINDS[entry.kind], entry.page].filter(Boolean).join(" · ")),
      this.make("h2", { class: "hf-card__title" }, entry.title),
      this.make(
        "p",
        { class: "hf-text" },
        ...excerpt(text, spans, 420).map(({ text: words, hit }) => (hit ? this.make("mark", {}, words) : words)),
      ),
      this.make("p", { class: "hf-actions" }, this.make("a", { class: "hf-button hf-button--main", href: siteRoot() + entry.url, click: () => this.close() }, "打开")),
    ];
  }

  clearValues() {
    this.values.clear();
    for (const box of this.card.querySelectorAll(".hf-blank")) {
      box.value = "";
      box.removeAttribute("aria-invalid");
      fit(box);
    }
    this.say("填写的内容已清空");
  }

  // Using what was found

  useAt(index) {
    if (index >= this.rows.length) return;
    this.select(index);
    this.use();
  }

  use({ marked = false } = {}) {
    const entry = this.byId.get(this.rows[this.selected]?.id);
    if (!entry) return;
    if (entry.kind === "phrase") this.copyEntry(entry, { marked });
    else {
      this.usage.add(entry.id);
      const target = siteRoot() + entry.url;
      this.close();
      this.document.location.href = target;
    }
  }

  copyEntry(entry, options) {
    return this.copyWords(entry, entry.text ?? "", options);
  }

  /** Copies words; an unfilled blank is refused, unless it is asked for, then marked. */
  async copyWords(entry, words, { marked = false } = {}) {
    const { text, missing } = fill(words, this.values);
    if (missing.length && !marked) {
      const boxes = [...this.card.querySelectorAll(".hf-blank")].filter((box) => missing.includes(box.dataset.blank));
      for (const box of boxes) box.setAttribute("aria-invalid", "true");
      boxes[0]?.focus();
      this.say(`还没填：${missing.join("、")}。填好按 Enter；先不填就按 Ctrl+Enter，会标出“未填”。`, "warn");
      return;
    }
    const copied = await copyText(this.document, text, this.dialog);
    if (!copied) {
      this.say("这个浏览器不让复制。请在“说”里选中文字，手动复制。", "warn");
      return;
    }
    this.usage.add(entry.id);
    const note = missing.length ? `，未填 ${missing.length} 处` : "";
    this.say(`已复制${note}：${entry.title}——${text.length > 40 ? `${text.slice(0, 40)}…` : text}`, missing.length ? "warn" : "good");
    this.box.focus();
    this.box.select();
  }

  say(words, tone = "") {
    this.status.textContent = words;
    this.status.dataset.tone = tone;
  }
}

function plainRow(id) {
  return { id, why: "", word: "", spans: [] };
}

/** Makes a blank's box as wide as its words; Han characters count double. */
function fit(box) {
  const words = box.value || box.placeholder;
  let width = 0;
  for (const character of words) width += character.charCodeAt(0) > 0x2e7f ? 2 : 1;
  box.style.width = `${Math.min(36, Math.max(4, width)) / 2 + 1.2}em`;
}

function storageOf(view) {
  try {
    return view.localStorage;
  } catch {
    return null; // some browsers refuse even to name it
  }
}
