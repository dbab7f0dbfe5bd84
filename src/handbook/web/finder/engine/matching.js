// Where a pattern stands, and what that is worth: field, place in it, kind of entry.

import { hasInitial, isHopeless, literally } from "./patterns.js";
import { LOOK_UP } from "./postings.js";
import { FIELDS } from "./writing.js";

/** What a match is worth by how it came about; the reason is what the face says. */
export const BASE = { literal: 100, pinyin: 90, synonym: 82, initials: 68, sound: 84, typo: 76, parts: 6 };
export const FIELD_WORTH = [14, 9, 6, 4, 4, 2, -8];
/** What it costs that a match runs across a comma or a full stop. */
const BREACH = { literal: 3, pinyin: 6, synonym: 4, initials: 12, sound: 10, typo: 8, parts: 0 };
/** Matches looked at in a field of titles or keywords, and in any other, per pattern. */
const HALF = 20;
const SHORT_TITLE = 5;
const MOST_NAMED = 1500;
const MOST_HITS = 300;
/** Postings after which a search stops trying what is less and less likely to be meant. */
export const ENOUGH = 200000;
export const FEW = 4;
/** Characters from which a term is long enough to be told by most of them. */
export const SURE = 5;

/**
 * Tries ways to read a term field by field; stops after the field that brought enough.
 *
 * @param {Engine} engine
 * @param {{why: string, elements: object[], loss?: number, whole?: boolean, word?: string}[]} ways
 *   `whole`: letters, that are no match in the middle of a Latin word
 * @param {Scores} scores
 * @param {Run} run
 * @param {{enough?: number, every?: boolean, spend?: number}} options `every`: visit all
 *   matches; `spend`: postings that may be walked
 */
export function tryWays(engine, ways, scores, run, { enough = run.limit * 5, every = false, spend = Infinity } = {}) {
  const { postings } = engine;
  const most = postings.walked + spend;
  const made = [];
  for (const { why, elements, loss = 0, whole = false, word = "" } of ways) {
    const pattern = engine.patterns.of(elements);
    if (isHopeless(pattern)) continue;
    const way = run.ways.push({ why, word, patterns: [pattern] }) - 1;
    const half = !whole && isLatin(elements[elements.length - 1]);
    made.push({ pattern, base: BASE[why] - loss, breach: BREACH[why], whole, half, way });
  }
  if (made.length === 0) return;
  for (const field of postings.filled) {
    for (const { pattern, base, breach, whole, half, way } of made) {
      if (postings.walked > most) return;
      let left = every ? Infinity : field < 2 ? MOST_NAMED : MOST_HITS;
      const length = pattern.length;
      // A text that holds the pattern at one place, or is not wanted, is not looked at again.
      let begun = 0;
      let until = 0;
      const visit = (position, grades) => {
        if (position >= begun && position < until) return false;
        const segment = postings.segmentAt(position);
        const owner = postings.segmentOwner[segment];
        if (!isWanted(owner, run)) {
          begun = postings.segmentStart[segment];
          until = postings.segmentStart[segment + 1];
          return false;
        }
        let value = base + placeWorth(engine, field, segment, position, length, owner) - ((grades - length) * 6) / length;
        if (whole) {
          // Letters in the middle of a Latin word are no match; its beginning is.
          if (postings.letterAt(position - 1)) return false;
          if (postings.letterAt(position + length)) value -= length <= 3 ? 30 : 4;
          if (length <= 2 && FIELDS[field] === "text") value -= 14;
        }
        // Half a Latin word after characters: its letters may be meant as initials.
        if (half && postings.letterAt(position + length)) value -= HALF;
        if (postings.brokenIn(position, length)) value -= breach;
        else if (grades === length) {
          begun = postings.segmentStart[segment];
          until = postings.segmentStart[segment + 1];
        }
        scores.raise(owner, value, way);
        return --left <= 0;
      };
      const { only } = run;
      if (only !== null && isCheaper(postings, only.count, pattern, field)) {
        postings.scanIn(only.touched, only.count, pattern, field, visit, true);
      } else postings.scan(pattern, field, visit);
    }
    if (scores.count >= enough) return;
  }
}

/** Whether an element is a typed letter. */
function isLatin({ kind, value }) {
  return kind === "literal" && value >= "a" && value <= "z";
}

/** Whether to look into a few entries is cheaper than to look everywhere. */
function isCheaper(postings, count, pattern, field) {
  const pair = postings.rarestPair(pattern, field);
  if (pair !== null) return count * LOOK_UP < pair.to - pair.from;
  const places = postings.estimateIn(pattern, field);
  const length = postings.lengthOf(field);
  // A character that stands everywhere is met soon.
  const read = pattern.length === 1 ? Math.min(length, (2 * length * postings.owners) / (places + 1)) : length;
  return count * read < places;
}

/** Whether an entry is in the channel asked for, and among those that other terms left. */
export function isWanted(owner, run) {
  return (run.allowed === null || run.allowed[owner] !== 0) && (run.only === null || run.only.has(owner));
}

/** What it is worth where a match stands; `named`: that it is the whole title. */
export function placeWorth(engine, field, segment, position, length, owner, named = 6) {
  const { segmentStart } = engine.postings;
  const start = segmentStart[segment];
  const size = segmentStart[segment + 1] - 1 - start;
  // Among short titles the order of the pages decides.
  let worth = FIELD_WORTH[field] + engine.kindWorth[owner] + (3 * length) / (field === 0 ? Math.max(size, SHORT_TITLE) : size);
  if (position === start) worth += size === length ? (field === 0 ? named : 2) : field === 1 ? 0 : 2;
  return worth;
}

/** What it costs that a match by sound runs across a comma. */
export function breachOf(why) {
  return BREACH[why];
}

/** Replaces a word of the term by each word used for it. */
export function trySynonyms(engine, plain, ways, scores, run, options) {
  const { postings, synonyms } = engine;
  const tried = [];
  const swap = (text, word, why) => {
    for (const other of synonyms.get(word) ?? []) {
      tried.push({ why: "synonym", word: why, elements: literally(text.replace(word, () => other)) });
    }
  };
  for (let start = 0; start < plain.length && tried.length < 24; start++) {
    for (let end = Math.min(plain.length, start + engine.longestSynonym); end > start; end--) {
      const word = plain.slice(start, end);
      if (synonyms.has(word)) swap(plain, word, word);
    }
  }
  for (const { elements } of ways.slice(0, 2)) {
    if (elements.length < 2 || hasInitial(elements)) continue;
    const pattern = engine.patterns.of(elements);
    postings.scan(pattern, FIELDS.length, (position) => {
      const segment = postings.segmentAt(position);
      const word = engine.foldText(engine.words[postings.segmentOwner[segment]]);
      if (word.length === pattern.length) swap(word, word, word);
      return tried.length >= 24;
    });
  }
  if (tried.length) tryWays(engine, tried.slice(0, 24), scores, run, options);
}

/** Whether elements stand somewhere in the text. */
export function occurs(engine, elements) {
  const { postings } = engine;
  if (postings.walked > ENOUGH) return false;
  const pattern = engine.patterns.of(elements);
  if (isHopeless(pattern)) return false;
  let found = false;
  for (const field of postings.filled) {
    postings.scan(pattern, field, () => (found = true));
    if (found) break;
  }
  return found;
}
