// Blanks 【…】: what the agent fills mid-call; kept in memory for this call only.

const BLANK = /【([^【】]+)】/g;

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
 * Fills the blanks of some words.
 *
 * @param {string} text
 * @param {Map<string, string>} values by the blank's name
 * @returns {{text: string, missing: string[]}} an unfilled blank reads 【未填：…】, so
 *   that nobody takes it for something to say
 */
export function fill(text, values) {
  const missing = [];
  const filled = pieces(text)
    .map(({ text: words, blank }) => {
      if (!blank) return words;
      const value = (values.get(blank) ?? "").trim();
      if (value) return value;
      if (!missing.includes(blank)) missing.push(blank);
      return `【未填：${blank}】`;
    })
    .join("");
  return { text: filled, missing };
}
