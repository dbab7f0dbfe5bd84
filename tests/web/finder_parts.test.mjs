// Blanks, excerpts and uses: the plain parts of the finder's face.

import assert from "node:assert/strict";
import test from "node:test";

import { blanksOf, fill, pieces } from "../../src/handbook/web/finder/blanks.js";
import { excerpt } from "../../src/handbook/web/finder/excerpt.js";
import { Usage } from "../../src/handbook/web/finder/usage.js";

test("blanks are found once each, in order, and pieces make up the text", () => {
  const text = "【称呼】您好，【时间】给【称呼】回电。";
  assert.deepEqual(blanksOf(text), ["称呼", "时间"]);
  assert.equal(pieces(text).map((piece) => piece.text).join(""), text);
});

test("a filled blank is replaced everywhere; an unfilled one is named and marked", () => {
  const text = "【称呼】您好，【时间】给【称呼】回电。";
  assert.deepEqual(fill(text, new Map([["称呼", "王女士"], ["时间", "明天"]])), { text: "王女士您好，明天给王女士回电。", missing: [] });
  const half = fill(text, new Map([["称呼", "  "], ["时间", "明天"]]));
  assert.deepEqual(half.missing, ["称呼"]);
  assert.equal(half.text, "【未填：称呼】您好，明天给【未填：称呼】回电。");
});

test("what is typed into a blank is no template", () => {
  assert.equal(fill("【甲】和【乙】", new Map([["甲", "$&【乙】"], ["乙", "$1"]])).text, "$&【乙】和$1");
});

test("an excerpt shows the first match and marks what was cut", () => {
  const text = `${"前".repeat(100)}退款${"后".repeat(100)}`;
  const shown = excerpt(text, [{ start: 100, end: 102 }], 40);
  assert.deepEqual(shown.filter(({ hit }) => hit), [{ text: "退款", hit: true }]);
  assert.equal(shown[0].text, "…");
  assert.equal(shown.at(-1).text, "…");
  assert.deepEqual(excerpt("退款好", [{ start: 0, end: 2 }], 40), [{ text: "退款", hit: true }, { text: "好", hit: false }]);
});

test("uses are counted, kept, and survive a storage that fails", () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  const usage = new Usage(storage);
  for (const id of ["a", "b", "b", "c"]) usage.add(id);
  const again = new Usage(storage);
  assert.deepEqual(again.recent(2), ["c", "b"]);
  assert.equal(again.most(1)[0], "b");
  assert.ok(again.boosts().get("b") > again.boosts().get("a"));
  const refusing = { getItem: () => { throw new Error("no"); }, setItem: () => { throw new Error("no"); } };
  const alone = new Usage(refusing);
  alone.add("a");
  assert.deepEqual(alone.recent(1), ["a"]);
  for (const rubbish of ["{", "{}", "[1]", '[["a","b",3]]', '[["__proto__",1,1]]']) new Usage({ getItem: () => rubbish, setItem() {} }).add("x");
});
