// Where every character stands: one array of all text, and positions by counting sort.

import { fixedUnits, FIRST_LETTER, GAP, isBreak, makeFolding } from "./folding.js";

/** Fields in the order in which they matter; the text of all titles comes first. */
export const FIELDS = ["title", "keywords", "text", "variants", "scene", "when", "never"];

/** Longest pattern; the text begins and ends with as many bounds, so none runs out. */
export const LONGEST = 64;
const PAD = LONGEST + 16;
const BLOCK = 5;
/** Characters, and entries, that are dealt with in one step of the building. */
const SLICE = 1 << 17;
const FEW_ENTRIES = 4096;
/** Fewer postings than this are sorted faster by insertion. */
const BY_INSERTION = 48;
const UNSEEN = 0xffff;
/** Bits of the sieve that most Latin letters which are no word fall through. */
const SIEVE = 1 << 21;
/** Looking up a pair of characters costs about as much as walking so many postings. */
export const LOOK_UP = 14;

/** More than there are different characters; four of them make an exact number. */
export const KEYED = 8191;

const NOTHING = [];

/** The texts of one field of an entry. */
export function partsOf(entry, field) {
  const value = entry[field];
  if (field === "scene") {
    if (!entry.page) return value ?? NOTHING;
    return value ? [...value, entry.page] : [entry.page];
  }
  if (!value) return NOTHING;
  return typeof value === "string" ? [value] : value;
}

/** Writes texts behind one another as numbers of their characters. */
class Writer {
  constructor(room, segments, fold) {
    this.fold = fold;
    this.text = new Uint16Array(room);
    this.broken = new Uint8Array(room);
    /** Number of a folded unit, 0 for one that stands nowhere. */
    this.idOf = new Uint16Array(65536);
    this.codes = fixedUnits();
    for (let id = 1; id < this.codes.length; id++) this.idOf[this.codes[id]] = id;
    /** Number of a written unit: 0 is dropped, `UNSEEN` not met so far. */
    this.idOfWritten = new Uint16Array(65536).fill(UNSEEN);
    this.sieve = new Uint8Array(SIEVE >> 3);
    this.segmentStart = new Int32Array(segments + 1);
    this.segmentOwner = new Int32Array(segments);
    this.segmentPart = new Uint16Array(segments);
    this.segment = 0;
    this.at = PAD;
  }

  learn(unit) {
    const code = this.fold(unit);
    let id = 0;
    if (code !== 0) {
      id = this.idOf[code];
      if (id === 0) {
        id = this.codes.length;
        this.idOf[code] = id;
        this.codes.push(code);
      }
    }
    this.idOfWritten[unit] = id;
    return id;
  }

  write(written, owner, part) {
    const { segment, text, idOfWritten } = this;
    let { at } = this;
    this.segmentStart[segment] = at;
    this.segmentOwner[segment] = owner;
    this.segmentPart[segment] = part;
    this.segment = segment + 1;
    let parted = false;
    let breach = 0;
    let hash = 0; // of the Latin letters that stand together, 0 where there are none
    for (let i = 0; i < written.length; i++) {
      const unit = written.charCodeAt(i);
      let id = idOfWritten[unit];
      if (id === UNSEEN) id = this.learn(unit);
      if (id === 0) {
        parted = true;
        if (isBreak(unit)) breach = 1;
        continue;
      }
      if (id >= FIRST_LETTER && id < FIRST_LETTER + 26) {
        if (hash !== 0 && parted) {
          this.note(hash);
          hash = 0;
          text[at++] = GAP;
        }
        hash = hashed(hash, id);
      } else if (hash !== 0) {
        this.note(hash);
        hash = 0;
      }
      if (breach !== 0) {
        this.broken[at] = 1;
        breach = 0;
      }
      text[at++] = id;
      parted = false;
    }
    if (hash !== 0) this.note(hash);
    this.at = at + 1;
  }

  /** Writes a field of some owners; returns the first one that was left for the next step. */
  writeAll(owners, field, from, to, first) {
    const rest = this.at + SLICE;
    let owner = from;
    for (; owner < to && this.at < rest; owner++) {
      first[owner] = this.segment;
      const texts = parted(owners[owner], field);
      for (let part = 0; part < texts.length; part++) this.write(texts[part], owner, part);
    }
    return owner;
  }

  note(hash) {
    this.sieve[(hash & (SIEVE - 1)) >> 3] |= 1 << (hash & 7);
  }
}

/** How many parts some owners have in a field, and how many units. */
function sizesOf(owners, field, from, to) {
  let parts = 0;
  let units = 0;
  for (let owner = from; owner < to; owner++) {
    const texts = parted(owners[owner], field);
    for (let part = 0; part < texts.length; part++) units += texts[part].length;
    parts += texts.length;
  }
  return { parts, units };
}

function parted(owner, field) {
  return typeof owner === "string" ? [owner] : partsOf(owner, field);
}

/** The hash of some letters and one more; never 0. */
function hashed(hash, id) {
  return (Math.imul(hash ^ id, 0x01000193) & 0x3fffffff) | 0x20000000;
}

/**
 * Builds the postings in slices; yields between them, so that no task is long.
 *
 * @param {object[]} entries
 * @param {string[]} words synonyms, indexed like a field of their own
 * @param {string} traditional
 */
export function* indexing(entries, words, traditional) {
  const layers = [...FIELDS, "synonym"];
  const ownersOf = (layer) => (layer < FIELDS.length ? entries : words);
  let room = 2 * PAD; // a gap between two words stands in the room of what parted them
  let segments = 0;
  const filled = layers.map(() => false);
  for (let layer = 0; layer < layers.length; layer++) {
    const before = segments;
    const owners = ownersOf(layer);
    for (let from = 0; from < owners.length; from += 4 * FEW_ENTRIES) {
      const sizes = sizesOf(owners, layers[layer], from, Math.min(owners.length, from + 4 * FEW_ENTRIES));
      segments += sizes.parts;
      room += sizes.units + sizes.parts;
      yield;
    }
    filled[layer] = segments > before;
  }

  const writer = new Writer(room, segments, makeFolding(traditional));
  const firstSegment = layers.map((_, layer) => new Int32Array(ownersOf(layer).length + 1));
  const bounds = new Int32Array(layers.length + 1);
  for (let layer = 0; layer < layers.length; layer++) {
    bounds[layer] = writer.at;
    const owners = ownersOf(layer);
    const first = firstSegment[layer];
    if (!filled[layer]) {
      first.fill(writer.segment);
      continue;
    }
    for (let owner = 0; owner < owners.length; ) {
      owner = writer.writeAll(owners, layers[layer], owner, Math.min(owners.length, owner + FEW_ENTRIES), first);
      yield;
    }
    first[owners.length] = writer.segment;
  }
  const { at, text, broken, idOf, codes, segmentStart, segmentOwner, segmentPart, sieve, fold } = writer;
  bounds[layers.length] = at;
  segmentStart[segments] = at;
  yield;

  const size = codes.length;
  const starts = [];
  const positions = new Int32Array(at - PAD);
  const nexts = new Uint16Array(at - PAD);
  let placed = 0;
  for (let layer = 0; layer < layers.length; layer++) {
    const start = new Int32Array(size + 1);
    if (bounds[layer] === bounds[layer + 1]) start.fill(placed);
    else placed = yield* sorting({ text, from: bounds[layer], to: bounds[layer + 1], start, placed, positions, nexts });
    starts.push(start);
  }

  const blocks = blocksOf(segmentStart, segments, at);
  return new Postings({
    fold, text, broken, idOf, codes, segmentStart, segmentOwner, segmentPart, firstSegment, starts, positions, nexts, blocks, sieve,
  });
}

/** By blocks of positions, the segment in which each one begins. */
function blocksOf(segmentStart, segments, at) {
  const blocks = new Int32Array((at >> BLOCK) + 2);
  for (let s = 0, block = 0; block < blocks.length; block++) {
    while (s + 1 < segments && segmentStart[s + 1] <= block << BLOCK) s++;
    blocks[block] = s;
  }
  return blocks;
}

/**
 * Sorts the positions of a field by their character, those of one character by the next
 * one, so that a pair of characters is found by bisection.
 */
function* sorting({ text, from, to, start, placed, positions, nexts }) {
  const size = start.length - 1;
  for (let p = from; p < to; p += SLICE) {
    count(text, p, Math.min(to, p + SLICE), start);
    if (p + SLICE < to) yield;
  }
  start[0] = 0; // bounds
  let at = placed;
  let most = 0;
  for (let id = 0; id <= size; id++) {
    const here = start[id];
    if (here > most) most = here;
    start[id] = at;
    at += here;
  }
  const next = start.slice();
  for (let p = from; p < to; p += SLICE) {
    place(text, p, Math.min(to, p + SLICE), next, positions, nexts);
    yield;
  }
  const spare = { positions: new Int32Array(most), nexts: new Uint16Array(most), counts: new Int32Array(size + 1) };
  let done = 0;
  for (let id = 1; id < size; id++) {
    sortByNext(positions, nexts, start[id], start[id + 1], spare);
    done += start[id + 1] - start[id];
    if (done > SLICE) {
      done = 0;
      yield;
    }
  }
  return at;
}

function count(text, from, to, start) {
  for (let p = from; p < to; p++) start[text[p]]++;
}

function place(text, from, to, next, positions, nexts) {
  for (let p = from; p < to; p++) {
    const id = text[p];
    if (id === 0) continue;
    const at = next[id]++;
    positions[at] = p;
    nexts[at] = text[p + 1];
  }
}

/** Sorts the postings of one character by the next one; they keep their order otherwise. */
function sortByNext(positions, nexts, from, to, spare) {
  const length = to - from;
  if (length < 2) return;
  if (length <= BY_INSERTION) {
    for (let i = from + 1; i < to; i++) {
      const next = nexts[i];
      const position = positions[i];
      let at = i;
      for (; at > from && nexts[at - 1] > next; at--) {
        nexts[at] = nexts[at - 1];
        positions[at] = positions[at - 1];
      }
      nexts[at] = next;
      positions[at] = position;
    }
    return;
  }
  const { counts } = spare;
  counts.fill(0);
  for (let i = from; i < to; i++) counts[nexts[i]]++;
  for (let id = 0, at = 0; id < counts.length; id++) {
    const here = counts[id];
    counts[id] = at;
    at += here;
  }
  for (let i = from; i < to; i++) {
    const at = counts[nexts[i]]++;
    spare.positions[at] = positions[i];
    spare.nexts[at] = nexts[i];
  }
  positions.set(spare.positions.subarray(0, length), from);
  nexts.set(spare.nexts.subarray(0, length), from);
}

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

class Postings {
  constructor(parts) {
    Object.assign(this, parts);
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
    let hash = 0;
    for (let i = 0; i < word.length; i++) hash = hashed(hash, word.charCodeAt(i) - 0x61 + FIRST_LETTER);
    if ((this.sieve[(hash & (SIEVE - 1)) >> 3] & (1 << (hash & 7))) === 0) return false;
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
