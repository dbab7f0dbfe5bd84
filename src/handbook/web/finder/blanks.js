// Blanks 【…】: what kind of value a name asks for, and the words once it is filled.

import { daysAfter, readDate, sayDate, workingDaysAfter } from "./dates.js";

const BLANK = /【([^【】]+)】/g;
const OFFSET = /^(.*?)\+(\d{1,3})(个?工作日|天|日)?$/;
const DATE = /日期|几月几日|几号|哪天|哪一天/;
const AMOUNT = /金额|款额|多少钱|费用|价格/;
const TAIL = /尾号|后四位|末四位/;
const PHONE = /手机号/;
const SECRET = /身份证号|卡号|账号|帐号/;
const LONGEST_OPTION = 12;

/**
 * Cuts words into plain stretches and blanks.
 *
 * @param {string} text
 * @returns {{text: string, start: number, blank?: string}[]} `start` is the offset
 */
export function pieces(text) {
  const found = [];
  let last = 0;
  for (const match of text.matchAll(BLANK)) {
    if (match.index > last) found.push({ text: text.slice(last, match.index), start: last });
    found.push({ text: match[0], start: match.index, blank: match[1] });
    last = match.index + match[0].length;
  }
  if (last < text.length) found.push({ text: text.slice(last), start: last });
  return found;
}

/** Names of the blanks of some words, each once, in order. */
export function blanksOf(text) {
  return [...new Set(pieces(text).flatMap(({ blank }) => (blank ? [blank] : [])))];
}

/**
 * What a blank asks for, by its name alone. The rules stand in content/guide/phrases.md.
 *
 * @param {string} name what stands between 【 and 】
 * @returns {{kind: "text" | "choice" | "date" | "amount" | "masked", label: string,
 *   key: string, options?: string[], count?: number, calendar?: boolean, show?: string}}
 *   `key` names the value: blanks with one key are filled together
 */
export function blankOf(name) {
  const offset = OFFSET.exec(name);
  if (offset) {
    const [, label, count, unit] = offset;
    return { kind: "date", label: label || "日期", key: name, count: Number(count), calendar: unit === "天" || unit === "日" };
  }
  const [, title, list] = /^(?:([^：:]+)[：:])?(.+)$/s.exec(name) ?? [];
  const options = (list ?? "").split(/[／/]/).map((option) => option.trim());
  if (options.length > 1 && options.every((option) => option && option.length <= LONGEST_OPTION)) {
    const label = title?.trim() || options.join("／");
    return { kind: "choice", label, key: label, options };
  }
  if (TAIL.test(name) || PHONE.test(name) || SECRET.test(name)) {
    // 手机号 and 手机尾号 are one number: typed once, shown as each phrase needs.
    const show = TAIL.test(name) ? "tail" : PHONE.test(name) ? "phone" : "stars";
    return { kind: "masked", label: name, key: `${name.replace(TAIL, "").replace(/号码?$/, "")}号`, show };
  }
  if (DATE.test(name)) return { kind: "date", label: name, key: name };
  if (AMOUNT.test(name)) return { kind: "amount", label: name, key: name };
  return { kind: "text", label: name, key: name };
}

/**
 * What is said for what was typed; an empty string when the blank is still open.
 *
 * @param {ReturnType<typeof blankOf>} blank
 * @param {string} typed
 * @param {{today?: Date, after?: string}} around `after`: the words that follow
 */
export function spoken(blank, typed, { today = new Date(), after = "" } = {}) {
  const raw = typed.trim();
  if (blank.kind === "date") {
    if (!raw) {
      if (blank.count === undefined) return "";
      return sayDate(blank.calendar ? daysAfter(today, blank.count) : workingDaysAfter(today, blank.count), today);
    }
    const read = readDate(raw, today);
    return read ? sayDate(read.date, today) + read.rest : raw;
  }
  if (blank.kind === "amount") return amount(raw, after);
  if (blank.kind === "masked") return masked(raw, blank.show);
  return raw;
}

/** Whether working days were counted for what is said: then it must be checked. */
export function isCounted(blank, typed, today = new Date()) {
  if (blank.kind !== "date") return false;
  const raw = typed.trim();
  return raw ? Boolean(readDate(raw, today)?.counted) : blank.count !== undefined && !blank.calendar;
}

/**
 * Fills the blanks of some words.
 *
 * @param {string} text
 * @param {{get: (key: string) => string | undefined}} values by the blank's key
 * @param {Date} today
 * @returns {{text: string, missing: string[]}} keys of unfilled blanks; each of them
 *   reads 【未填：…】, so that nobody takes it for something to say
 */
export function fill(text, values, today = new Date()) {
  const missing = [];
  const all = pieces(text);
  const filled = all
    .map(({ text: words, blank: name }, index) => {
      if (!name) return words;
      const blank = blankOf(name);
      const said = spoken(blank, values.get(blank.key) ?? "", { today, after: all[index + 1]?.text });
      if (said) return said;
      if (!missing.includes(blank.key)) missing.push(blank.key);
      return `【未填：${blank.label}】`;
    })
    .join("");
  return { text: filled, missing };
}

function amount(raw, after) {
  const read = /^[¥￥]?(\d{1,12}|\d{1,3}(?:,\d{3})+)(\.\d{1,2})?(万?)(元|块钱?)?$/.exec(raw.normalize("NFKC").replace(/\s/g, ""));
  if (!read) return raw;
  const [, whole, part = "", ten] = read;
  const cents = part && !ten ? part.padEnd(3, "0") : part;
  const grouped = whole.replaceAll(",", "").replace(/\B(?=(\d{3})+$)/g, ",");
  return `${grouped}${cents}${ten}${after.startsWith("元") ? "" : "元"}`;
}

function masked(raw, show) {
  const plain = raw.normalize("NFKC").replace(/[\s-]/g, "");
  if (!plain) return "";
  const tail = plain.slice(-4);
  if (show === "tail") return tail;
  if (show === "phone" && plain.length >= 10) return `${plain.slice(0, 3)}****${tail}`;
  return plain.length > 4 ? `****${tail}` : tail;
}
