// The words of the handbook: how much they weigh, and what letters they begin with.

import { KEYED } from "./folded-text.js";

const HEAVIEST = 9;
const DOUBLE = ["zh", "ch", "sh"];

/** The bit of an initial. */
function bitOf(initial) {
  return 1 << (initial.length === 1 ? initial.charCodeAt(0) - 0x61 : 26 + DOUBLE.indexOf(initial));
}

/** Words of up to four characters, by the numbers of their characters. */
export class Lexicon {
  /**
   * @param {string[]} lines words joined by blanks, one line per weight, heaviest first
   * @param {Postings} postings
   * @param {Syllables} syllables
   */
  constructor(lines, postings, syllables) {
    /** Weights from 0 to 9, by the key of the word. */
    this.weights = new Map();
    const { idOf, fold } = postings;
    /** Characters of all words, one after another, and where each word begins. */
    const ids = [];
    this.begins = [0];
    this.weightOf = [];
    lines.forEach((line, index) => {
      const weight = (HEAVIEST * (lines.length - index)) / lines.length;
      const end = line.length;
      for (let at = 0, begin = ids.length, key = 0, whole = true; at <= end; at++) {
        if (at < end && line.charCodeAt(at) !== 0x20) {
          const id = idOf[fold(line.charCodeAt(at))];
          if (id === 0) whole = false;
          ids.push(id);
          key = key * KEYED + id;
          continue;
        }
        const length = ids.length - begin;
        if (whole && length > 0 && length <= LONGEST_WORD && !this.weights.has(key)) {
          this.weights.set(key, weight);
          this.begins.push(ids.length);
          this.weightOf.push(weight);
        } else ids.length = begin;
        begin = ids.length;
        key = 0;
        whole = true;
      }
    });
    this.ids = Uint16Array.from(ids);
    this.initials = new Uint32Array(postings.size);
    for (const [syllable, { common }] of syllables.bySyllable) {
      let letter = bitOf(syllable[0]);
      if (DOUBLE.includes(syllable.slice(0, 2))) letter |= bitOf(syllable.slice(0, 2));
      for (let i = 0; i < common.length; i++) this.initials[idOf[fold(common.charCodeAt(i))]] |= letter;
    }
    this.initials[0] = 0;
  }

  /** The weight of the word with a key, or undefined. */
  get(key) {
    return this.weights.get(key);
  }

  /**
   * Words that some letters are the initials of, the heaviest first.
   *
   * @param {string[]} letters `zh`, `ch` and `sh` may be one
   * @param {number} most
   * @param {(ids: Uint16Array, weight: number) => void} visit
   * @returns {number} how many there were
   */
  beginningWith(letters, most, visit) {
    const masks = letters.map(bitOf);
    const { begins, ids, initials, weightOf } = this;
    const length = masks.length;
    let found = 0;
    for (let word = 0; word < weightOf.length && found < most; word++) {
      const begin = begins[word];
      if (begins[word + 1] - begin !== length) continue;
      let i = 0;
      while (i < length && (initials[ids[begin + i]] & masks[i]) !== 0) i++;
      if (i < length) continue;
      found++;
      visit(ids.subarray(begin, begin + length), weightOf[word]);
    }
    return found;
  }
}

/** Characters of the longest word. */
export const LONGEST_WORD = 4;
