// What a report of a fault says, and the address that carries it to a code host.

const QUOTED = 300;
const ASKED = 600;
/** Hosts refuse longer addresses; Han characters take nine letters each in one. */
const LONGEST_ADDRESS = 7500;

/**
 * @typedef {object} Fault
 * @property {string} page the page's title
 * @property {string} path the file it is written in
 * @property {string} clause the title of the section, or nothing
 * @property {string} id the section's id, or nothing
 * @property {string} words what was selected, or nothing
 * @property {string} wrong what the reader says of it, or nothing
 * @property {string} address where it was read; nothing where that is a file
 */

/** Words on one line, cut where they are too long for a report. */
export function shortened(words, most = QUOTED) {
  const plain = words.replace(/\s+/g, " ").trim();
  const letters = [...plain];
  return letters.length > most ? `${letters.slice(0, most).join("")}…` : plain;
}

/** The first line of a report. */
export function titleOf({ page, clause }) {
  return `这里不对：${page}${clause ? `，${clause}` : ""}`;
}

/** A report as it is read by whoever mends the page; Markdown that also reads well plain. */
export function reportOf({ page, path, clause, id, words, wrong, address }) {
  const lines = [`页面：${page}（${path}）`];
  if (id) lines.push(`位置：${clause}（#${id}）`);
  if (address) lines.push(`网址：${address}`);
  // A line of its own, so that what was selected is never taken for markup or a mention.
  if (words) lines.push("", "原文：", "", ...fenced(shortened(words)));
  lines.push("", "哪里不对，应该怎么写：", "", wrong.trim() ? shortened(wrong, ASKED) : "（请在这里写）");
  return `${lines.join("\n")}\n`;
}

function fenced(words) {
  const ticks = Math.max(2, ...(words.match(/`+/g) ?? []).map(({ length }) => length)) + 1;
  return ["`".repeat(ticks), words, "`".repeat(ticks)];
}

/**
 * The address of a new issue that holds a report.
 *
 * @param {{url: string, title: string, body: string}} issue the host's own names
 * @param {Fault} fault
 */
export function issueAddress({ url, title, body }, fault) {
  const address = (said) => `${url}?${encodeURIComponent(title)}=${encodeURIComponent(titleOf(said))}&${encodeURIComponent(body)}=${encodeURIComponent(reportOf(said))}`;
  const whole = address(fault);
  if (whole.length <= LONGEST_ADDRESS) return whole;
  return address({ ...fault, words: shortened(fault.words, 120), wrong: shortened(fault.wrong, 200) });
}
