// Dates as agents say them: "+3" is three working days from today, Monday to Friday.

const DAY = "日一二三四五六";
const NEAR = { 大后天: 3, 后天: 2, 明天: 1, 明日: 1, 今天: 0, 今日: 0, 昨天: -1, 前天: -2 };
const HALF_YEAR = 183;

/** What nobody may forget about a date that was counted here. */
export const CAUTION = "日期按周一到周五推算，不知道法定节假日和调休，请核对。";

/** The day that many working days later (or, below zero, earlier). */
export function workingDaysAfter(date, count) {
  const step = count < 0 ? -1 : 1;
  const day = midnight(date);
  for (let left = Math.abs(count); left > 0; ) {
    day.setDate(day.getDate() + step);
    if (day.getDay() % 6 !== 0) left--;
  }
  return day;
}

/** The day that many calendar days later. */
export function daysAfter(date, count) {
  const day = midnight(date);
  day.setDate(day.getDate() + count);
  return day;
}

/**
 * Reads a date as it is typed in haste.
 *
 * @param {string} typed `+3`, `+3天`, `明天`, `周五`, `11.26`, `1126`, `2026-11-26`,
 *   and after any of them a time such as `15点`
 * @param {Date} today
 * @returns {{date: Date, rest: string, counted: boolean} | null} `counted`: working
 *   days were counted; null when this is no date that we know, to be said as it stands
 */
export function readDate(typed, today) {
  const text = typed.normalize("NFKC").trim();
  const found = (match, date, counted = false) => ({ date, rest: text.slice(match[0].length).trim(), counted });
  let match = /^([+-]) ?(\d{1,3})(个?工作日|天|日)?/.exec(text);
  if (match) {
    const count = Number(match[1] + match[2]);
    return match[3] === "天" || match[3] === "日" ? found(match, daysAfter(today, count)) : found(match, workingDaysAfter(today, count), true);
  }
  match = /^(大后天|后天|明天|明日|今天|今日|昨天|前天)/.exec(text);
  if (match) return found(match, daysAfter(today, NEAR[match[1]]));
  match = /^(下?)(?:周|星期|礼拜)([一二三四五六日天])/.exec(text);
  if (match) {
    const wanted = match[2] === "天" ? 7 : DAY.indexOf(match[2]) || 7;
    const monday = daysAfter(today, 1 - (today.getDay() || 7));
    return found(match, daysAfter(monday, wanted - 1 + (match[1] ? 7 : 0)));
  }
  match = /^(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?!\d)/.exec(text);
  if (match) {
    const date = dateOf(Number(match[1]), Number(match[2]), Number(match[3]));
    return date && found(match, date);
  }
  match = /^(\d{1,2})[-./](\d{1,2})(?![\d./-])/.exec(text) ?? /^(\d{2})(\d{2})(?![\d:])/.exec(text);
  if (match) {
    const date = nearest(Number(match[1]), Number(match[2]), today);
    return date && found(match, date);
  }
  return null;
}

/** A date in words; the year only where it is not this one. */
export function sayDate(date, today) {
  const year = date.getFullYear() === today.getFullYear() ? "" : `${date.getFullYear()}年`;
  return `${year}${date.getMonth() + 1}月${date.getDate()}日（周${DAY[date.getDay()]}）`;
}

/** A date as 2026-11-26, by the reader's own clock. */
export function isoDate(date) {
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate());
}

function dateOf(year, month, day) {
  const date = new Date(year, month - 1, day);
  return date.getMonth() === month - 1 && date.getDate() === day ? date : null;
}

/** The day of that name closest to today: in December, 1.5 is in January to come. */
function nearest(month, day, today) {
  const days = (date) => Math.abs(date - midnight(today)) / 86_400_000;
  const year = today.getFullYear();
  const here = dateOf(year, month, day);
  if (here && days(here) <= HALF_YEAR) return here;
  const others = [dateOf(year - 1, month, day), dateOf(year + 1, month, day), here].filter(Boolean);
  return others.sort((a, b) => days(a) - days(b))[0] ?? null;
}
