// The postings against reading the whole text: every place of a pattern, and no other.

import assert from "node:assert/strict";
import test from "node:test";

import { build, building } from "../../src/handbook/web/finder/engine/engine.js";
import { FIELDS, partsOf } from "../../src/handbook/web/finder/engine/writing.js";
import { CHARACTERS, dataOf, randomEntries, seeded } from "./finder_corpus.mjs";

const pick = (list, random) => list[Math.floor(random() * list.length)];

/** Few characters, so that pairs of them stand in many places. */
function crowded(count, random, letters) {
  const text = (most) => Array.from({ length: Math.floor(random() * most) }, () => pick(letters, random)).join("");
  return Array.from({ length: count }, (_, index) => ({ id: `c${index}`, kind: "phrase", title: text(5) || "题", text: text(90), keywords: [text(4), text(4)].filter(Boolean) }));
}

/** Every place of a pattern in a field, found by trying each. */
function placesByReading(postings, pattern, field, owners) {
  const places = [];
  const first = postings.firstSegment[field];
  const [from, to] = [postings.segmentStart[first[0]], postings.segmentStart[first[first.length - 1]]];
  for (let base = from; base < to; base++) {
    if (!pattern.every((set, at) => set.bits[postings.text[base + at]] > 0)) continue;
    if (!owners || owners.includes(postings.segmentOwner[postings.segmentAt(base)])) places.push(base);
  }
  return places;
}

test("a pattern is found at every place where it stands, by whichever of its classes", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = seeded(seed);
    const letters = seed % 2 ? [..."退款转接查询 ，ab1"] : CHARACTERS.slice(0, 40);
    const { postings } = build(dataOf(crowded(40, random, letters)));
    for (let i = 0; i < 40; i++) {
      const length = 1 + Math.floor(random() * 5);
      const pattern = Array.from({ length }, () => {
        if (length > 2 && random() < 0.15) return postings.any;
        const characters = Array.from({ length: random() < 0.6 ? 1 : 6 }, () => pick(letters, random)).join("");
        return postings.classOf([[characters.slice(0, 3), 1], [characters.slice(3), 3]]);
      });
      if (pattern.every((set) => set.ids === null)) continue;
      const owners = Array.from({ length: 5 }, () => Math.floor(random() * 40)).sort((a, b) => a - b);
      const few = [...new Set(owners)];
      for (let field = 0; field < FIELDS.length; field++) {
        const found = [];
        postings.scan(pattern, field, (position) => void found.push(position));
        assert.deepEqual(found.sort((a, b) => a - b), placesByReading(postings, pattern, field), `seed ${seed}, field ${field}`);
        const within = [];
        postings.scanIn(few, few.length, pattern, field, (position) => void within.push(position));
        assert.deepEqual(within.sort((a, b) => a - b), placesByReading(postings, pattern, field, few), `seed ${seed}, field ${field}, few`);
      }
    }
  }
});

test("the grades of a match are those of its characters", () => {
  const { postings } = build(dataOf([{ id: "a", kind: "phrase", title: "转接" }]));
  const pattern = [postings.classOf([["转", 2], ["转", 3]]), postings.classOf([["接", 1]])];
  const seen = [];
  postings.scan(pattern, 0, (position, grades) => void seen.push(grades));
  assert.deepEqual(seen, [3]);
});

test("postings of a character are in order of the next one, then of their place", () => {
  const random = seeded(5);
  const { postings } = build(dataOf(crowded(200, random, [..."退款转接查询是的"])));
  for (let field = 0; field < FIELDS.length; field++) {
    const starts = postings.starts[field];
    for (let id = 1; id < postings.size; id++) {
      for (let i = starts[id]; i < starts[id + 1]; i++) {
        assert.equal(postings.text[postings.positions[i]], id);
        assert.equal(postings.text[postings.positions[i] + 1], postings.nexts[i]);
        if (i > starts[id]) {
          const order = postings.nexts[i] - postings.nexts[i - 1] || postings.positions[i] - postings.positions[i - 1];
          assert.ok(order > 0);
        }
      }
    }
  }
});

test("latin words are those that the text has, whole", () => {
  const random = seeded(6);
  const word = () => Array.from({ length: 2 + Math.floor(random() * 4) }, () => pick([..."abcdeXYZ"], random)).join("");
  const words = Array.from({ length: 60 }, word);
  const entries = words.map((one, index) => ({ id: `w${index}`, kind: "phrase", title: `请用${one}登记`, text: index % 3 ? "" : `${one} ${words[(index + 1) % 60]}` }));
  const { postings } = build(dataOf(entries));
  const known = new Set(words.map((one) => one.toLowerCase()));
  for (let i = 0; i < 400; i++) {
    const one = i < 60 ? words[i].toLowerCase() : word().toLowerCase();
    assert.equal(postings.latin.has(one), known.has(one), one);
  }
});

test("every text of an entry is in the postings, folded, with its owner and part", () => {
  const entries = randomEntries(30, seeded(7));
  const { postings } = build(dataOf(entries));
  for (let field = 0; field < FIELDS.length; field++) {
    entries.forEach((entry, owner) => {
      const first = postings.firstSegment[field];
      const parts = partsOf(entry, FIELDS[field]);
      assert.equal(first[owner + 1] - first[owner], parts.length);
      parts.forEach((part, index) => {
        const segment = first[owner] + index;
        const start = postings.segmentStart[segment];
        const length = postings.segmentStart[segment + 1] - 1 - start;
        assert.equal(postings.textAt(start, length), part.replace(/[^\p{L}\p{N}]/gu, ""));
        assert.equal(postings.segmentOwner[segment], owner);
        assert.equal(postings.segmentPart[segment], index);
        for (let position = start; position < start + length; position++) assert.equal(postings.segmentAt(position), segment);
      });
    });
  }
});

test("no step of the building deals with more than a slice of a long text", () => {
  const random = seeded(8);
  const long = (letters) => Array.from({ length: 150 }, () => Array.from({ length: 2000 }, () => pick(letters, random)).join("")).map((text, index) => ({ id: `l${index}`, kind: "page", title: "长", text }));
  const entries = long(CHARACTERS);
  const steps = [...building(dataOf(entries))];
  assert.ok(steps.length > 3 * ((150 * 2000) >> 17), String(steps.length));
});
