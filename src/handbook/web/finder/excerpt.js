// Which stretch of a text a row shows, and which of its characters matched.

/**
 * Cuts a text to a window around its first match.
 *
 * @param {string} text
 * @param {{start: number, end: number}[]} spans in order, not overlapping
 * @param {number} width most characters to show
 * @returns {{text: string, hit: boolean}[]} an ellipsis marks what was cut
 */
export function excerpt(text, spans, width) {
  let from = 0;
  if (text.length > width && spans.length && spans[0].end > width - 4) {
    from = Math.max(0, Math.min(spans[0].start - 8, text.length - width));
  }
  const to = Math.min(text.length, from + width);
  const stretches = [];
  const add = (start, end, hit) => {
    const words = text.slice(start, end).replace(/\s+/g, " ");
    if (words) stretches.push({ text: words, hit });
  };
  if (from > 0) stretches.push({ text: "…", hit: false });
  let at = from;
  for (const { start, end } of spans) {
    if (end <= from || start >= to) continue;
    add(at, Math.max(at, start), false);
    add(Math.max(at, start), Math.min(end, to), true);
    at = Math.min(end, to);
  }
  add(at, to, false);
  if (to < text.length) stretches.push({ text: "…", hit: false });
  return stretches;
}
