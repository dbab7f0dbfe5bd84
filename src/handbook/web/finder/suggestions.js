// What stands in the list when nothing is typed, and when nothing is found.

const FEW = 4;
const SHOWN = 9;
/** So few letters mean many words: then habits decide. */
const LETTERS = /^[a-z]{1,3}$/i;
const OWN_WORDS = new Set(["title", "keywords"]);

/** Words for what most calls need: looked up, so that any handbook has its own. */
export const STARTERS = ["电话开场", "来访开场", "请客户等候", "转接前说明", "约定回电", "道歉", "接到投诉", "当场查一查", "结束通话", "要找负责人", "接住情绪", "打错电话", "客户要退款", "客户问退款到哪一步了"];

/**
 * Groups of ids for an empty box: pinned, most used, recent, this page; never nothing.
 *
 * @param {object} known
 * @param {{pins: string[], most: (n: number) => string[], recent: (n: number) => string[]}} known.usage
 * @param {string[]} known.here ids that this page is about, the nearest first
 * @param {(word: string) => string | undefined} known.first the best phrase for a word
 * @param {() => string[]} known.all ids of all phrases
 * @param {(id: string) => boolean} known.fits whether an id exists and may be shown
 * @returns {{title: string, ids: string[]}[]}
 */
export function groups({ usage, here, first, all, fits }) {
  const seen = new Set();
  const found = [];
  const add = (title, ids, limit) => {
    const fresh = [...new Set(ids)].filter((id) => id && !seen.has(id) && fits(id)).slice(0, limit);
    for (const id of fresh) seen.add(id);
    if (fresh.length) found.push({ title, ids: fresh });
  };
  add("固定的", usage.pins, 9);
  add("最常用的", usage.most(12), 5);
  add("最近用的", usage.recent(12), 4);
  add("和这一页有关的", here, 20);
  if (seen.size < FEW) add("一般从这些开始", STARTERS.slice(0, SHOWN).map(first), SHOWN);
  if (!seen.size) add("全部话术", all(), 20);
  return found;
}

/**
 * The best rows for parts of a query that found nothing as a whole.
 *
 * @param {(query: string) => {id: string}[]} search
 * @returns {{part: string, rows: {id: string}[]}} the longest part that finds something
 */
export function nearest(search, query) {
  const letters = [...query.replace(/\s+/g, " ").trim()].slice(0, 24);
  for (let length = letters.length - 1; length > 0; length--) {
    for (let from = 0; from + length <= letters.length; from++) {
      if (from && from + length < letters.length) continue; // heads and tails only
      const part = letters.slice(from, from + length).join("").trim();
      const rows = part ? search(part) : [];
      if (rows.length) return { part, rows };
    }
  }
  return { part: "", rows: [] };
}

/**
 * Rows for a few letters: what this user uses, or most calls need, comes first where its
 * title or keywords are meant; everything else stays as it was found.
 *
 * @param {string} query
 * @param {{id: string, spans: {field: string}[]}[]} rows as the engine orders them
 * @param {Map<string, number>} boosts from 0 to 1, by id
 */
export function habitsFirst(query, rows, boosts) {
  if (!LETTERS.test(query.trim())) return rows;
  const weight = ({ id, spans }) => (spans.some(({ field }) => OWN_WORDS.has(field)) ? (boosts.get(id) ?? 0) : 0);
  return [...rows].sort((a, b) => weight(b) - weight(a));
}
