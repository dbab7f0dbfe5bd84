// Places of characters, put in order by counting: nothing is compared.

/** Characters that are dealt with in one step. */
export const SLICE = 1 << 17;
/** Fewer postings than this are sorted faster by insertion. */
const BY_INSERTION = 48;

/**
 * Sorts the positions of a field by their character, those of one character by the next
 * one, so that a pair of characters is found by bisection.
 */
export function* sorting({ text, from, to, start, placed, positions, nexts }) {
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
