// Blanks as fields within the words: typed once, shown at once wherever they stand.

import { blankOf, isCounted, pieces, spoken } from "./blanks.js";
import { CAUTION } from "./dates.js";
import { element } from "./elements.js";
import { ownKeys } from "./own.js";

const HINTS = { choice: "按 1–9 选", date: "+3、明天、周五、11.26", amount: "数字", masked: "只会说出需要的几位" };

/**
 * Words with a field for each blank.
 *
 * @param {Document} document
 * @param {string} text
 * @param {Call} call
 * @param {(key: string) => void} changed called when the user has typed
 */
export function wordsWithFields(document, text, call, changed) {
  const line = element(document, "p", { class: "hf-words" });
  const all = pieces(text);
  all.forEach(({ text: words, blank: name }, index) => {
    if (!name) line.append(words);
    else line.append(...fieldOf(document, name, all[index + 1]?.text ?? "", call, changed));
  });
  return line;
}

/** Shows in every field of a card what is known by now; leaves the one being typed in. */
export function refreshFields(card, { call, own }) {
  const { CustomEvent } = card.ownerDocument.defaultView;
  for (const field of card.querySelectorAll(".hf-blank")) field.dispatchEvent(new CustomEvent("hf-show"));
  const note = card.querySelector(".hf-caution");
  if (note) note.hidden = ![...card.querySelectorAll(".hf-blank")].some((field) => isCounted(blankOf(field.dataset.blank), call.get(field.dataset.key) ?? ""));
  for (const line of card.querySelectorAll(".hf-own")) {
    const keys = line.dataset.keys.split(" ");
    const typed = keys.some((key) => call.values.get(key)?.trim());
    const kept = keys.filter((key) => own.get(key) && !call.values.has(key));
    line.querySelector(".hf-own__keep").hidden = !typed;
    line.querySelector(".hf-own__kept").hidden = typed || !kept.length;
    line.querySelector(".hf-own__words").textContent = `${kept.join("、")}记在这台电脑上。`;
  }
}

/** What may be done about the agent's own answers in some words; nothing where none is asked. */
export function ownLine(document, text, on) {
  const keys = ownKeys(text);
  if (!keys.length) return null;
  const act = (words, run, attributes) => element(document, "button", { type: "button", class: "hf-button", ...attributes, click: run }, words);
  return element(
    document,
    "p",
    { class: "hf-own hf-note", "data-keys": keys.join(" ") },
    act(["记住我的", keys.map((key) => key.replace("我的", "")).join("、")].join(""), on.remember, { class: "hf-button hf-own__keep", "aria-keyshortcuts": "Alt+M", title: "Alt+M" }),
    element(document, "span", { class: "hf-own__kept" }, element(document, "span", { class: "hf-own__words" }), act("忘掉", on.forget, { "aria-label": "忘掉我的工号、岗位和姓名" })),
  );
}

/** The line that says what a counted date does not know; hidden until one is counted. */
export function caution(document) {
  return element(document, "p", { class: "hf-caution", hidden: true }, CAUTION);
}

function fieldOf(document, name, after, call, changed) {
  const blank = blankOf(name);
  const shared = {
    class: `hf-blank hf-blank--${blank.kind}`,
    "aria-label": `填空：${blank.label}`,
    "data-key": blank.key,
    "data-blank": name,
    title: HINTS[blank.kind] ?? false,
  };
  const field =
    blank.kind === "choice"
      ? element(
          document,
          "select",
          shared,
          element(document, "option", { value: "" }, blank.label),
          ...blank.options.map((option) => element(document, "option", { value: option }, option)),
        )
      : element(document, "input", {
          ...shared,
          type: "text",
          placeholder: blank.label,
          autocomplete: "off",
          spellcheck: "false",
          enterkeyhint: "done",
          maxlength: "500",
          inputmode: blank.kind === "amount" ? "decimal" : blank.kind === "masked" ? "numeric" : false,
        });
  const said = element(document, "span", { class: "hf-spoken" });
  const show = () => {
    const typed = call.get(blank.key) ?? "";
    const words = spoken(blank, typed, { after });
    const focused = document.activeElement === field;
    // A number that is masked is masked on the screen too, once the field is left.
    const shown = blank.kind === "masked" && !focused ? words : typed;
    if (field.value !== shown) field.value = shown;
    if (blank.kind !== "choice") fit(field);
    said.textContent = words && words !== field.value ? words : "";
    field.classList.toggle("hf-blank--filled", Boolean(words));
    if (words) field.removeAttribute("aria-invalid");
  };
  field.addEventListener("input", () => {
    call.set(blank.key, field.value);
    changed(blank.key);
  });
  field.addEventListener("focus", show);
  field.addEventListener("blur", show);
  field.addEventListener("hf-show", show);
  show();
  return [field, said];
}

/** Makes a field as wide as its words; Han characters count double. */
function fit(field) {
  const words = field.value || field.placeholder;
  let width = 0;
  for (const character of words) {
    width += character.charCodeAt(0) > 0x2e7f ? 2 : 1;
    if (width > 36) break;
  }
  field.style.width = `${Math.min(36, Math.max(4, width)) / 2 + 1.2}em`;
}
