// The card of what is selected: say, when, never say, next, clause, other wordings.

import { blanksOf } from "./blanks.js";
import { element } from "./elements.js";
import { caution, ownLine, wordsWithFields } from "./fields.js";
import { VALID } from "./freshness.js";
import { KINDS, marked } from "./rows.js";

const TEXT_SHOWN = 420;

/**
 * @typedef {object} Surroundings what a card needs of the finder
 * @property {Document} document
 * @property {string} root URL of the site
 * @property {string | false} target window in which links open
 * @property {Results} results
 * @property {Call} call
 * @property {Own} own
 * @property {(id: string) => Fresh | null} freshness what freshness.js says
 * @property {(entry: object) => object | null} news what is new of an entry
 * @property {(id: string) => boolean} isPinned
 * @property {Record<string, (...values: any[]) => void>} on what buttons do
 */

/**
 * The children of the card of an entry.
 *
 * @param {object} entry
 * @param {object | null} row what the engine found, for its marks
 * @param {Surroundings} around
 */
export function cardOf(entry, row, around) {
  return entry.kind === "phrase" ? phraseCard(entry, around) : placeCard(entry, row, around);
}

/** A button; with its key, where there is a keyboard. */
export function button(document, words, act, { key = "", main = false, ...attributes } = {}) {
  return element(
    document,
    "button",
    { type: "button", class: main ? "hf-button hf-button--main" : "hf-button", "aria-keyshortcuts": key ? key.replace("Ctrl", "Control") : false, ...attributes, click: act },
    words,
    key && element(document, "kbd", { "aria-hidden": "true" }, key),
  );
}

function phraseCard(entry, around) {
  const { document, call, on } = around;
  const text = entry.text ?? "";
  const pinned = around.isPinned(entry.id);
  return [
    heading(entry, around),
    element(document, "div", { class: "hf-say", role: "group", "aria-label": "说" }, wordsWithFields(document, text, call, on.typed)),
    blanksOf(text).length > 0 && caution(document),
    ownLine(document, text, on),
    element(
      document,
      "div",
      { class: "hf-actions" },
      button(document, "复制", () => on.copy(entry, text), { key: "Enter", main: true }),
      button(document, "加入合成", () => on.add(entry, text), { key: "Alt+A" }),
      button(document, pinned ? "取消固定" : "固定", () => on.pin(entry), { key: "Alt+P", "aria-pressed": String(pinned) }),
      link(entry.url, "看原页", around, "hf-button"),
    ),
    newsOf(entry, around),
    element(
      document,
      "dl",
      { class: "hf-facts" },
      ...fact(document, "适用", [entry.when]),
      ...fact(document, "不要说", entry.never ?? [], "hf-never"),
      ...fact(document, "接着", [nextOf(entry, around)]),
      ...fact(document, "依据", [basisOf(entry, around)]),
      ...fact(
        document,
        "换个说法",
        variantsOf(entry, around.results.channel).map((variant) => variantOf(variant, entry, around)),
      ),
    ),
  ].filter(Boolean);
}

function placeCard(entry, row, around) {
  const { document } = around;
  const spans = (row?.spans ?? []).filter(({ field }) => field === "text");
  return [
    element(document, "p", { class: "hf-card__kind" }, [KINDS[entry.kind], entry.page].filter(Boolean).join(" · ")),
    heading(entry, around),
    newsOf(entry, around),
    element(document, "p", { class: "hf-text" }, ...marked(document, entry.text ?? "", spans, TEXT_SHOWN)),
    element(document, "div", { class: "hf-actions" }, link(entry.url, "打开", around, "hf-button hf-button--main")),
  ].filter(Boolean);
}

function heading(entry, { document, freshness }) {
  const fresh = freshness(entry.id);
  return element(
    document,
    "div",
    { class: "hf-card__head" },
    element(document, "h2", { class: "hf-card__title" }, entry.title),
    fresh &&
      element(
        document,
        "p",
        { class: "hf-card__fresh" },
        fresh.state !== VALID && element(document, "span", { class: fresh.warns ? "hf-stale" : "hf-due" }, fresh.state),
        [fresh.words, fresh.advice].filter(Boolean).join("。"),
      ),
  );
}

/** What is new of an entry since this reader last saw it, with old and new wording. */
function newsOf(entry, { document, news, on }) {
  const told = news(entry);
  if (!told) return null;
  const make = (...values) => element(document, ...values);
  return make(
    "div",
    { class: "hf-news" },
    make("p", {}, make("span", { class: "hf-due" }, told.own ? "有更新" : "依据有更新"), ` ${told.day} ${told.summary}`),
    told.before && make("p", { class: "hf-wording" }, "原来：", make("del", {}, told.before)),
    told.after && make("p", { class: "hf-wording" }, "现在：", make("ins", {}, told.after)),
    button(document, "知道了", () => on.noticed(told.mark)),
  );
}

function fact(document, term, values, tone = "") {
  const shown = values.filter(Boolean);
  if (!shown.length) return [];
  return [element(document, "dt", { class: tone }, term), ...shown.map((value) => element(document, "dd", { class: tone }, value))];
}

function link(url, words, { document, root, target, on }, kind = "") {
  return element(document, "a", { class: kind || false, href: root + url, target, click: () => on.left() }, words);
}

/**
 * Other wordings, each with what it is for: `（书面）…` is a wording for letters.
 *
 * @param {{variants?: string[]}} entry
 * @param {string} channel those for this channel come first
 * @returns {{label: string, text: string}[]}
 */
export function variantsOf({ variants = [] }, channel) {
  const read = variants.map((variant) => {
    const [, label = "", text] = /^(?:（([^（）]{1,12})）)?(.*)$/s.exec(variant.trim());
    return { label, text: text.trim() };
  });
  const first = ({ label }) => Boolean(channel) && label.split(/[、，/]/).includes(channel);
  return [...read.filter(first), ...read.filter((one) => !first(one))];
}

function variantOf({ label, text }, entry, { document, call, on }) {
  const words = wordsWithFields(document, text, call, on.typed);
  if (label) words.prepend(element(document, "span", { class: "hf-channel" }, label));
  return element(
    document,
    "div",
    { class: "hf-variant" },
    words,
    button(document, "复制", () => on.copy(entry, text), { "aria-label": `复制${label ? `${label}的` : "这个"}说法：${text}` }),
  );
}

function nextOf(entry, { document, results, on }) {
  const links = (entry.next ?? [])
    .map((id) => results.byId.get(id))
    .filter(Boolean)
    .map((next, index) => {
      const key = index ? null : element(document, "kbd", { "aria-hidden": "true" }, "Alt+N");
      return element(document, "button", { type: "button", class: "hf-next", "aria-keyshortcuts": index === 0 && "Alt+N", click: () => on.go(next.id) }, next.title, key);
    });
  if (!links.length) return entry.nextText ?? "";
  return element(document, "div", {}, entry.nextText ? element(document, "p", {}, entry.nextText) : null, ...links);
}

function basisOf(entry, around) {
  const links = (entry.basis ?? [])
    .map((id) => around.results.byId.get(id))
    .filter(Boolean)
    .map((clause) => link(clause.url, `${clause.page ? `${clause.page}：` : ""}${clause.title}`, around));
  return links.length ? element(around.document, "div", { class: "hf-links" }, ...links) : "";
}
