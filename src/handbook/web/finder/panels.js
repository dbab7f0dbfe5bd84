// What may stand in place of a card: the basket, the words that found nothing, and
// words to be copied by hand.

import { blanksOf } from "./blanks.js";
import { button } from "./card.js";
import { element } from "./elements.js";
import { caution, wordsWithFields } from "./fields.js";

/**
 * The basket: its phrases in order, their blanks, and what may be done with it.
 *
 * @param {Surroundings} around
 */
export function basketPanel(around) {
  const { document, results, call, on } = around;
  const { basket } = call;
  if (!basket.length) {
    return [
      element(document, "h2", { class: "hf-card__title" }, "合成一段"),
      element(document, "p", { class: "hf-text" }, "还没有话术。选中一句，按 Alt+A 加进来；可以把问候、安抚、办法、道别合成一段，一次复制。"),
    ];
  }
  const line = ({ id, text }, index) => {
    const title = results.byId.get(id)?.title ?? "这一句";
    return element(
      document,
      "li",
      { class: "hf-basket__line", "data-index": String(index) },
      element(document, "b", { class: "hf-basket__title" }, title),
      element(
        document,
        "span",
        { class: "hf-basket__tools" },
        button(document, "上移", () => on.moveInBasket(index, -1), { "aria-label": `上移：${title}`, disabled: index === 0 }),
        button(document, "下移", () => on.moveInBasket(index, 1), { "aria-label": `下移：${title}`, disabled: index === basket.length - 1 }),
        button(document, "拿掉", () => on.takeFromBasket(index), { "aria-label": `拿掉：${title}` }),
      ),
      wordsWithFields(document, text, call, on.typed),
    );
  };
  return [
    element(document, "h2", { class: "hf-card__title" }, `合成一段（${basket.length} 句）`),
    element(document, "ol", { class: "hf-basket" }, ...basket.map(line)),
    basket.some(({ text }) => blanksOf(text).length) && caution(document),
    element(
      document,
      "div",
      { class: "hf-actions" },
      button(document, "复制整段", () => on.copyBasket(), { main: true, key: "Enter", class: "hf-button hf-button--main hf-basket__copy" }),
      button(document, "全部拿掉", () => on.emptyBasket()),
    ),
    element(document, "p", { class: "hf-note" }, "复制以后会自动清空；按 Alt+Z 放回来。"),
  ].filter(Boolean);
}

/**
 * The words that found nothing, and how they leave this browser: only by the user.
 *
 * @param {Surroundings} around
 * @param {{text: string, count: number}[]} list
 */
export function missesPanel({ document, on }, list) {
  const title = element(document, "h2", { class: "hf-card__title" }, `记下的词（${list.length} 个）`);
  if (!list.length) {
    return [title, element(document, "p", { class: "hf-text" }, "没找到想要的话术时，按 Alt+K 把这个词记下来。导出成文件交给培训师，他们会补进关键词。")];
  }
  return [
    title,
    element(
      document,
      "ul",
      { class: "hf-misses" },
      ...list.slice(0, 50).map(({ text, count }) => element(document, "li", {}, text, count > 1 && element(document, "span", { class: "hf-note" }, ` ${count} 次`))),
    ),
    element(document, "p", { class: "hf-note" }, "文件里只有这些词和每句话术用了几次，没有姓名，也没有客户说的话。"),
    element(
      document,
      "div",
      { class: "hf-actions" },
      button(document, "导出成文件", () => on.exportMisses(), { main: true }),
      button(document, "全部删掉", () => on.clearMisses()),
    ),
  ];
}

/**
 * Words that the browser would not copy: selected, for the user's own hands.
 *
 * @param {Surroundings} around
 * @param {string} text
 */
export function byHandPanel({ document }, text) {
  const box = element(document, "textarea", { class: "hf-by-hand", readonly: true, rows: "8", "aria-label": "要复制的话", focus: () => box.select() });
  box.value = text;
  return [
    element(document, "h2", { class: "hf-card__title" }, "请手动复制"),
    element(document, "p", { class: "hf-note" }, "浏览器不让网页复制。下面的字已经选中，按 Ctrl+C（手机上长按）复制，再按 Esc 返回。"),
    box,
  ];
}
