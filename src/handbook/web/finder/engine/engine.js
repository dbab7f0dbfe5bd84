// The search itself: a query becomes character classes, a match becomes a score and a reason.

import { matchAll, matchPieces } from "./combining.js";
import { checking, DamagedData, FORMAT } from "./data.js";
import { explain, Hit } from "./hits.js";
import { indexing } from "./indexing.js";
import { Lexicon } from "./lexicon.js";
import { FEW, SURE } from "./matching.js";
import { Found, matchParts } from "./parts.js";
import { Patterns } from "./patterns.js";
import { join, joinSounds, readTerms } from "./queries.js";
import { Masks, Scores } from "./scores.js";
import { matchTerm, tryBoldEdits, tryEdits, tryMistyped } from "./terms.js";
import { Thesaurus } from "./thesaurus.js";
import { varied } from "./variety.js";

export { DamagedData, FORMAT };

const KIND_WORTH = { phrase: 9, clause: 0, page: -6 };
/** What an entry is worth at most that this user uses much. */
const USED = 6;
/** What it costs that an entry's check ran out: of two that match alike, the other leads. */
const STALE = 2;
/** A best match of letters below this may be a chance one: a mistyped word may be meant. */
const DOUBTFUL = 96;

/**
 * Builds a search from the index data at once.
 *
 * @param {object} data what `handbook.finder.index` made
 * @throws {DamagedData}
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

class Engine {
  #lexicon = null;
  #byId = null;
  #thesaurus = null;

  constructor(data, postings, words) {
    this.entries = data.entries;
    this.postings = postings;
    /** Words of the synonyms, as owners of the last field of the postings. */
    this.words = words;
    this.patterns = new Patterns(postings, data.syllables);
    this.lines = data.lexicon;
    this.filters = new Map();
    /** A 1 for each entry whose check ran out; null where none did. */
    this.stale = null;
    this.found = new Found(this);
    this.scores = [];
    this.named = new Masks(data.entries.length);
    this.masks = new Masks(data.entries.length);
    this.kindWorth = new Float32Array(data.entries.length);
    for (let owner = 0; owner < data.entries.length; owner++) this.kindWorth[owner] = KIND_WORTH[data.entries[owner].kind] ?? 0;
    this.readSynonyms(data.synonyms);
  }

  /** Read when the first query needs it. */
  get lexicon() {
    return (this.#lexicon ??= new Lexicon(this.lines, this.postings, this.patterns.syllables));
  }

  get byId() {
    return (this.#byId ??= new Map(this.entries.map((entry, index) => [entry.id, index])));
  }

  get thesaurus() {
    return (this.#thesaurus ??= new Thesaurus(this.synonyms));
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
    const terms = joinSounds(readTerms(query, this.postings.fold), this.patterns.syllables);
    if (terms.length === 0 || this.entries.length === 0) return [];
    const run = {
      allowed: this.allowedBy(channel, kind),
      limit: Math.max(1, Math.min(200, limit | 0 || 20)),
      /** Entries that the terms before this one left, or null. */
      only: null,
      ways: [],
      /** Ways by which the strings came that letters may mean, the likeliest first. */
      meanings: terms.length === 1 && /^[a-z']+$/.test(terms[0]) ? [] : null,
      /** Which meanings an entry has in its title or keywords, and elsewhere. */
      named: this.named,
      masks: this.masks,
    };
    this.named.clear();
    this.masks.clear();
    this.postings.walked = 0;
    const joined = join(terms);
    const whole = this.scoresAt(0);
    matchTerm(this, joined, whole, run, { strict: terms.length > 1 });
    if (terms.length > 1 && whole.count < run.limit) {
      // A lone letter is the beginning of a word that is still being typed.
      const words = terms.filter((term) => !/^[a-z]$/.test(term));
      if (words.length) matchAll(this, words, whole, run);
    }
    if (terms.length === 1) {
      const long = joined.length >= (whole.count < FEW ? SURE - 1 : SURE);
      const mistyped = long && whole.best < DOUBTFUL && /^[a-z']+$/.test(joined);
      if (mistyped) tryMistyped(this, joined, whole, run);
    }
    if (whole.count < FEW) {
      matchPieces(this, terms, whole, run);
      if (terms.length === 1) tryEdits(this, joined, whole, run);
    }
    if (whole.count < FEW && terms.length === 1) tryBoldEdits(this, joined, whole, run);
    if (whole.count < FEW) matchParts(this, terms, whole, run);
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

  /** Empty scores for the n-th thing that is matched in one search. */
  scoresAt(index) {
    while (this.scores.length <= index) this.scores.push(new Scores(this.entries.length));
    this.scores[index].clear();
    return this.scores[index];
  }

  /**
   * Lets entries whose last check no longer holds stand behind others that match alike.
   *
   * @param {(id: string) => boolean} stale
   */
  age(stale) {
    const marks = Uint8Array.from(this.entries, ({ id }) => (stale(id) ? 1 : 0));
    this.stale = marks.includes(1) ? marks : null;
  }

  rank(scores, run, boosts) {
    if (this.stale) {
      for (let i = 0; i < scores.count; i++) scores.values[scores.touched[i]] -= STALE * this.stale[scores.touched[i]];
    }
    if (boosts) {
      for (const [id, share] of boosts) {
        const owner = this.byId.get(id);
        if (owner !== undefined && scores.has(owner)) scores.values[owner] += USED * Math.max(0, Math.min(1, Number(share) || 0));
      }
    }
    const { values, ways } = scores;
    const best = varied(this, scores, run);
    return best.map((owner) => new Hit(this, owner, Math.round(values[owner] * 100) / 100, explain(run.ways[ways[owner]], owner, run)));
  }
}
