// Where nothing else fits: entries that share the rarest words and pairs with a query.

import { isWord } from "./combining.js";
import { BASE, FIELD_WORTH, occurs } from "./matching.js";
import { isHopeless, literally } from "./patterns.js";
import { MOST_TERMS } from "./queries.js";

/** What a query wholly found in scattered parts is worth; a pair that is no known word. */
const PARTS = 20;
const LOOSE = 0.5;
/** Postings that one search may walk to find entries by scattered parts. */
const BUDGET = 8000;

/** Entries that share the rarest words and pairs of neighbours with the query. */
export function matchParts(engine, terms, whole, run) {
  const parts = partsOfTerms(engine, terms);
  const sums = engine.scoresAt(MOST_TERMS + 1);
  const patterns = [];
  let total = 0;
  let budget = BUDGET;
  const made = parts.map(({ alternatives, weight }) => {
    const each = alternatives.map((elements) => engine.patterns.of(elements));
    const cost = each.reduce((sum, pattern) => sum + (isHopeless(pattern) ? 0 : engine.postings.estimate(pattern)), 0);
    return { made: each, weight, cost };
  });
  // The rarest say most; what stands everywhere is left out when there is much to walk.
  for (const { made: each, weight, cost } of made.sort((a, b) => a.cost - b.cost)) {
    if (cost > budget) break;
    budget -= cost;
    const owners = ownersOf(engine, each, run);
    const worth = weight * Math.log(1 + engine.entries.length / Math.max(1, owners.count));
    total += worth;
    if (owners.count === 0) continue;
    const mark = 1 << patterns.push(each) - 1;
    for (let i = 0; i < owners.count; i++) {
      const owner = owners.touched[i];
      const value = worth * (1 + owners.values[owner] / 60);
      if (sums.has(owner)) {
        sums.values[owner] += value;
        sums.ways[owner] |= mark;
      } else sums.raise(owner, value, mark);
    }
  }
  const least = whole.count ? 0.3 : 0.12;
  const way = run.ways.push({ why: "parts", word: "", patterns, marks: sums }) - 1;
  for (let i = 0; i < sums.count; i++) {
    const owner = sums.touched[i];
    const share = sums.values[owner] / (total || 1);
    if (share >= least) whole.raise(owner, BASE.parts + PARTS * Math.min(1.5, share) + engine.kindWorth[owner] * 0.3, way);
  }
}

/** Words with what is used for them, pairs of neighbours, and lone characters. */
function partsOfTerms(engine, terms) {
  const parts = [];
  for (const term of terms) {
    const [best] = engine.patterns.readings(term);
    if (!best) continue;
    const { elements } = best;
    if (elements.filter(({ kind }) => kind === "initial").length * 2 > elements.length) continue;
    const covered = new Uint8Array(elements.length);
    for (const { word, at } of synonymsIn(engine, elements)) {
      const others = [word, ...engine.synonyms.get(word).slice(0, 8)];
      parts.push({ alternatives: others.map(literally), weight: 1 });
      covered.fill(1, at, at + word.length);
    }
    const words = covered.slice();
    for (let i = 0; i + 1 < elements.length; i++) {
      if (words[i] && words[i + 1]) continue;
      const pair = [elements[i], elements[i + 1]];
      if (!occurs(engine, pair)) continue;
      parts.push({ alternatives: [pair], weight: isWord(engine, pair) ? 1 : LOOSE });
      covered[i] = covered[i + 1] = 1;
    }
    elements.forEach((element, i) => {
      if (covered[i] || element.kind === "initial" || element.kind === "prefix") return;
      parts.push({ alternatives: [[element]], weight: 0.4 });
    });
  }
  return parts.slice(0, 30);
}

/** Words of the table that stand in a query, the longest first, none within another. */
function synonymsIn(engine, elements) {
  const words = [];
  for (let at = 0; at < elements.length; at++) {
    let word = "";
    let longest = "";
    for (let end = at; end < elements.length && word.length < engine.longestSynonym && elements[end].kind === "literal"; end++) {
      word += elements[end].value;
      if (engine.synonyms.has(word)) longest = word;
    }
    if (!longest) continue;
    words.push({ word: longest, at });
    at += longest.length - 1;
  }
  return words.slice(0, 6);
}

/** Entries that hold one of several patterns, each once, with the worth of its best field. */
function ownersOf(engine, patterns, run) {
  const { postings } = engine;
  const scores = engine.scoresAt(MOST_TERMS + 2);
  for (const pattern of patterns) {
    if (isHopeless(pattern)) continue;
    for (const field of postings.filled) {
      let until = 0;
      let begun = 0;
      postings.scan(pattern, field, (position) => {
        if (position >= begun && position < until) return;
        const segment = postings.segmentAt(position);
        begun = postings.segmentStart[segment];
        until = postings.segmentStart[segment + 1];
        const owner = postings.segmentOwner[segment];
        if (run.allowed !== null && run.allowed[owner] === 0) return;
        scores.raise(owner, FIELD_WORTH[field], 0);
      });
    }
  }
  return scores;
}
