// A row of the list: title, words, channel, why it matched, and how fresh it is.

import { element } from "./elements.js";
import { excerpt } from "./excerpt.js";
import { VALID } from "./freshness.js";

export const KINDS = { phrase: "话术", clause: "条款", page: "页面" };
const WHY = { pinyin: "拼音", initials: "首字母", synonym: "同义词", sound: "近音", typo: "容错", parts: "部分相符" };
const HIDDEN_FIELDS = { keywords: "关键词", when: "适用", never: "不要说", variants: "换个说法" };

/** A row for an entry that no query found. */
export function plainRow(id) {
  return { id, why: "", word: "", spans: [] };
}

/**
 * Makes the element of a row.
 *
 * @param {Document} document
 * @param {object} row what the engine found
 * @param {object} entry what the data says of it
 * @param {object} state
 * @param {number} state.index its place in the whole list
 * @param {Fresh | null} state.fresh what freshness.js says
 * @param {object | null} state.news what is new of it, as news.js says
 * @param {boolean} state.pinned
 */
export function rowElement(document, row, entry, { index, fresh, news, pinned }) {
  const make = (...values) => element(document, ...values);
  const spansIn = (field, part = 0) => row.spans.filter((span) => span.field === field && span.part === part);
  const where = [entry.page, ...(entry.scene ?? [])].filter(Boolean).join(" › ");
  return make(
    "li",
    { class: `hf-row hf-row--${entry.kind}`, id: `hf-row-${index}`, role: "option", "aria-selected": "false", "data-index": String(index) },
    make("span", { class: "hf-number", "aria-hidden": "true" }, index < 9 ? String(index + 1) : ""),
    make(
      "span",
      { class: "hf-row__title" },
      entry.kind === "phrase" ? null : make("span", { class: "hf-kind" }, KINDS[entry.kind] ?? ""),
      make("b", {}, ...marked(document, entry.title, spansIn("title"), 60)),
    ),
    make(
      "span",
      { class: "hf-row__tags" },
      news && make("span", { class: "hf-due", title: `${news.day} ${news.summary}` }, news.own ? "有更新" : "依据有更新"),
      pinned && make("span", { class: "hf-pinned" }, "固定"),
      fresh && fresh.state !== VALID && make("span", { class: fresh.warns ? "hf-stale" : "hf-due", title: `${fresh.words}，${fresh.advice}` }, fresh.state),
      entry.channels?.length ? make("span", { class: "hf-channel" }, entry.channels.join(" ")) : null,
    ),
    make("span", { class: "hf-row__words" }, ...marked(document, entry.text ?? "", spansIn("text"), 90)),
    make("span", { class: "hf-row__foot" }, reasonOf(document, row, entry), where && make("span", { class: "hf-row__where" }, where)),
  );
}

/** The stretches of a text with its matches marked. */
export function marked(document, text, spans, width) {
  return excerpt(text, spans, width).map(({ text: words, hit }) => (hit ? element(document, "mark", {}, words) : words));
}

/** Why a row is there, where its title and words do not show it. */
function reasonOf(document, row, entry) {
  const label = WHY[row.why];
  const visible = row.spans.some(({ field }) => field === "title" || field === "text");
  const hidden = visible ? null : row.spans.find(({ field }) => HIDDEN_FIELDS[field]);
  if (!label && !hidden) return null;
  const reason = element(document, "span", { class: "hf-why" });
  if (label) reason.append(row.why === "synonym" && row.word ? `${label}：${row.word}` : label);
  if (hidden) {
    const value = entry[hidden.field];
    const text = Array.isArray(value) ? value[hidden.part] : value;
    reason.append(label ? " · " : "", `${HIDDEN_FIELDS[hidden.field]}：`, ...marked(document, text ?? "", [hidden], 16));
  }
  return reason;
}
