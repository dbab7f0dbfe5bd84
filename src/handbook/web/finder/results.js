// The list below the box: what it holds, which row is selected, and how it is told.

import { button } from "./card.js";
import { element } from "./elements.js";
import { freshness, OVERDUE } from "./freshness.js";
import { whenIdle } from "./loading.js";
import { Seen, marksOf, newsOf } from "./news.js";
import { plainRow, rowElement } from "./rows.js";
import { groups, habitsFirst, nearest, STARTERS } from "./suggestions.js";

const ROWS = 30;
/** Rows drawn before the next frame: what is in sight; the others follow after it. */
const AT_ONCE = 9;
const NEAREST = 6;
const WORDS = 5;
/** Most characters of a query that are said again. */
const ASKED = 20;
/** How much a phrase that most calls need outranks others, for users without habits. */
const NEEDED = 0.4;
const PICK = /^([a-z]{0,8})([1-9])$/i;

/** Rows in groups, one of them selected; the focus stays in the box. */
export class Results {
  /**
   * @param {Document} document
   * @param {{box: HTMLInputElement, list: Element, caption: Element}} parts
   * @param {Usage} usage
   * @param {{selected: () => void, keep: () => void}} on
   */
  constructor(document, { box, list, caption }, usage, on) {
    this.document = document;
    this.box = box;
    this.list = list;
    this.caption = caption;
    this.usage = usage;
    this.on = on;
    this.engine = null;
    this.byId = new Map();
    this.reviews = {};
    /** Ids that this page is about. */
    this.here = [];
    this.channel = "";
    this.rows = [];
    this.items = [];
    /** Rows still to be drawn, with the element they go into. */
    this.waiting = [];
    this.selected = -1;
    this.scrolled = false;
    list.addEventListener("scroll", () => (this.scrolled = true), { passive: true });
  }

  /** Takes what was loaded. */
  take(engine, data, here) {
    this.engine = engine;
    this.byId = new Map(data.entries.map((entry) => [entry.id, entry]));
    this.reviews = data.reviews;
    engine.age((id) => freshness(id, data.reviews)?.state === OVERDUE);
    this.changes = data.changes;
    this.seen = new Seen(this.document.defaultView, marksOf(data.changes));
    this.here = here;
    this.usual = null;
    this.weighed = null;
  }

  /** What this user uses, and what most calls need, by id; from 0 to 1. */
  boosts() {
    const own = this.usage.boosts();
    if (this.weighed?.own === own) return this.weighed.boosts;
    this.usual ??= STARTERS.map((word) => this.first(word)).filter(Boolean);
    const boosts = new Map(this.usual.map((id) => [id, NEEDED]));
    for (const [id, share] of own) boosts.set(id, Math.max(share, boosts.get(id) ?? 0));
    this.weighed = { own, boosts };
    return boosts;
  }

  /** Id of the best phrase for a word, whoever asks. */
  first(word) {
    return this.engine.search(word, { limit: 1, kind: "phrase", channel: this.channel })[0]?.id;
  }

  /** What is new of an entry since this reader last saw it. */
  newsOf(entry) {
    return newsOf(entry, this.changes, this.seen);
  }

  /** The selected row, as the engine gave it. */
  get row() {
    return this.rows[this.selected] ?? null;
  }

  /** The entry of the selected row. */
  get entry() {
    return this.byId.get(this.row?.id);
  }

  /** Shows what the box asks for. */
  refresh() {
    const query = this.box.value.trim();
    if (!query) return this.show(this.groups());
    const rows = this.search(query);
    const picked = this.picked(query);
    if (picked) {
      const others = isWeak(rows) ? [] : rows.filter(({ id }) => id !== picked.row.id);
      return this.show([{ title: `第 ${picked.digit} 条`, rows: [picked.row] }, ...(others.length ? [{ title: `和“${query}”有关的`, rows: others }] : [])]);
    }
    if (!isWeak(rows)) return this.show([{ rows }]);
    this.showNearest(query, rows);
  }

  /**
   * The row that a digit picks: alone, or behind letters as with an IME (`zj3`). It waits
   * for Enter, because the digit may be the beginning of something to look for (`7天`).
   */
  picked(query) {
    const [, letters, digit] = PICK.exec(query) ?? [];
    if (!digit) return null;
    const rows = letters ? this.search(letters) : this.groups().flatMap((group) => group.rows);
    const row = rows[Number(digit) - 1];
    return row ? { row, digit } : null;
  }

  /** Shows a phrase and what is said after it. */
  showOne(id) {
    const following = (this.byId.get(id)?.next ?? []).filter((next) => this.byId.has(next));
    const rows = [id, ...following].filter((one) => this.byId.has(one)).map(plainRow);
    this.show([{ rows }], following.length ? ["这一句，和接着说的"] : []);
  }

  search(query, options) {
    const boosts = this.boosts();
    return habitsFirst(query, this.engine.search(query, { limit: ROWS, channel: this.channel, boosts, ...options }), boosts);
  }

  fits(id) {
    const entry = this.byId.get(id);
    return entry && (!this.channel || entry.kind !== "phrase" || !entry.channels?.length || entry.channels.includes(this.channel));
  }

  /** With nothing typed: what this user uses, and what belongs to this page. */
  groups() {
    const found = groups({
      usage: this.usage,
      here: this.here,
      first: (word) => this.first(word),
      all: () => [...this.byId.values()].filter(({ kind }) => kind === "phrase").map(({ id }) => id),
      fits: (id) => this.fits(id),
    });
    return found.map(({ title, ids }) => ({ title, rows: ids.map(plainRow) }));
  }

  /** Says that nothing fits, and shows what comes nearest. */
  showNearest(query, weak) {
    const keep = button(this.document, "记下这个词", this.on.keep, { key: "Alt+K" });
    const { part, rows } = weak.length ? { part: "", rows: weak.slice(0, NEAREST) } : nearest((words) => this.search(words, { limit: NEAREST, kind: "phrase" }), query);
    const asked = query.length > ASKED ? `${query.slice(0, ASKED)}…` : query;
    if (!rows.length) return this.show([], [`没找到“${asked}”。换个说法，或者只打两三个关键的字试试。`, keep]);
    const words = [...new Set([part, ...rows.map(({ id }) => this.byId.get(id).title)])].filter(Boolean).slice(0, WORDS);
    const chips = words.map((word) => button(this.document, word, () => this.retype(word), { class: "hf-next" }));
    this.show([{ title: part ? `只按“${part}”找到的` : "只有一部分相符", rows }], [`没找到“${asked}”。最接近的：`, ...chips, keep], null);
  }

  retype(word) {
    this.box.value = word;
    this.box.focus();
    this.refresh();
  }

  /** Shows groups of rows, numbered through, with the first one selected, or none. */
  show(found, caption = [], selected = 0) {
    this.rows = found.flatMap(({ rows }) => rows);
    this.caption.replaceChildren(...caption);
    this.items = [];
    this.waiting = [];
    const parts = [];
    let index = 0;
    for (const { title, rows } of found) {
      const part = this.groupOf(title);
      parts.push(part);
      for (const row of rows) this.waiting.push({ part, row, index: index++ });
    }
    this.draw(AT_ONCE);
    this.list.replaceChildren(...parts);
    this.toTop();
    if (this.waiting.length) this.drawLater();
    this.box.setAttribute("aria-expanded", String(this.rows.length > 0));
    this.selected = -1;
    if (this.rows.length && selected !== null) this.select(selected);
    else {
      this.box.removeAttribute("aria-activedescendant");
      this.on.selected();
    }
  }

  /** Draws the next rows, up to so many in all. */
  draw(count = Infinity) {
    while (this.waiting.length && this.items.length < count) {
      const { part, row, index } = this.waiting.shift();
      const item = this.itemOf(row, index);
      part.append(item);
      this.items.push(item);
    }
  }

  /** Draws the rest when nobody types, unless the list has changed. */
  drawLater() {
    const { waiting } = this;
    whenIdle(this.document.defaultView, this.drawing(waiting));
  }

  *drawing(waiting) {
    yield;
    while (waiting === this.waiting && waiting.length) {
      this.draw(this.items.length + 3);
      yield;
    }
  }

  /** Scrolls up; only where needed, because asking costs a layout. */
  toTop() {
    if (this.scrolled) this.list.scrollTop = 0;
    this.scrolled = false;
  }

  itemOf(row, index) {
    const entry = this.byId.get(row.id);
    const state = { index, fresh: freshness(row.id, this.reviews), news: this.newsOf(entry), pinned: this.usage.isPinned(row.id) };
    return rowElement(this.document, row, entry, state);
  }

  /** Draws the selected row again: it was pinned, or let go. */
  redraw() {
    const item = this.itemOf(this.row, this.selected);
    item.setAttribute("aria-selected", "true");
    this.items[this.selected].replaceWith(item);
    this.items[this.selected] = item;
  }

  groupOf(title) {
    if (!title) return element(this.document, "ul", { role: "presentation" });
    const head = element(this.document, "li", { class: "hf-group", role: "presentation", "aria-hidden": "true" }, title);
    return element(this.document, "ul", { role: "group", "aria-label": title }, head);
  }

  select(index) {
    if (index >= this.items.length) this.draw();
    this.items[this.selected]?.setAttribute("aria-selected", "false");
    this.selected = index;
    const item = this.items[index];
    if (!item) return;
    item.setAttribute("aria-selected", "true");
    this.box.setAttribute("aria-activedescendant", item.id);
    if (index === 0) this.toTop(); // with the title of its group
    else {
      item.scrollIntoView({ block: "nearest" });
      this.scrolled = true;
    }
    this.on.selected();
  }

  /** Selects a row some steps on; one step over the end begins again. */
  move(step) {
    const last = this.rows.length - 1;
    if (last < 0) return;
    const round = step === 1 && this.selected === last ? 0 : step === -1 && this.selected <= 0 ? last : this.selected + step;
    this.select(Math.max(0, Math.min(last, round)));
  }
}

/** Whether nothing really fits: no row, or single characters scattered about. */
function isWeak([best]) {
  if (!best || best.weak) return true;
  return best.why === "parts" && best.spans.every(({ start, end }) => end - start < 2);
}
