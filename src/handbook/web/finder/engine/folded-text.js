// All text of the handbook as one array of folded characters, and what stands at a place.

import { FIRST_LETTER } from "./folding.js";

/** More than there are different characters; four of them make an exact number. */
export const KEYED = 8191;
/** Positions of a block, as a power of two. */
const BLOCK = 5;

/** By blocks of positions, the segment in which each one begins. */
function blocksOf(segmentStart, segments, at) {
  const blocks = new Int32Array((at >> BLOCK) + 2);
  for (let s = 0, block = 0; block < blocks.length; block++) {
    while (s + 1 < segments && segmentStart[s + 1] <= block << BLOCK) s++;
    blocks[block] = s;
  }
  return blocks;
}

/** The text by segments: each is one part of one field of one entry. */
export class FoldedText {
  /**
   * @param {{text: Uint16Array, broken: Uint8Array, codes: number[], idOf: Uint16Array,
   *   fold: (unit: number) => number, segmentStart: Int32Array, segmentOwner: Int32Array,
   *   segmentPart: Uint16Array, firstSegment: Int32Array[], end: number}} written
   */
  constructor({ end, ...written }) {
    Object.assign(this, written);
    this.blocks = blocksOf(this.segmentStart, this.segmentOwner.length, end);
  }

  /** The segment in which a position lies. */
  segmentAt(position) {
    const { segmentStart } = this;
    let segment = this.blocks[position >> BLOCK];
    while (segmentStart[segment + 1] <= position) segment++;
    return segment;
  }

  /**
   * Every place of some patterns in one entry's field, by part, as folded ranges.
   *
   * @returns {Map<number, [number, number][]>}
   */
  placesIn(patterns, field, owner) {
    const places = new Map();
    const { text, segmentStart, segmentPart } = this;
    for (const pattern of patterns) {
      const length = pattern.length;
      const first = pattern[0].bits;
      for (let s = this.firstSegment[field][owner]; s < this.firstSegment[field][owner + 1]; s++) {
        const from = segmentStart[s];
        const last = segmentStart[s + 1] - 1 - length;
        for (let base = from; base <= last; base++) {
          if (first[text[base]] === 0) continue;
          let j = 1;
          while (j < length && pattern[j].bits[text[base + j]] !== 0) j++;
          if (j < length) continue;
          const part = segmentPart[s];
          if (!places.has(part)) places.set(part, []);
          places.get(part).push([base - from, base - from + length]);
        }
      }
    }
    return places;
  }

  /** Whether a Latin letter stands at a position. */
  letterAt(position) {
    const letter = this.text[position] - FIRST_LETTER;
    return letter >= 0 && letter < 26;
  }

  /** Whether a comma or a full stop stood between the characters of a match. */
  brokenIn(position, length) {
    const { broken } = this;
    for (let i = position + 1; i < position + length; i++) if (broken[i] !== 0) return true;
    return false;
  }

  /** A number for the up to four characters from a position on; the same for the same. */
  keyAt(position, length) {
    const { text } = this;
    let key = text[position];
    for (let i = 1; i < length; i++) key = key * KEYED + text[position + i];
    return key;
  }

  /** The folded characters from a position on. */
  textAt(position, length) {
    let text = "";
    for (let i = 0; i < length; i++) text += String.fromCharCode(this.codes[this.text[position + i]]);
    return text;
  }

  /** The number of a short word, -1 when one of its characters stands nowhere. */
  keyOf(word) {
    let key = 0;
    for (let i = 0; i < word.length; i++) {
      const id = this.idOf[word.charCodeAt(i)];
      if (id === 0) return -1;
      key = key * KEYED + id;
    }
    return key;
  }
}
