// Where every character stands, and how a pattern is found by its rarest ones.

import { FoldedText } from "./folded-text.js";
import { fixedUnits, GAP } from "./folding.js";
import { FIELDS, passes } from "./writing.js";

/** Looking up a pair of characters costs about as much as walking so many postings. */
export const LOOK_UP = 14;

/** The first index of a sorted stretch whose value is not below another. */
function lowest(values, low, high, value) {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The sum of the grades of a pattern at a place, 0 where it does not stand there. */
function gradesAt(text, base, bits, length) {
  let grades = 0;
  for (let j = 0; j < length; j++) {
    const grade = bits[j][text[base + j]];
    if (grade === 0) return 0;
    grades += grade;
  }
  return grades;
}

/** A set of characters that may stand at one place of a pattern, with grades. */
class CharacterClass {
  constructor(bits, ids) {
    this.bits = bits;
    this.ids = ids;
    this.counts = [];
    this.all = undefined;
  }
}

/** Where each character stands in the text, by field, and patterns found by it. */
export class Postings extends FoldedText {
  /**
   * @param {object} written the text; see `FoldedText`
   * @param {{starts: Int32Array[], positions: Int32Array, nexts: Uint16Array}} sorted by
   *   field, where in `positions` each character begins; `nexts` holds what follows it
   * @param {Uint8Array} sieve what most Latin letters that are no word fall through
   */
  constructor(written, sorted, sieve) {
    super(written);
    Object.assign(this, sorted);
    this.sieve = sieve;
    this.size = this.codes.length;
    const everything = new Uint8Array(this.size).fill(1);
    everything[0] = 0;
    everything[GAP] = 0;
    /** Letters and digits have their numbers whether they occur or not. */
    this.occurring = new Uint8Array(this.size).fill(1);
    for (let id = 0; id < fixedUnits().length; id++) this.occurring[id] = this.starts.some((start) => start[id + 1] > start[id]) ? 1 : 0;
    /** Postings looked at so far, so that a search can tell when it has done enough. */
    this.walked = 0;
    this.owners = this.firstSegment[0].length - 1;
    this.lengths = this.firstSegment.map((first) => {
      const owners = first.length - 1;
      return owners ? (this.segmentStart[first[owners]] - this.segmentStart[first[0]]) / owners : 0;
    });
    /** Fields in which anything stands. */
    this.filled = FIELDS.map((_, field) => field).filter((field) => this.starts[field][this.size] > this.starts[field][0]);
    /** Any one character. */
    this.any = new CharacterClass(everything, null);
    /** The Latin words of the text. */
    this.latin = { has: (word) => this.hasWord(word) };
  }

  /** Makes a class from lists of characters with their grades; the best grade counts. */
  classOf(lists) {
    const bits = new Uint8Array(this.size);
    const ids = [];
    for (const [characters, grade] of lists) {
      for (let i = 0; i < characters.length; i++) {
        const id = this.idOf[this.fold(characters.charCodeAt(i))];
        if (this.occurring[id] === 0) continue;
        if (bits[id] === 0) {
          bits[id] = grade;
          ids.push(id);
        } else if (bits[id] > grade) bits[id] = grade;
      }
    }
    return new CharacterClass(bits, ids);
  }

  /** Whether some letters stand in the text as a word. */
  hasWord(word) {
    if (!passes(this.sieve, word)) return false;
    const pattern = [...word].map((letter) => this.classOf([[letter, 1]]));
    const apart = (position) => !this.letterAt(position - 1) && !this.letterAt(position + word.length);
    return this.filled.some((field) => {
      let found = false;
      this.scan(pattern, field, (position) => (found = apart(position)));
      return found;
    });
  }

  count(set, field) {
    if (set.ids === null) return Infinity;
    let count = set.counts[field];
    if (count === undefined) {
      const starts = this.starts[field];
      count = 0;
      for (const id of set.ids) count += starts[id + 1] - starts[id];
      set.counts[field] = count;
    }
    return count;
  }

  /** How often the characters of a class occur in all fields together. */
  total(set) {
    if (set.all === undefined) {
      set.all = 0;
      for (const field of this.filled) set.all += this.count(set, field);
    }
    return set.all;
  }

  /**
   * Finds a pattern in a field, by its rarest class or its rarest pair of neighbours.
   *
   * @param {CharacterClass[]} pattern
   * @param {number} field
   * @param {(position: number, grades: number) => boolean | void} visit gets where it
   *   starts and the sum of the grades; returns true to stop
   */
  scan(pattern, field, visit) {
    const length = pattern.length;
    let anchor = 0;
    let least = Infinity;
    for (let i = 0; i < length; i++) {
      const count = this.count(pattern[i], field);
      if (count === 0) return;
      if (count < least) {
        least = count;
        anchor = i;
      }
    }
    if (least === Infinity) return;
    const bits = pattern.map((set) => set.bits);
    let pair = -1;
    let pairs = Infinity;
    let price = least;
    for (let i = 0; i + 1 < length; i++) {
      const first = pattern[i].ids;
      const second = pattern[i + 1].ids;
      if (first === null || second === null) continue;
      const cost = first.length * second.length * LOOK_UP;
      if (cost > price) continue;
      const many = this.count(pattern[i], field) * this.count(pattern[i + 1], field);
      if (cost === price && many >= pairs) continue;
      pair = i;
      pairs = many;
      price = cost;
    }
    if (pair >= 0) this.scanPairs(pattern, bits, pair, field, visit);
    else this.scanOne(pattern, bits, anchor, field, visit);
  }

  /** Walks the postings of one class. */
  scanOne(pattern, bits, anchor, field, visit) {
    const length = pattern.length;
    const { text, positions, nexts } = this;
    const starts = this.starts[field];
    this.walked += this.count(pattern[anchor], field);
    const after = anchor + 1 < length ? bits[anchor + 1] : null;
    const before = anchor > 0 ? bits[anchor - 1] : null;
    for (const id of pattern[anchor].ids) {
      const end = starts[id + 1];
      for (let i = starts[id]; i < end; i++) {
        if (after !== null && after[nexts[i]] === 0) continue;
        const position = positions[i];
        if (before !== null && before[text[position - 1]] === 0) continue;
        const grades = gradesAt(text, position - anchor, bits, length);
        if (grades !== 0 && visit(position - anchor, grades) === true) return;
      }
    }
  }

  /** Looks up every pair of characters of two neighbouring classes. */
  scanPairs(pattern, bits, anchor, field, visit) {
    const length = pattern.length;
    const { text, positions, nexts } = this;
    const starts = this.starts[field];
    const seconds = pattern[anchor + 1].ids;
    const after = bits[anchor + 1];
    for (const id of pattern[anchor].ids) {
      const from = starts[id];
      const end = starts[id + 1];
      if (end - from <= seconds.length * LOOK_UP) {
        this.walked += end - from;
        for (let i = from; i < end; i++) {
          if (after[nexts[i]] === 0) continue;
          const base = positions[i] - anchor;
          const grades = gradesAt(text, base, bits, length);
          if (grades !== 0 && visit(base, grades) === true) return;
        }
        continue;
      }
      for (const second of seconds) {
        this.walked += LOOK_UP;
        for (let i = lowest(nexts, from, end, second); i < end && nexts[i] === second; i++) {
          this.walked++;
          const base = positions[i] - anchor;
          const grades = gradesAt(text, base, bits, length);
          if (grades !== 0 && visit(base, grades) === true) return;
        }
      }
    }
  }

  /** The rarest pair of neighbours of a pattern that are one character each, or null. */
  rarestPair(pattern, field) {
    let rarest = null;
    for (let i = 0; i + 1 < pattern.length; i++) {
      const first = pattern[i].ids;
      const second = pattern[i + 1].ids;
      if (first?.length !== 1 || second?.length !== 1) continue;
      const [from, to] = this.pairIn(first[0], second[0], field);
      if (rarest === null || to - from < rarest.to - rarest.from) rarest = { at: i, from, to };
    }
    return rarest;
  }

  /**
   * Finds a pattern in a field of a few entries; cheaper than `scan` where it stands
   * in many others. Visits as `scan` does; with `once` a single character only once in
   * each entry.
   */
  scanIn(owners, count, pattern, field, visit, once = false) {
    const { text, positions, segmentStart } = this;
    const first = this.firstSegment[field];
    const length = pattern.length;
    const bits = pattern.map((set) => set.bits);
    const pair = this.rarestPair(pattern, field);
    if (pair !== null && pair.from === pair.to) return;
    for (let i = 0; i < count; i++) {
      const owner = owners[i];
      const begin = segmentStart[first[owner]];
      const end = segmentStart[first[owner + 1]] - length;
      if (pair !== null) {
        // The places of a pair stand in order.
        for (let at = lowest(positions, pair.from, pair.to, begin + pair.at); at < pair.to; at++) {
          const base = positions[at] - pair.at;
          if (base >= end) break;
          const grades = gradesAt(text, base, bits, length);
          if (grades !== 0 && visit(base, grades) === true) return;
        }
        continue;
      }
      const lead = bits[0];
      for (let base = begin; base < end; base++) {
        if (lead[text[base]] === 0) continue;
        const grades = gradesAt(text, base, bits, length);
        if (grades === 0) continue;
        if (visit(base, grades) === true) return;
        if (length === 1 && once) break;
      }
    }
  }

  /** About how many places there are to look at for a pattern, in all fields together. */
  estimate(pattern) {
    let sum = 0;
    for (const field of this.filled) sum += this.estimateIn(pattern, field);
    return sum;
  }

  /** About how many places there are to look at for a pattern in a field. */
  estimateIn(pattern, field) {
    let least = Infinity;
    for (const set of pattern) least = Math.min(least, this.count(set, field));
    const pair = least > 0 ? this.rarestPair(pattern, field) : null;
    return pair === null ? least : pair.to - pair.from;
  }

  /** Where in the postings of a field a pair of characters stands, as `[from, to]`. */
  pairIn(first, second, field) {
    const starts = this.starts[field];
    const end = starts[first + 1];
    const from = lowest(this.nexts, starts[first], end, second);
    return [from, lowest(this.nexts, from, end, second + 1)];
  }

  /** How many characters an entry has in a field, on average. */
  lengthOf(field) {
    return this.lengths[field];
  }
}
