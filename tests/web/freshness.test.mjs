// What a check is worth on the reader's day: the same as handbook/freshness.py says.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { freshness, stateOf } from "../../src/handbook/web/finder/freshness.js";

const cases = JSON.parse(readFileSync(new URL("../cases/freshness.json", import.meta.url), "utf-8"));

for (const { says, days, states } of cases) {
  test(`browser and Python agree: ${says}`, () => {
    for (const [today, state] of Object.entries(states)) assert.equal(stateOf(days, today), state);
  });
}

const REVIEWS = {
  "scripts/a.md": ["2026-05-20", "2026-10-20", "2026-11-20", "热线主管", "《热线作业指导书》"],
  "scripts/bare.md": ["2026-05-20", "2026-10-20", "2026-11-20"],
  "scripts/never.md": [],
};

test("the day is the reader's own, to its last minute", () => {
  assert.equal(freshness("scripts/a.md#x", REVIEWS, new Date(2026, 10, 20, 23, 59)).state, "将到期");
  assert.equal(freshness("scripts/a.md#x", REVIEWS, new Date(2026, 10, 21)).state, "已过期");
});

test("words say who and against what; a bare date is called one", () => {
  const day = new Date(2026, 5, 1);
  assert.deepEqual(freshness("scripts/a.md", REVIEWS, day), { state: "有效", warns: false, words: "2026-05-20 核验 · 热线主管 · 对照《热线作业指导书》", advice: "" });
  assert.equal(freshness("scripts/bare.md#x", REVIEWS, day).words, "2026-05-20 核验（只有日期）");
  assert.equal(freshness("scripts/never.md#x", REVIEWS, day).warns, true);
});

test("of a page without a check to tell of, nothing is told", () => {
  for (const id of ["forms/b.md", "constructor", ""]) assert.equal(freshness(id, REVIEWS), null);
  assert.equal(freshness("a", undefined), null);
});
