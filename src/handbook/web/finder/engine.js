// The search itself: a query becomes character classes, a match becomes a score and a reason.

import { isDigit, isLetter, offsetsIn } from "./folding.js";
import { FIELDS, indexing, LONGEST, partsOf } from "./postings.js";
import { readSyllables } from "./syllables.js";

export const FORMAT = 1;

/** What a match is worth by how it came about; the reason is what the face says. */
const BASE = { literal: 100, pinyin: 90, synonym: 82, initials: 68, sound: 58, typo: 40, parts: 6 };
const FIELD_WORTH = [14, 9, 6, 4, 4, 2, -8];
const KIND_WORTH = { phrase: 9, clause: 0, page: -6 };
/** What it costs that a match runs across a comma or a full stop. */
const BREACH = { literal: 3, pinyin: 6, synonym: 4, initials: 12, sound: 10, typo: 8, parts: 0 };
/** Ways by which other words of the same sound come in, so that a known word leads. */
const SPOKEN = { pinyin: 0.4, sound: 0.6, typo: 1.6 };
/** What a word's weight is worth when its initials were typed, and what each further initial is. */
const WORD = 2;
const MORE_INITIALS = 4;
const REPEATED = 3;
const LONGEST_WORD = 4;
/** What a query wholly found in scattered parts is worth; a pair that is no known word. */
const PARTS = 20;
const LOOSE = 0.5;
const SYNONYM_FIELD = FIELDS.length;
const MOST_CHARACTERS = 400;
const MOST_TERMS = 8;
/** Matches looked at in a field of titles or keywords, and in any other, per pattern. */
const MOST_NAMED = 1500;
const MOST_HITS = 300;
/** Postings that one search may walk to find entries by scattered parts. */
const BUDGET = 30000;
/** Postings after which a search stops trying what is less and less likely to be meant. */
const ENOUGH = 200000;
const FEW = 4;
const SURE = 5;
/** A best match of letters below this may be a chance one: a mistyped word may be meant. */
const DOUBTFUL = 96;

/** Data that no search can be built from; the face offers to load it again. */
export class DamagedData extends Error {}

/**
 * Builds a search from the index data at once.
 *
 * @param {object} data what `handbook.finder.index` made
 */
export function build(data) {
  const steps = building(data);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Builds a search in short steps: a generator that returns it. */
export function* building(data) {
  yield* checking(data);
  const words = [...new Set(data.synonyms.flat())];
  const postings = yield* indexing(data.entries, words, data.traditional);
  return new Engine(data, postings, words);
}

const isText = (value) => value === undefined || typeof value === "string";
const isTexts = (value) => value === undefined || (Array.isArray(value) && value.every((text) => typeof text === "string"));

function isEntry(entry) {
  return (
    entry !== null &&
    typeof entry === "object" &&
    typeof entry.id === "string" &&
    typeof entry.title === "string" &&
    isText(entry.text) &&
    isText(entry.when) &&
    isText(entry.page) &&
    isTexts(entry.keywords) &&
    isTexts(entry.scene) &&
    isTexts(entry.never) &&
    isTexts(entry.variants) &&
    isTexts(entry.channels)
  );
}

function* checking(data) {
  const whole =
    data !== null &&
    typeof data === "object" &&
    data.format === FORMAT &&
    Array.isArray(data.entries) &&
    typeof data.syllables === "string" &&
    typeof data.traditional === "string" &&
    Array.isArray(data.synonyms) &&
    data.synonyms.every((group) => Array.isArray(group) && isTexts(group)) &&
    Array.isArray(data.lexicon) &&
    isTexts(data.lexicon);
  if (!whole) throw new DamagedData("finder data");
  for (let i = 0; i < data.entries.length; i++) {
    if (!isEntry(data.entries[i])) throw new DamagedData(`finder data: entry ${i}`);
    if (i % 8000 === 7999) yield;
  }
}

/** The best score of every entry for one term; cleared by a new stamp, not by filling. */
class Scores {
  constructor(size) {
    this.stamps = new Int32Array(size);
    this.values = new Float32Array(size);
    this.ways = new Int32Array(size);
    this.touched = new Int32Array(size);
    this.count = 0;
    this.stamp = 0;
    this.best = -Infinity;
  }

  clear() {
    this.stamp++;
    this.count = 0;
    this.best = -Infinity;
  }

  has(owner) {
    return this.stamps[owner] === this.stamp;
  }

  raise(owner, value, way) {
    if (this.stamps[owner] !== this.stamp) {
      this.stamps[owner] = this.stamp;
      this.touched[this.count++] = owner;
    } else if (this.values[owner] >= value) return;
    this.values[owner] = value;
    this.ways[owner] = way;
    if (value > this.best) this.best = value;
  }
}

class Engine {
  constructor(data, postings, words) {
    this.entries = data.entries;
    this.postings = postings;
    this.words = words;
    this.syllables = readSyllables(data.syllables);
    this.classes = new Map();
    this.filters = new Map();
    this.read = new Map();
    this.scores = [];
    this.byId = new Map(data.entries.map((entry, index) => [entry.id, index]));
    this.kindWorth = Float32Array.from(data.entries, (entry) => KIND_WORTH[entry.kind] ?? 0);
    this.lines = data.lexicon;
    this.lexicon = null;
    this.readSynonyms(data.synonyms);
  }

  /** Reads the words and their initials when the first letters are typed. */
  readLexicon() {
    const initials = new Map();
    for (const [syllable, { common }] of this.syllables.bySyllable) {
      for (const character of common) {
        const known = initials.get(character) ?? "";
        if (!known.includes(syllable[0])) initials.set(character, known + syllable[0]);
      }
    }
    const { lines } = this;
    /** Weights from 0 to 9, by the key of the word. */
    this.lexicon = new Map();
    /** Words by their initials, heaviest first. */
    this.byInitials = new Map();
    lines.forEach((line, index) => {
      const weight = (9 * (lines.length - index)) / lines.length;
      for (const word of line ? line.split(" ") : []) {
        const written = this.foldText(word);
        if (written.length > LONGEST_WORD) continue;
        const wordKey = this.postings.keyOf(written);
        if (wordKey >= 0) this.lexicon.set(wordKey, weight);
        let keys = [""];
        for (const character of written) {
          const letters = initials.get(character) ?? "";
          keys = keys.flatMap((key) => [...letters].map((letter) => key + letter));
        }
        for (const key of keys) {
          const list = this.byInitials.get(key);
          if (list) list.push([written, weight]);
          else this.byInitials.set(key, [[written, weight]]);
        }
      }
    });
  }

  readSynonyms(groups) {
    const fold = (word) => this.foldText(word);
    this.synonyms = new Map();
    for (const group of groups) {
      const folded = [...new Set(group.map(fold))].filter(Boolean);
      for (const word of folded) {
        const others = folded.filter((other) => other !== word);
        this.synonyms.set(word, [...new Set([...(this.synonyms.get(word) ?? []), ...others])]);
      }
    }
    this.longestSynonym = Math.max(0, ...[...this.synonyms.keys()].map((word) => word.length));
  }

  foldText(text) {
    let folded = "";
    for (let i = 0; i < text.length; i++) {
      const code = this.postings.fold(text.charCodeAt(i));
      if (code) folded += String.fromCharCode(code);
    }
    return folded;
  }

  /**
   * Finds entries; never throws, whatever is typed.
   *
   * @param {unknown} query
   * @param {{limit?: number, channel?: string, kind?: string, boosts?: Map<string, number>}} options
   *   `boosts`: how much this user uses an entry, from 0 to 1, by id
   * @returns {{id: string, kind: string, score: number, why: string, word: string,
   *   spans: {field: string, part: number, start: number, end: number}[]}[]}
   */
  search(query, { limit = 20, channel = "", kind = "", boosts } = {}) {
    const terms = this.readTerms(query);
    if (terms.length === 0 || this.entries.length === 0) return [];
    const run = {
      allowed: this.allowedBy(channel, kind),
      limit: Math.max(1, Math.min(200, limit | 0 || 20)),
      only: null,
      ways: [],
    };
    this.postings.walked = 0;
    const joined = join(terms);
    const whole = this.scoresAt(0);
    this.matchTerm(joined, whole, run, { strict: terms.length > 1 });
    if (terms.length > 1 && whole.count < run.limit) {
      // A lone letter is the beginning of a word that is still being typed.
      const words = terms.filter((term) => !/^[a-z]$/.test(term));
      if (words.length) this.matchAll(words, whole, run);
    }
    // A long query with one mistake says more than its pieces do; a short one less.
    const single = terms.length === 1;
    const long = joined.length >= SURE;
    const doubtful = long && whole.best < DOUBTFUL && /^[a-z']+$/.test(joined);
    if (single && (doubtful || (long && whole.count < FEW))) this.tryEdits(joined, whole, run);
    if (whole.count < FEW) this.matchPieces(terms, whole, run);
    if (whole.count < FEW && single && !long) this.tryEdits(joined, whole, run);
    if (whole.count < FEW) this.matchParts(terms, whole, run);
    return this.rank(whole, run, boosts);
  }

  /** Searches of every kind, so that the browser compiles them before the first key. */
  *warming() {
    const samples = ["zj", "tousu", "tkdj", "投诉", "退款多久", "tou诉", "訂單", "客户 等", "qing shaodeng", "请稍侯一下", "a", "不", "touusu", "转节", "huankuan", "没有人的词语组合"];
    for (let round = 0; round < 6; round++) {
      for (const sample of samples) {
        this.search(sample);
        yield;
      }
    }
  }

  // Reading a query

  /** Cuts a query into terms of folded characters; `'` stays as a bound of sounds. */
  readTerms(query) {
    if (typeof query !== "string") return [];
    const terms = [];
    let term = "";
    let room = LONGEST;
    const close = () => {
      const plain = term.replace(/^'+|'+$/g, "").replace(/'+/g, "'");
      if (plain) terms.push(plain);
      term = "";
    };
    const end = Math.min(query.length, MOST_CHARACTERS);
    for (let i = 0; i < end && room > 0; i++) {
      const unit = query.charCodeAt(i);
      const code = this.postings.fold(unit);
      if (code) {
        term += String.fromCharCode(code);
        room--;
      } else if (unit === 0x27 || unit === 0x2019) term += "'";
      else if (unit > 0x20 && (unit < 0xd800 || unit > 0xdfff) && unit !== 0xa0 && unit !== 0x3000 && isIgnorable(unit)) continue;
      else close();
    }
    close();
    if (terms.length > MOST_TERMS) return [...terms.slice(0, MOST_TERMS - 1), join(terms.slice(MOST_TERMS - 1))];
    return terms;
  }

  allowedBy(channel, kind) {
    if (!channel && !kind) return null;
    const key = `${kind}\n${channel}`;
    let allowed = this.filters.get(key);
    if (!allowed) {
      allowed = Uint8Array.from(this.entries, (entry) => {
        if (kind && entry.kind !== kind) return 0;
        return !channel || !entry.channels?.length || entry.channels.includes(channel) ? 1 : 0;
      });
      if (this.filters.size < 32) this.filters.set(key, allowed);
    }
    return allowed;
  }

  scoresAt(index) {
    while (this.scores.length <= index) this.scores.push(new Scores(this.entries.length));
    this.scores[index].clear();
    return this.scores[index];
  }

  /** The class of an element; `literal` is one character, `any` every one. */
  classFor(element) {
    if (element.kind === "any") return this.postings.any;
    const key = element.kind + element.value;
    let set = this.classes.get(key);
    if (!set) {
      const { kind, value } = element;
      const lists = kind === "literal" ? [[value, 1]] : this.syllables.charactersOf(element);
      if (kind === "sound") lists.push([value, 1]);
      set = this.postings.classOf(lists);
      if (this.classes.size > 4000) this.classes.clear();
      this.classes.set(key, set);
    }
    return set;
  }

  /** Elements to classes; Latin words become one class per letter. */
  patternOf(elements) {
    const pattern = [];
    for (const element of elements) {
      if (element.kind === "latin") for (const value of element.value) pattern.push(this.classFor({ kind: "literal", value }));
      else pattern.push(this.classFor(element));
    }
    return pattern.length <= LONGEST ? pattern : pattern.slice(0, LONGEST);
  }

  /**
   * The ways to read a term as elements, best first.
   *
   * @param {string} term
   * @param {{near?: boolean, edits?: number}} options
   */
  readings(term, { near = false, edits = 0 } = {}) {
    const key = `${near ? 1 : 0}${edits}${term}`;
    let ways = this.read.get(key);
    if (!ways) {
      ways = near ? nearOf(this.readings(term), this.syllables) : this.cutTerm(term, edits);
      if (this.read.size > 64) this.read.clear();
      this.read.set(key, ways);
    }
    return ways;
  }

  cutTerm(term, edits) {
    let ways = [{ cost: 0, elements: [] }];
    for (const run of term.match(/[a-z0-9']+|[^a-z0-9']/g) ?? []) {
      const latin = /[a-z0-9]/.test(run[0]);
      if (!latin && !/[a-z']/.test(run)) {
        for (const way of ways) way.elements.push({ kind: "literal", value: run });
        continue;
      }
      const cuts = this.syllables.cut(run.slice(0, 40), { words: this.postings.latin, edits });
      if (cuts.length === 0) return [];
      const grown = [];
      for (const way of ways) {
        for (const cut of cuts) {
          if (cut.cost > cuts[0].cost + 2.1) continue;
          grown.push({ cost: way.cost + cut.cost, elements: [...way.elements, ...cut.elements] });
        }
      }
      ways = grown.sort((a, b) => a.cost - b.cost).slice(0, 6);
    }
    return ways;
  }

  // Matching

  /**
   * Matches one term in every manner until enough is found, best manner first.
   *
   * `strict` leaves out what needs guessing; `all` goes on to the end of every field,
   * because the entries are to be met with those of other terms.
   */
  matchTerm(term, scores, run, { strict = false, all = false } = {}) {
    const enough = all ? Infinity : run.limit * 5;
    const hits = all ? Infinity : 1;
    const plain = term.replace(/'/g, "");
    const letters = /[a-z]/.test(plain);
    const onlyLetters = /^[a-z']+$/.test(term);

    const literal = [...plain].map((value) => ({ kind: "literal", value }));
    const word = onlyLetters && !term.includes("'");
    this.tryWays([{ why: "literal", elements: literal, word: "", whole: word }], scores, run, enough, hits);

    const ways = letters ? this.readings(term) : [];
    if (letters && scores.count < enough) {
      const spoken = ways.filter(({ elements }) => !elements.some(({ kind }) => kind === "initial"));
      this.tryWays(spoken.map(({ cost, elements }) => ({ why: "pinyin", elements, loss: cost - spoken[0].cost })), scores, run, enough, hits);
    }
    if (scores.count < enough) this.trySynonyms(plain, ways, scores, run, enough, hits);
    if (letters && scores.count < enough) {
      if (onlyLetters) this.tryWords(plain, scores, run);
      const all = ({ elements }) => onlyLetters && elements.every(({ kind }) => kind === "initial");
      const mixed = ways.filter((way) => way.elements.some(({ kind }) => kind === "initial") && !all(way));
      const initials = onlyLetters ? this.syllables.cutInitials(term) : [];
      this.tryWays(
        [
          ...mixed.map(({ cost, elements }) => ({ why: "initials", elements, loss: cost - ways[0].cost })),
          ...initials.map((elements) => ({
            why: "initials",
            elements,
            loss: -MORE_INITIALS * (elements.length - 2),
            chance: elements.length <= LONGEST_WORD,
          })),
        ],
        scores,
        run,
        enough,
        hits,
      );
    }
    if (strict || literal.length < 2) return;
    if (scores.count < run.limit && literal.length <= 24 && this.postings.walked < ENOUGH) {
      const near = this.readings(term, { near: true }).filter(({ elements }) => elements.every(({ kind }) => kind !== "initial"));
      this.tryWays(near.map(({ elements }) => ({ why: "sound", elements })), scores, run, enough, hits);
    }
    if (all && scores.count === 0) this.tryEdits(term, scores, run);
  }

  /** Tries patterns field by field; stops after the field that brought enough. */
  tryWays(ways, scores, run, enough, hits) {
    const { postings } = this;
    if (!this.lexicon) this.readLexicon();
    const made = [];
    for (const { why, elements, loss = 0, chance = false, whole = false, word = "" } of ways) {
      const pattern = this.patternOf(elements);
      if (pattern.length === 0 || pattern.some((set) => set.ids !== null && set.ids.length === 0)) continue;
      made.push({
        pattern,
        base: BASE[why] - loss,
        // That a title is just this word says little when only two letters were typed.
        named: why === "initials" && pattern.length < 3 ? 2 : 6,
        breach: BREACH[why],
        spoken: pattern.length <= LONGEST_WORD ? (SPOKEN[why] ?? 0) : 0,
        chance,
        whole,
        way: run.ways.push({ why, word, patterns: [pattern] }) - 1,
      });
    }
    for (let field = 0; field < FIELDS.length && made.length; field++) {
      for (const { pattern, base, named, breach, spoken, chance, whole, way } of made) {
        let left = hits * (field < 2 ? MOST_NAMED : MOST_HITS);
        const length = pattern.length;
        const visit = (position, grades) => {
          const segment = postings.segmentAt(position);
          const owner = postings.segmentOwner[segment];
          if (run.allowed !== null && run.allowed[owner] === 0) return false;
          if (run.only !== null && !run.only.has(owner)) return false;
          let value = base + this.placeWorth(field, segment, position, length, owner, named) - ((grades - length) * 6) / length;
          if (whole) {
            // Letters in the middle of a Latin word are no match; its beginning is.
            if (postings.letterAt(position - 1)) return false;
            if (postings.letterAt(position + length)) value -= length <= 3 ? 30 : 4;
            if (length <= 2 && FIELDS[field] === "text") value -= 14;
          }
          if (postings.brokenIn(position, length)) value -= breach;
          if (chance || spoken !== 0) value += this.wordWorth(segment, position, length, chance, spoken);
          scores.raise(owner, value, way);
          return --left <= 0;
        };
        const { only } = run;
        if (only !== null && only.count * postings.lengthOf(field) < Math.min(...pattern.map((set) => postings.count(set, field)))) {
          postings.scanIn(only.touched, only.count, pattern, field, visit);
        } else postings.scan(pattern, field, visit);
      }
      if (scores.count >= enough) return;
    }
  }

  placeWorth(field, segment, position, length, owner, named) {
    const { segmentStart } = this.postings;
    const start = segmentStart[segment];
    const size = segmentStart[segment + 1] - 1 - start;
    let worth = FIELD_WORTH[field] + this.kindWorth[owner] + (3 * length) / size;
    if (position === start) worth += size === length ? (field === 0 ? named : 2) : field === 1 ? 0 : 2;
    return worth;
  }

  /** What it is worth that the characters met are a word, and not neighbours by chance. */
  wordWorth(segment, position, length, chance, spoken) {
    const weight = this.lexicon.get(this.postings.keyAt(position, length));
    if (!chance) return weight === undefined ? 0 : weight * spoken;
    if (weight !== undefined) return weight - 4;
    const { segmentStart } = this.postings;
    if (position !== segmentStart[segment]) return 4 * length - 24;
    // A whole keyword or title is a word, whether it is among the weightiest or not.
    return position + length + 1 === segmentStart[segment + 1] ? -2 : 4 * length - 20;
  }

  /** Words of the lexicon with these initials, the heaviest first. */
  tryWords(letters, scores, run) {
    if (letters.length < 2 || letters.length > LONGEST_WORD) return;
    if (!this.lexicon) this.readLexicon();
    const words = this.byInitials.get(letters);
    if (!words) return;
    for (const [word, weight] of words.slice(0, 24)) {
      const elements = [...word].map((value) => ({ kind: "literal", value }));
      const loss = -WORD * weight - MORE_INITIALS * (word.length - 2);
      this.tryWays([{ why: "initials", word, elements, loss }], scores, run, run.limit * 5, 1);
    }
  }

  /** Replaces a word of the term by each word used for it. */
  trySynonyms(plain, ways, scores, run, enough, hits) {
    const { postings } = this;
    const tried = [];
    const swap = (text, word, why) => {
      for (const other of this.synonyms.get(word) ?? []) {
        const elements = [...text.replace(word, () => other)].map((value) => ({ kind: "literal", value }));
        tried.push({ why: "synonym", word: why, elements, loss: 0 });
      }
    };
    for (let start = 0; start < plain.length && tried.length < 24; start++) {
      for (let end = Math.min(plain.length, start + this.longestSynonym); end > start; end--) {
        const word = plain.slice(start, end);
        if (this.synonyms.has(word)) swap(plain, word, word);
      }
    }
    for (const { elements } of ways.slice(0, 2)) {
      if (elements.length < 2) continue;
      if (elements.some(({ kind }) => kind === "initial")) continue;
      const pattern = this.patternOf(elements);
      postings.scan(pattern, SYNONYM_FIELD, (position) => {
        const segment = postings.segmentAt(position);
        const word = this.foldText(this.words[postings.segmentOwner[segment]]);
        if (word.length === pattern.length) swap(word, word, word);
        return tried.length >= 24;
      });
    }
    this.tryWays(tried.slice(0, 24), scores, run, enough, hits);
  }

  /** One wrong, missing, extra or swapped character, or letter. */
  tryEdits(term, scores, run) {
    const literal = [...term.replace(/'/g, "")].map((value) => ({ kind: "literal", value }));
    if (literal.length < 2 || literal.length > 24) return;
    const enough = run.limit * 5;
    const hits = 1;
    const ways = [];
    if (/[a-z]/.test(term)) {
      for (const { elements } of this.readings(term, { edits: 1 })) {
        if (elements.some(({ kind }) => kind === "initial")) continue;
        if (elements.some(({ kind }) => kind === "edited")) ways.push({ why: "typo", elements });
      }
      this.tryWays(ways, scores, run, enough, hits);
      if (scores.count >= FEW) return;
    }
    // A wrong letter inside a Latin word: too much would be near, unless it is long.
    if (/^[a-z0-9]+$/.test(term) && term.length < 4) return;
    const size = literal.length;
    const sure = size >= SURE ? 40 : 0;
    const any = { kind: "any", value: "" };
    const variants = [];
    for (let i = 0; i + 1 < size; i++) {
      const swapped = literal.slice();
      [swapped[i], swapped[i + 1]] = [literal[i + 1], literal[i]];
      variants.push({ why: "typo", elements: swapped, loss: 0 });
    }
    if (size >= 3 && size <= 16) {
      for (let i = 0; i < size; i++) {
        const rest = literal.slice();
        if (i > 0 && i < size - 1) {
          rest[i] = any;
          variants.push({ why: "typo", elements: rest, loss: size === 3 ? 6 : 2 });
        }
        const shorter = literal.filter((_, at) => at !== i);
        variants.push({ why: "typo", elements: shorter, loss: size === 3 ? 8 : i === 0 || i === size - 1 ? 3 : 1 });
        if (i > 0) variants.push({ why: "typo", elements: [...literal.slice(0, i), any, ...literal.slice(i)], loss: 1 });
      }
    }
    for (const variant of variants) variant.loss -= sure;
    if (this.postings.walked < ENOUGH) this.tryWays(variants, scores, run, enough, hits);
  }

  /** Entries that have every term, in any order and any field. */
  matchAll(terms, whole, run) {
    const rank = (term) => this.rarity([...term].filter((c) => c !== "'").map((value) => ({ kind: "literal", value })));
    this.matchEach(terms, rank, (term, scores) => this.matchTerm(term, scores, run, { all: true }), whole, run);
  }

  /** Matches several things, the rarest first; each next only where all before it were. */
  matchEach(things, rank, match, whole, run) {
    const found = [];
    const order = things.map((thing, index) => ({ thing, index, count: rank(thing) })).sort((a, b) => a.count - b.count);
    for (const { thing, index } of order) {
      const scores = this.scoresAt(index + 1);
      match(thing, scores);
      if (scores.count === 0) break;
      found.push(scores);
      run.only = scores;
    }
    run.only = null;
    if (found.length === things.length) this.meet(found, whole, run);
  }

  /** About how many places there are to look at for a pattern; letters may mean much. */
  rarity(elements) {
    let least = Infinity;
    for (const set of this.patternOf(elements)) least = Math.min(least, this.postings.total(set));
    return least === 0 ? Infinity : least;
  }

  /** Scores the entries that all of several terms have in common. */
  meet(found, whole, run) {
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
  matchPieces(terms, whole, run) {
    const pieces = [];
    for (const term of terms) {
      const [best] = this.readings(term);
      if (!best || best.elements.length > 24) return;
      const { elements } = best;
      const size = elements.length;
      if (elements.some(({ kind }) => kind === "initial")) return;
      // reach[i]: how far a stretch that stands somewhere in the text goes from i.
      const reach = new Array(size);
      for (let i = 0, end = 0; i < size; i++) {
        end = Math.max(end, i);
        while (end < size && this.occurs(elements.slice(i, end + 1))) end++;
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
      this.tryWays([{ why, elements, loss: 26 }], scores, run, Infinity, Infinity);
    };
    this.matchEach(pieces, (elements) => this.rarity(elements), match, whole, run);
  }

  occurs(elements) {
    if (this.postings.walked > ENOUGH) return false;
    const pattern = this.patternOf(elements);
    if (pattern.some((set) => set.ids !== null && set.ids.length === 0)) return false;
    let found = false;
    for (let field = 0; field < FIELDS.length && !found; field++) {
      this.postings.scan(pattern, field, () => (found = true));
    }
    return found;
  }

  /** Entries that share the rarest words and pairs of neighbours with the query. */
  matchParts(terms, whole, run) {
    const parts = this.partsOfTerms(terms);
    const sums = this.scoresAt(MOST_TERMS + 1);
    const patterns = [];
    let total = 0;
    let budget = BUDGET;
    const made = parts.map(({ alternatives, weight }) => {
      const each = alternatives.map((elements) => this.patternOf(elements));
      const cost = each.reduce((sum, pattern) => sum + Math.min(...pattern.map((set) => this.postings.total(set))), 0);
      return { made: each, weight, cost };
    });
    // The rarest say most; what stands everywhere is left out when there is much to walk.
    for (const { made: each, weight, cost } of made.sort((a, b) => a.cost - b.cost)) {
      if (cost > budget) break;
      budget -= cost;
      const owners = this.ownersOf(each, run);
      const worth = weight * Math.log(1 + this.entries.length / Math.max(1, owners.count));
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
      if (share >= least) whole.raise(owner, BASE.parts + PARTS * Math.min(1.5, share) + this.kindWorth[owner] * 0.3, way);
    }
  }

  /** Words with what is used for them, pairs of neighbours, and lone characters. */
  partsOfTerms(terms) {
    if (!this.lexicon) this.readLexicon();
    const parts = [];
    for (const term of terms) {
      const [best] = this.readings(term);
      if (!best) continue;
      const { elements } = best;
      if (elements.filter(({ kind }) => kind === "initial").length * 2 > elements.length) continue;
      const covered = new Uint8Array(elements.length);
      for (const { word, at } of this.synonymsIn(elements)) {
        const others = [word, ...this.synonyms.get(word).slice(0, 8)];
        parts.push({ alternatives: others.map((other) => [...other].map((value) => ({ kind: "literal", value }))), weight: 1 });
        covered.fill(1, at, at + word.length);
      }
      const words = covered.slice();
      for (let i = 0; i + 1 < elements.length; i++) {
        if (words[i] && words[i + 1]) continue;
        const pair = [elements[i], elements[i + 1]];
        if (!this.occurs(pair)) continue;
        parts.push({ alternatives: [pair], weight: this.isWord(pair) ? 1 : LOOSE });
        covered[i] = covered[i + 1] = 1;
      }
      elements.forEach((element, i) => {
        if (covered[i] || element.kind === "initial" || element.kind === "prefix") return;
        parts.push({ alternatives: [[element]], weight: 0.4 });
      });
    }
    return parts.slice(0, 30);
  }

  /** Whether elements are typed characters that make a known word. */
  isWord(elements) {
    if (elements.some(({ kind }) => kind !== "literal")) return true;
    return this.lexicon.has(this.postings.keyOf(elements.map(({ value }) => value).join("")));
  }

  /** Words of the table that stand in a query, the longest first, none within another. */
  synonymsIn(elements) {
    const words = [];
    for (let at = 0; at < elements.length; at++) {
      let word = "";
      let longest = "";
      for (let end = at; end < elements.length && word.length < this.longestSynonym && elements[end].kind === "literal"; end++) {
        word += elements[end].value;
        if (this.synonyms.has(word)) longest = word;
      }
      if (!longest) continue;
      words.push({ word: longest, at });
      at += longest.length - 1;
    }
    return words.slice(0, 6);
  }

  /** Entries that hold one of several patterns, each once, with the worth of its best field. */
  ownersOf(patterns, run) {
    const { postings } = this;
    const scores = this.scoresAt(MOST_TERMS + 2);
    for (const pattern of patterns) {
      if (pattern.some((set) => set.ids !== null && set.ids.length === 0)) continue;
      for (let field = 0; field < FIELDS.length; field++) {
        postings.scan(pattern, field, (position) => {
          const owner = postings.segmentOwner[postings.segmentAt(position)];
          if (run.allowed !== null && run.allowed[owner] === 0) return;
          scores.raise(owner, FIELD_WORTH[field], 0);
        });
      }
    }
    return scores;
  }

  // Ranking

  rank(scores, run, boosts) {
    const { entries } = this;
    if (boosts) {
      for (const [id, share] of boosts) {
        const owner = this.byId.get(id);
        if (owner !== undefined && scores.has(owner)) scores.values[owner] += 6 * Math.max(0, Math.min(1, Number(share) || 0));
      }
    }
    const { values, ways } = scores;
    const order = leading(scores, run.limit * 3);
    const best = this.varied(order, values, (owner) => run.ways[ways[owner]], run.limit);
    return best.map((owner) => new Hit(this, owner, Math.round(values[owner] * 100) / 100, explain(run.ways[ways[owner]], owner, run)));
  }

  /** Lets each distinct word that the initials stand for have its best entry near the top. */
  varied(order, values, wayOf, limit) {
    const head = order;
    const met = new Map();
    const worth = new Map();
    let words = false;
    for (const owner of head) {
      const { why, word } = wayOf(owner);
      let value = values[owner];
      if (why === "initials" && word) {
        words = true;
        const before = met.get(word) ?? 0;
        met.set(word, before + 1);
        value -= REPEATED * Math.min(before, 6);
      }
      worth.set(owner, value);
    }
    if (words) head.sort((a, b) => worth.get(b) - worth.get(a) || a - b);
    return head.slice(0, limit);
  }

  /** Where the patterns stand in what the entry shows, as offsets in the written text. */
  spansOf(owner, patterns) {
    const spans = [];
    const entry = this.entries[owner];
    for (let field = 0; field < FIELDS.length; field++) {
      const byPart = this.postings.placesIn(patterns, field, owner);
      if (byPart.size === 0) continue;
      const parts = partsOf(entry, FIELDS[field]);
      for (const [part, ranges] of byPart) {
        ranges.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
        const merged = [];
        for (const [from, to] of ranges) {
          const last = merged[merged.length - 1];
          if (last && from <= last[1]) last[1] = Math.max(last[1], to);
          else merged.push([from, to]);
        }
        for (const span of offsetsIn(parts[part], this.postings.fold, merged)) {
          const last = spans[spans.length - 1];
          const [start, end] = span;
          if (last && last.field === FIELDS[field] && last.part === part && start <= last.end) last.end = end;
          else spans.push({ field: FIELDS[field], part, start, end });
        }
      }
    }
    return spans;
  }
}

/** One entry found. Where it matched is looked up when a row asks for it. */
class Hit {
  #engine;
  #owner;
  #patterns;
  #spans = null;

  constructor(engine, owner, score, { why, word, patterns }) {
    const { id, kind } = engine.entries[owner];
    this.id = id;
    this.kind = kind;
    this.score = score;
    this.why = why;
    this.word = word;
    this.#engine = engine;
    this.#owner = owner;
    this.#patterns = patterns;
  }

  /** @returns {{field: string, part: number, start: number, end: number}[]} */
  get spans() {
    return (this.#spans ??= this.#engine.spansOf(this.#owner, this.#patterns));
  }

  toJSON() {
    return { ...this, spans: this.spans };
  }
}

/** The same ways with every sound widened to those that careless ears take for it. */
function nearOf(ways, syllables) {
  const widened = { literal: "sound", syllable: "near", prefix: "near" };
  return ways.map(({ cost, elements }) => ({
    cost,
    elements: elements.map(({ kind, value }) => {
      const near = kind === "literal" || syllables.has(value) ? widened[kind] : undefined;
      return { kind: near ?? kind, value };
    }),
  }));
}

/** The best entries, best first; the rest is never sorted. */
function leading(scores, limit) {
  const { values, touched, count } = scores;
  const best = new Int32Array(limit + 1);
  let size = 0;
  let least = -Infinity;
  for (let i = 0; i < count; i++) {
    const owner = touched[i];
    const value = values[owner];
    if (size === limit && (value < least || (value === least && owner > best[size - 1]))) continue;
    let at = size;
    while (at > 0) {
      const other = best[at - 1];
      if (values[other] > value || (values[other] === value && other < owner)) break;
      best[at] = other;
      at--;
    }
    best[at] = owner;
    if (size < limit) size++;
    if (size === limit) least = values[best[size - 1]];
  }
  return Array.from(best.subarray(0, size));
}

/** Why an entry is there, where several terms or parts brought it. */
function explain(way, owner, run) {
  if (way.met) {
    const each = way.met.map((scores) => [scores.values[owner], run.ways[scores.ways[owner]]]);
    const [, worst] = each.reduce((least, one) => (one[0] < least[0] ? one : least));
    return { why: worst.why, word: worst.word, patterns: each.flatMap(([, { patterns }]) => patterns) };
  }
  if (way.marks) {
    const mark = way.marks.ways[owner];
    return { why: way.why, word: way.word, patterns: way.patterns.filter((_, index) => mark & (1 << index)).flat() };
  }
  return way;
}

/** Joins terms to one, with a bound between the sounds of two. */
function join(terms) {
  let joined = terms[0] ?? "";
  for (const term of terms.slice(1)) {
    const apart = isLatin(joined.charCodeAt(joined.length - 1)) && isLatin(term.charCodeAt(0));
    joined += apart ? `'${term}` : term;
  }
  return joined;
}

function isLatin(code) {
  return isLetter(code) || isDigit(code);
}

/** Control, format and joining characters, which part no words. */
function isIgnorable(unit) {
  return (
    (unit >= 0x7f && unit <= 0x9f) || unit === 0xad || (unit >= 0x300 && unit <= 0x36f) ||
    (unit >= 0x200b && unit <= 0x200f) || (unit >= 0x202a && unit <= 0x202e) ||
    (unit >= 0x2060 && unit <= 0x206f) || (unit >= 0xfe00 && unit <= 0xfe0f) || unit === 0xfeff
  );
}
