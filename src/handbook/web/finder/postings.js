// Where every character stands: one array of all text, and positions by counting sort.

import { foldInto, GAP, isLetter, makeFolding } from "./folding.js";

/** Fields in the order in which they matter; the text of all titles comes first. */
export const FIELDS = ["title", "keywords", "text", "variants", "scene", "when", "never"];

/** Longest pattern; the text begins and ends with as many bounds, so none runs out. */
export const LONGEST = 64;
const PAD = LONGEST + 16;
const BLOCK = 5;
const SLICE = 4000;

/** More than there are different characters; four of them make an exact number. */
const KEY = 8191;

const NOTHING = [];

/** The texts of one field of an entry. */
export function partsOf(entry, field) {
  const value = entry[field];
  if (field === "scene") return value ? [...value, entry.page ?? ""] : entry.page ? [entry.page] : NOTHING;
  if (!value) return NOTHING;
  return typeof value === "string" ? [value] : value;
}

/**
 * Builds the postings in slices; yields between them, so that no task is long.
 *
 * @param {object[]} entries
 * @param {string[]} words synonyms, indexed like a field of their own
 * @param {string} traditional
 */
export function* indexing(entries, words, traditional) {
  const fold = makeFolding(traditional);
  const layers = [...FIELDS, "synonym"];
  const ownersOf = (layer) => (layer < FIELDS.length ? entries : words);
  const parted = (owner, field) => (typeof owner === "string" ? [owner] : partsOf(owner, field));
  let room = 2 * PAD; // enough even if a gap stood between any two letters
  let segments = 0;
  for (let layer = 0; layer < layers.length; layer++) {
    for (const owner of ownersOf(layer)) {
      for (const part of parted(owner, layers[layer])) {
        room += part.length + 1 + (part.length >> 1);
        segments++;
      }
    }
    yield;
  }

  const text = new Uint16Array(room);
  const broken = new Uint8Array(room);
  const idOf = new Uint16Array(65536);
  const codes = [0];
  const segmentStart = new Int32Array(segments + 1);
  const segmentOwner = new Int32Array(segments);
  const segmentPart = new Uint16Array(segments);
  const firstSegment = layers.map((_, layer) => new Int32Array(ownersOf(layer).length + 1));
  const bounds = new Int32Array(layers.length + 1);
  const latin = new Set();
  let at = PAD;
  let segment = 0;
  for (let layer = 0; layer < layers.length; layer++) {
    bounds[layer] = at;
    const owners = ownersOf(layer);
    for (let owner = 0; owner < owners.length; owner++) {
      firstSegment[layer][owner] = segment;
      const parts = parted(owners[owner], layers[layer]);
      for (let part = 0; part < parts.length; part++) {
        const written = parts[part];
        segmentStart[segment] = at;
        segmentOwner[segment] = owner;
        segmentPart[segment] = part;
        segment++;
        let letters = false;
        let last = -1;
        foldInto(written, fold, (code, offset) => {
          let id = idOf[code];
          if (id === 0) {
            id = codes.length;
            idOf[code] = id;
            codes.push(code);
          }
          if (offset > last + 1 && isBreak(written, last + 1)) broken[at] = 1;
          last = offset;
          text[at++] = id;
          if (isLetter(code)) letters = true;
        });
        at++;
        if (letters) for (const word of written.match(/[A-Za-z]{2,}/g) ?? []) latin.add(word.toLowerCase());
      }
      if (owner % SLICE === SLICE - 1) yield;
    }
    firstSegment[layer][owners.length] = segment;
  }
  bounds[layers.length] = at;
  segmentStart[segments] = at;
  yield;

  const size = codes.length;
  const starts = [];
  const positions = new Int32Array(at - PAD);
  let placed = 0;
  for (let layer = 0; layer < layers.length; layer++) {
    const from = bounds[layer];
    const to = bounds[layer + 1];
    const start = new Int32Array(size + 1);
    for (let p = from; p < to; p++) start[text[p] + 1]++;
    start[1] = 0;
    start[0] = placed;
    for (let id = 1; id <= size; id++) start[id] += start[id - 1];
    const next = start.slice();
    for (let p = from; p < to; p++) {
      const id = text[p];
      if (id !== 0) positions[next[id]++] = p;
    }
    placed = start[size];
    starts.push(start);
    yield;
  }

  const blocks = new Int32Array((at >> BLOCK) + 2);
  for (let s = 0, block = 0; block < blocks.length; block++) {
    while (s + 1 < segments && segmentStart[s + 1] <= block << BLOCK) s++;
    blocks[block] = s;
  }
  return new Postings({
    fold, text, broken, idOf, codes, segmentStart, segmentOwner, segmentPart, firstSegment, starts, positions, blocks, latin,
  });
}

/** Whether what stands between two characters parts them; quotes and blanks do not. */
function isBreak(text, offset) {
  const code = text.charCodeAt(offset);
  return code === 0xff0c || code === 0x3002 || code === 0x3001 || code === 0xff1b || code === 0xff1a || code === 0xff1f || code === 0xff01 || code === 0x0a || code === 0x2c || code === 0x2e;
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

class Postings {
  constructor(parts) {
    Object.assign(this, parts);
    this.size = this.codes.length;
    const everything = new Uint8Array(this.size).fill(1);
    everything[0] = 0;
    everything[this.idOf[GAP]] = 0;
    /** Postings looked at so far, so that a search can tell when it has done enough. */
    this.walked = 0;
    /** Any one character. */
    this.any = new CharacterClass(everything, null);
  }

  /** Makes a class from lists of characters with their grades; the best grade counts. */
  classOf(lists) {
    const bits = new Uint8Array(this.size);
    const ids = [];
    for (const [characters, grade] of lists) {
      for (let i = 0; i < characters.length; i++) {
        const id = this.idOf[this.fold(characters.charCodeAt(i))];
        if (id === 0) continue;
        if (bits[id] === 0) {
          bits[id] = grade;
          ids.push(id);
        } else if (bits[id] > grade) bits[id] = grade;
      }
    }
    return new CharacterClass(bits, ids);
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
      for (let field = 0; field < FIELDS.length; field++) set.all += this.count(set, field);
    }
    return set.all;
  }

  /**
   * Finds a pattern in a field, by the postings of its rarest class.
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
      if (count < least) {
        least = count;
        anchor = i;
      }
    }
    if (least === 0 || least === Infinity) return;
    this.walked += least;
    const { text, positions } = this;
    const starts = this.starts[field];
    const bits = pattern.map((set) => set.bits);
    // The rarer neighbour turns away most places.
    let next = anchor + 1 < length ? anchor + 1 : anchor - 1;
    if (anchor > 0 && next > anchor && this.count(pattern[anchor - 1], field) < this.count(pattern[next], field)) next = anchor - 1;
    const nextBits = next >= 0 ? bits[next] : null;
    const step = next - anchor;
    for (const id of pattern[anchor].ids) {
      const end = starts[id + 1];
      for (let i = starts[id]; i < end; i++) {
        const position = positions[i];
        if (nextBits !== null && nextBits[text[position + step]] === 0) continue;
        const base = position - anchor;
        let grades = 0;
        let j = 0;
        for (; j < length; j++) {
          const grade = bits[j][text[base + j]];
          if (grade === 0) break;
          grades += grade;
        }
        if (j === length && visit(base, grades) === true) return;
      }
    }
  }

  /**
   * Finds a pattern in a field of a few entries; cheaper than `scan` where it stands
   * in many others. Visits as `scan` does.
   */
  scanIn(owners, count, pattern, field, visit) {
    const { text, segmentStart } = this;
    const first = this.firstSegment[field];
    const length = pattern.length;
    const lead = pattern[0].bits;
    for (let i = 0; i < count; i++) {
      const owner = owners[i];
      const from = segmentStart[first[owner]];
      const to = segmentStart[first[owner + 1]] - length;
      for (let base = from; base < to; base++) {
        if (lead[text[base]] === 0) continue;
        let grades = lead[text[base]];
        let j = 1;
        for (; j < length; j++) {
          const grade = pattern[j].bits[text[base + j]];
          if (grade === 0) break;
          grades += grade;
        }
        if (j === length && visit(base, grades) === true) return;
      }
    }
  }

  /** How many characters an entry has in a field, on average. */
  lengthOf(field) {
    const first = this.firstSegment[field];
    const owners = first.length - 1;
    return owners ? (this.segmentStart[first[owners]] - this.segmentStart[first[0]]) / owners : 0;
  }

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
    return isLetter(this.codes[this.text[position]]);
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
    for (let i = 1; i < length; i++) key = key * KEY + text[position + i];
    return key;
  }

  /** The number of a short word, -1 when one of its characters stands nowhere. */
  keyOf(word) {
    let key = 0;
    for (let i = 0; i < word.length; i++) {
      const id = this.idOf[word.charCodeAt(i)];
      if (id === 0) return -1;
      key = key * KEY + id;
    }
    return key;
  }
}
