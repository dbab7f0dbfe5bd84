// The finder's fixed parts: box, filters, list, card, foot; in a dialog or on its own page.

import { button } from "./card.js";
import { customerLine } from "./customer.js";
import { element, lens } from "./elements.js";

export const CHANNELS = ["电话", "在线", "前台", "现场", "书面"];

/**
 * Builds the parts; nothing is put into the page yet.
 *
 * @param {Document} document
 * @param {Record<string, () => void>} on what its buttons do, by the command's name
 * @param {{alone: boolean}} options `alone`: a page of its own, not a dialog
 */
export function buildFrame(document, on, { alone }) {
  const make = (...values) => element(document, ...values);
  const box = make("input", {
    class: "hf-box",
    type: "text",
    role: "combobox",
    "aria-label": "查话术、条款和页面",
    "aria-expanded": "false",
    "aria-controls": "hf-list",
    "aria-haspopup": "listbox",
    "aria-autocomplete": "list",
    autocomplete: "off",
    autocorrect: "off",
    autocapitalize: "off",
    spellcheck: "false",
    enterkeyhint: "go",
    maxlength: "12000",
    placeholder: "打几个字、拼音或首字母",
    input: on.typed,
  });
  const list = make("div", { class: "hf-list", id: "hf-list", role: "listbox", "aria-label": "找到的内容", tabindex: "-1" });
  const caption = make("div", { class: "hf-caption" });
  const card = make("section", { class: "hf-card", "aria-label": "选中的内容", tabindex: "-1" });
  const status = make("p", { class: "hf-status", role: "status", "aria-live": "polite" });
  const filters = make("div", { class: "hf-filters", role: "group", "aria-label": "只看一个渠道" });
  for (const channel of ["", ...CHANNELS]) {
    filters.append(
      make("button", { type: "button", class: "hf-filter", "aria-pressed": String(channel === ""), "data-channel": channel, click: () => on.choose(channel) }, channel || "全部渠道"),
    );
  }
  const tools = {
    marked: button(document, "标出未填，先复制", on.marked, { key: "Ctrl+Enter", hidden: true, class: "hf-button hf-tools__marked" }),
    undo: button(document, "撤回复制", on.undo, { key: "Alt+Z", hidden: true }),
    basket: button(document, "合成", on.basket, { key: "Alt+S" }),
    misses: button(document, "记下的词", on.misses, {}),
    popOut: alone ? null : button(document, "弹出小窗", on.popOut, { key: "Alt+O", class: "hf-button hf-tools__pop-out" }),
  };
  const customer = customerLine(document, on);
  const hint = (key, words) => make("span", {}, make("kbd", {}, key), words);
  const hints = make(
    "p",
    { class: "hf-hints", "aria-hidden": "true" },
    hint("↑ ↓", "选"),
    hint("Enter", "复制"),
    hint("Tab", "填空"),
    hint("Alt+1–9", "直接复制"),
    hint("Alt+C", "换渠道"),
    hint("Alt+N", "接着"),
    hint("Esc", "返回"),
  );
  const inside = [
    make(
      "header",
      { class: "hf-head" },
      lens(document),
      box,
      alone ? null : make("button", { type: "button", class: "hf-close", "aria-label": "关闭查找", click: on.close }, "关闭"),
    ),
    filters,
    customer.line,
    make("div", { class: "hf-body" }, make("div", { class: "hf-results" }, caption, list), card),
    make("footer", { class: "hf-foot" }, make("div", { class: "hf-said-line" }, status, hints), make("div", { class: "hf-tools" }, ...Object.values(tools))),
  ];
  const root = alone
    ? make("main", { class: "hf-alone", "aria-label": "查找" }, make("div", { class: "hf-frame" }, ...inside))
    : make("dialog", { class: "hf-dialog", "aria-label": "查找" }, make("div", { class: "hf-frame" }, ...inside));
  return { root, box, list, caption, card, status, filters, customer, tools };
}
