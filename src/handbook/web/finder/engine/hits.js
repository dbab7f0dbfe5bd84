// One entry found: why it is there, and which of its characters matched.

import { offsetsIn } from "./folding.js";
import { FIELDS, partsOf } from "./writing.js";

/** Where an entry matched is looked up when a row asks for it. */
export class Hit {
  #engine;
  #owner;
  #patterns;
  #spans = null;

  constructor(engine, owner, score, { why, word, patterns, weak = false }) {
    const { id, kind } = engine.entries[owner];
    this.id = id;
    this.kind = kind;
    this.score = score;
    this.why = why;
    this.word = word;
    /** Whether it shares so little with the query that nothing was found, in truth. */
    this.weak = weak;
    this.#engine = engine;
    this.#owner = owner;
    this.#patterns = patterns;
  }

  /** @returns {{field: string, part: number, start: number, end: number}[]} */
  get spans() {
    return (this.#spans ??= spansOf(this.#engine, this.#owner, this.#patterns));
  }

  toJSON() {
    return { ...this, spans: this.spans };
  }
}

/** Why an entry is there, where several terms or parts brought it. */
export function explain(way, owner, run) {
  if (way.met) {
    const each = way.met.map((scores) => [scores.values[owner], run.ways[scores.ways[owner]]]);
    const [, worst] = each.reduce((least, one) => (one[0] < least[0] ? one : least));
    return { why: worst.why, word: worst.word, patterns: each.flatMap(([, { patterns }]) => patterns) };
  }
  if (way.weak) return { ...way, weak: way.weak(owner) };
  return way;
}

/** Where the patterns stand in what the entry shows, as offsets in the written text. */
function spansOf(engine, owner, patterns) {
  const spans = [];
  const entry = engine.entries[owner];
  for (const field of engine.postings.filled) {
    const byPart = engine.postings.placesIn(patterns, field, owner);
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
      for (const span of offsetsIn(parts[part], engine.postings.fold, merged)) {
        const last = spans[spans.length - 1];
        const [start, end] = span;
        if (last && last.field === FIELDS[field] && last.part === part && start <= last.end) last.end = end;
        else spans.push({ field: FIELDS[field], part, start, end });
      }
    }
  }
  return spans;
}
