// Several terms, typed apart or run together: entries that have them all.

import { FEW, occurs, tryWays } from "./matching.js";
import { hasInitial, literally } from "./patterns.js";
import { MOST_TERMS } from "./queries.js";
import { asWritten, matchTerm } from "./terms.js";

/** Entries that have every term, in any order and any field. */
export function matchAll(engine, terms, whole, run) {
  const rank = (term) => rarity(engine, literally(term.replace(/'/g, "")));
  // As it is written first: only where that finds little, in every other manner.
  matchEach(engine, terms, rank, (term, scores) => tryWays(engine, [asWritten(term)], scores, run, EVERY), whole, run);
  if (whole.count >= FEW) return;
  matchEach(engine, terms, rank, (term, scores) => matchTerm(engine, term, scores, run, { all: true }), whole, run);
}

/** What it costs that terms were run together, known words and others. */
const OF_WORDS = 12;
const OF_PIECES = 26;

/** Whether elements are typed characters that make a known word. */
export function isWord(engine, elements) {
  if (elements.some(({ kind }) => kind !== "literal")) return true;
  return engine.lexicon.get(engine.postings.keyOf(elements.map(({ value }) => value).join(""))) !== undefined;
}

const EVERY = { enough: Infinity, every: true };

/** Matches several things, the rarest first; each next only where all before it were. */
function matchEach(engine, things, rank, match, whole, run) {
  const found = [];
  const order = things.map((thing, index) => ({ thing, index, count: rank(thing) })).sort((a, b) => a.count - b.count);
  for (const { thing, index } of order) {
    const scores = engine.scoresAt(index + 1);
    match(thing, scores);
    if (scores.count === 0) break;
    found.push(scores);
    run.only = scores;
  }
  run.only = null;
  if (found.length === things.length) meet(found, whole, run);
}

/** About how many places there are to look at for a pattern; letters may mean much. */
function rarity(engine, elements) {
  return engine.postings.estimate(engine.patterns.of(elements)) || Infinity;
}

/** Scores the entries that all of several terms have in common. */
function meet(found, whole, run) {
  const way = run.ways.push({ why: "", word: "", patterns: [], met: found }) - 1;
  const rarest = found.reduce((least, scores) => (scores.count < least.count ? scores : least));
  for (let i = 0; i < rarest.count; i++) {
    const owner = rarest.touched[i];
    let sum = 0;
    let lowest = Infinity;
    for (const scores of found) {
      if (!scores.has(owner)) {
        lowest = -1;
        break;
      }
      const value = scores.values[owner];
      sum += value;
      if (value < lowest) lowest = value;
    }
    if (lowest >= 0) whole.raise(owner, (sum / found.length + lowest) / 2 - 6, way);
  }
}

/**
 * Cuts a query without blanks where no text goes on, and finds the entries that have
 * all the pieces: 退款多久到账 → 退款 · 多久 · 到账.
 */
export function matchPieces(engine, terms, whole, run) {
  const pieces = [];
  for (const term of terms) {
    const [best] = engine.patterns.readings(term);
    if (!best || best.elements.length > 24) return;
    const { elements } = best;
    const size = elements.length;
    if (hasInitial(elements)) return;
    // reach[i]: how far a stretch that stands somewhere in the text goes from i.
    const reach = new Array(size);
    for (let i = 0, end = 0; i < size; i++) {
      end = Math.max(end, i);
      while (end < size && occurs(engine, elements.slice(i, end + 1))) end++;
      reach[i] = end;
    }
    const cost = new Array(size + 1).fill(Infinity);
    const next = new Array(size + 1);
    cost[size] = 0;
    for (let i = size - 1; i >= 0; i--) {
      for (let end = i + 1; end <= reach[i]; end++) {
        const price = cost[end] + (end - i > 1 ? 1 : 2.5) - (end - i) * 0.01;
        if (price < cost[i]) {
          cost[i] = price;
          next[i] = end;
        }
      }
    }
    if (cost[0] === Infinity) return;
    for (let i = 0; i < size; i = next[i]) pieces.push(elements.slice(i, next[i]));
  }
  if (pieces.length < 2 || pieces.length > MOST_TERMS) return;
  if (pieces.filter((piece) => piece.length === 1).length > 1) return;
  const match = (elements, scores) => {
    const why = elements.every(({ kind }) => kind === "literal") ? "literal" : "pinyin";
    tryWays(engine, [{ why, elements, loss }], scores, run, EVERY);
  };
  // Whole words say that they were meant; other pieces may be left of a mistyped word.
  const loss = pieces.every((piece) => piece.length > 1 && isWord(engine, piece)) ? OF_WORDS : OF_PIECES;
  matchEach(engine, pieces, (elements) => rarity(engine, elements), match, whole, run);
}
