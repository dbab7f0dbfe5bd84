// From entries to postings, in slices: all text is written, then sorted by character.

import { makeFolding } from "./folding.js";
import { Postings } from "./postings.js";
import { sorting } from "./sorting.js";
import { FIELDS, PAD, sizesOf, Writer } from "./writing.js";

/** Entries that are dealt with in one step of the building. */
const FEW_ENTRIES = 4096;

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

  const written = { text, broken, codes, idOf, fold, segmentStart, segmentOwner, segmentPart, firstSegment, end: at };
  return new Postings(written, { starts, positions, nexts }, sieve);
}
