// All text written as numbers of its characters, one text behind another.

import { fixedUnits, FIRST_LETTER, GAP, isBreak } from "./folding.js";
import { SLICE } from "./sorting.js";

/** Fields in the order in which they matter; the text of all titles comes first. */
export const FIELDS = ["title", "keywords", "text", "variants", "scene", "when", "never"];

/** Longest pattern; the text begins and ends with as many bounds, so none runs out. */
export const LONGEST = 64;
export const PAD = LONGEST + 16;
const UNSEEN = 0xffff;
/** Bits of the sieve that most Latin letters which are no word fall through. */
const SIEVE = 1 << 21;

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

/** How many parts some owners have in a field, and how many units. */
export function sizesOf(owners, field, from, to) {
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

/** Writes texts behind one another as numbers of their characters. */
export class Writer {
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

/** The hash of some letters and one more; never 0. */
function hashed(hash, id) {
  return (Math.imul(hash ^ id, 0x01000193) & 0x3fffffff) | 0x20000000;
}

/** Whether some letters may stand in the text as a word; most that do not are told. */
export function passes(sieve, word) {
  let hash = 0;
  for (let i = 0; i < word.length; i++) hash = hashed(hash, word.charCodeAt(i) - 0x61 + FIRST_LETTER);
  return (sieve[(hash & (SIEVE - 1)) >> 3] & (1 << (hash & 7))) !== 0;
}
