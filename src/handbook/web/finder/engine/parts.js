// Where nothing else fits: entries that share what is telling with a query.
//
// A query is taken for a bag of characters, of pairs of neighbours, and of words with
// all that is used for them. An entry is worth the sum of what it has of these, each
// the more the fewer entries have it (as BM25 counts, without repeats).

import { BASE, isWanted, occurs } from "./matching.js";
import { isHopeless, literally } from "./patterns.js";
import { MOST_TERMS } from "./queries.js";

/** What a query wholly found in scattered parts is worth. */
const PARTS = 20;
/** What a character weighs, and what it is more that its neighbour stands beside it. */
const CHARACTER = 1;
const PAIR = 0.5;
/** How much a word says that is used for one the handbook never has, or has as well. */
const NEVER = 1;
const UNSURE = 0.3;
/** How much a thing says by the field that has it, in the order of FIELDS. */
const SAYS = [1.3, 1.3, 1, 0.9, 0.7, 0.7, 0.4];
/** Fields that are short whatever the handbook: they are always looked at. */
const NAMING = [true, true, false, false, true, false, false];
/** How much less a thing says in a text that is longer than most. */
const LONG = 0.2;
/** Occurrences of single characters that one search may look at. */
const BUDGET = 12000;
/** What is used for a word that is there itself tells nothing when it is as common as this. */
const COMMON = 3;
const MOST_ELEMENTS = 24;
const MOST_MARKS = 31;
/** A character is marked by itself where it is as rare as this. */
const RARE = 3;
/** Shares of a query below which an entry has nothing to do with it, or next to nothing. */
const LEAST = 0.12;
const LEAST_BESIDE = 0.3;
const WEAK = 0.34;
/** What one of so many characters says at most: of a short query it is not enough either. */
const ONE = 1.35;
/** Things that are remembered from key to key, and entries of all of them. */
const KEPT = 2000;
const KEPT_OWNERS = 500000;

/** Entries that share the most telling parts with the query. */
export function matchParts(engine, terms, whole, run) {
  const search = new PartsSearch(engine, run);
  search.readTerms(terms);
  search.addPairs();
  search.addCharacters();
  search.addWords();
  search.list(whole);
}

/** Which entries have a thing and how much it says there: the same from key to key. */
export class Found {
  constructor(engine) {
    this.engine = engine;
    this.kept = new Map();
    this.size = 0;
  }

  /**
   * @param {object[]} elements what stands beside one another
   * @returns {{pattern: object[], owners: Int32Array, says: Float32Array, rarity: number}}
   */
  of(elements) {
    let key = "";
    for (const { kind, value } of elements) key += `${kind}${value} `;
    let found = this.kept.get(key);
    if (!found) {
      found = this.look(this.engine.patterns.of(elements));
      this.size += found.owners.length;
      if (this.kept.size >= KEPT || this.size > KEPT_OWNERS) {
        this.kept.clear();
        this.size = found.owners.length;
      }
      this.kept.set(key, found);
    }
    return found;
  }

  look(pattern) {
    const { postings, entries } = this.engine;
    const scores = this.engine.scoresAt(MOST_TERMS + 1);
    // A lone character that stands everywhere is looked for where things are named.
    const common = pattern.length === 1 && postings.total(pattern[0]) > BUDGET;
    if (!isHopeless(pattern)) {
      for (const field of postings.filled) {
        if (common && !NAMING[field]) continue;
        const usual = postings.lengthOf(field);
        const says = SAYS[field];
        const naming = NAMING[field];
        postings.scan(pattern, field, (position) => {
          const segment = postings.segmentAt(position);
          const length = postings.segmentStart[segment + 1] - postings.segmentStart[segment];
          scores.raise(postings.segmentOwner[segment], naming ? says : says / (1 - LONG + (LONG * length) / usual), 0);
        });
      }
    }
    const { count, touched, values } = scores;
    const owners = touched.slice(0, count);
    const says = new Float32Array(count);
    for (let i = 0; i < count; i++) says[i] = values[owners[i]];
    return { pattern, owners, says, rarity: Math.log(1 + (entries.length - count + 0.5) / (count + 0.5)) };
  }
}

class PartsSearch {
  constructor(engine, run) {
    this.engine = engine;
    this.run = run;
    this.elements = [];
    this.words = [];
    this.patterns = [];
    this.total = 0;
    this.sums = engine.scoresAt(MOST_TERMS + 2);
  }

  /** What the query is made of. */
  readTerms(terms) {
    const { engine, elements } = this;
    for (const term of terms) {
      const [best] = engine.patterns.readings(term);
      if (!best || best.elements.filter(({ kind }) => kind === "initial").length * 2 > best.elements.length) continue;
      const words = new Array(best.elements.length).fill(null);
      for (const { word, at } of engine.thesaurus.wordsIn(best.elements)) {
        const scores = engine.scoresAt(MOST_TERMS + 3 + this.words.length);
        const known = { word, scores, has: occurs(engine, literally(word)) };
        this.words.push(known);
        words.fill(known, at, at + word.length);
      }
      best.elements.forEach((element, i) => elements.push({ element, bound: i === 0, word: words[i], cost: Infinity, afforded: false }));
    }
    elements.length = Math.min(elements.length, MOST_ELEMENTS);
    // The rarest say most; what stands everywhere is left out when there is much of it.
    let costs = 0;
    for (const one of elements) one.cost = this.costOf(one.element);
    for (const one of [...elements].sort((a, b) => a.cost - b.cost)) {
      costs += one.cost;
      one.afforded = costs <= BUDGET;
    }
  }

  /** Occurrences of a character; a sound or a beginning says too little alone. */
  costOf(element) {
    if (element.kind !== "literal" && element.kind !== "latin") return Infinity;
    const { patterns, postings } = this.engine;
    return Math.min(...patterns.of([element]).map((set) => postings.total(set)));
  }

  addPairs() {
    const { elements } = this;
    for (let i = 0; i + 1 < elements.length; i++) {
      const [first, second] = [elements[i], elements[i + 1]];
      if (second.bound || isGuessed(first.element) || isGuessed(second.element)) continue;
      const found = this.engine.found.of([first.element, second.element]);
      // It stands for its characters, where these are too common to be looked up.
      const missing = (first.afforded ? 0 : 1) + (second.afforded ? 0 : 1);
      this.add(found, PAIR + (missing * CHARACTER) / 2, first.word === second.word ? first.word : null);
      this.mark(found);
    }
  }

  addCharacters() {
    const seen = new Set();
    for (const { element, afforded, word } of this.elements) {
      if (!afforded || seen.has(element.value)) continue;
      seen.add(element.value);
      const found = this.engine.found.of([element]);
      this.add(found, weightOf(found), word);
      if (found.rarity >= RARE && !word) this.mark(found);
    }
  }

  /** What is used for a word is worth as much as the word, where that is missing. */
  addWords() {
    const { engine, run, sums } = this;
    for (const { word, scores, has } of this.words) {
      for (const [other, share] of engine.thesaurus.of(word)) {
        const found = engine.found.of(literally(other));
        const { owners, says, rarity } = found;
        if (has && rarity < COMMON) continue;
        const worth = share * (has ? UNSURE : NEVER) * rarity * weightOf(found);
        for (let i = 0; i < owners.length; i++) if (isWanted(owners[i], run)) scores.raise(owners[i], worth * says[i], 0);
        this.mark(found);
      }
      for (let i = 0; i < scores.count; i++) sums.add(scores.touched[i], scores.values[scores.touched[i]]);
    }
  }

  /** Adds what was found, the rarer the more. */
  add({ owners, says, rarity }, weight, word) {
    const { run } = this;
    const sums = word ? word.scores : this.sums;
    const worth = weight * rarity;
    this.total += worth;
    for (let i = 0; i < owners.length; i++) if (isWanted(owners[i], run)) sums.add(owners[i], worth * says[i]);
  }

  /** Remembers what to show in the entries that have a thing. */
  mark(found) {
    if (this.patterns.length < MOST_MARKS && found.owners.length > 0) this.patterns.push(found.pattern);
  }

  list(whole) {
    const { engine, sums, total, patterns, run } = this;
    const least = (whole.count ? LEAST_BESIDE : LEAST) * total;
    const enough = Math.max(WEAK, ONE / this.elements.length) * total;
    const way = { why: "parts", word: "", patterns, weak: (owner) => sums.values[owner] < enough };
    const index = run.ways.push(way) - 1;
    for (let i = 0; i < sums.count; i++) {
      const owner = sums.touched[i];
      const value = sums.values[owner];
      if (value >= least) whole.raise(owner, BASE.parts + PARTS * Math.min(1.1, value / (total || 1)) + engine.kindWorth[owner] * 0.3, index);
    }
  }
}

/** Whether an element is the beginning of a syllable that is still being typed. */
function isGuessed({ kind }) {
  return kind === "initial" || kind === "prefix";
}

/** What a run of characters weighs, found as a whole. */
function weightOf({ pattern: { length } }) {
  return length * CHARACTER + (length - 1) * PAIR;
}
