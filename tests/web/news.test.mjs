// What a reader has not seen yet: kept in the browser, never marked on a first visit.

import assert from "node:assert/strict";
import test from "node:test";

import { Seen, marksOf, newsOf } from "../../src/handbook/web/finder/news.js";

function viewWith(kept = {}) {
  const store = new Map(Object.entries(kept));
  return { localStorage: { getItem: (key) => store.get(key) ?? null, setItem: (key, value) => store.set(key, value) }, store };
}

test("a first visit marks nothing; what comes later is new until its page is visited", () => {
  const view = viewWith();
  assert.equal(new Seen(view, ["b", "a"], "2026-11-20").isNew("a"), false);

  const later = new Seen(view, ["c", "b", "a"], "2026-11-26");
  assert.deepEqual(["a", "b", "c"].filter((mark) => later.isNew(mark)), ["c"]);
  later.see(["c"]);
  assert.equal(later.isNew("c"), false);
  assert.equal(new Seen(view, ["c", "b", "a"], "2026-11-26").isNewToday("c"), true);
  assert.equal(new Seen(view, ["c", "b", "a"], "2026-11-27").isNewToday("c"), false);
  assert.equal(new Seen(view, ["c", "b", "a"], "2026-11-26").isNewToday("a"), false);
});

test("where the browser keeps nothing, nothing is ever marked", () => {
  const refusing = {
    get localStorage() {
      throw new Error("refused");
    },
  };
  for (const view of [refusing, { localStorage: null }]) {
    const seen = new Seen(view, ["a"]);
    seen.see(["a"]);
    assert.equal(seen.isNew("a") || seen.isNewToday("a"), false);
  }
});

test("broken storage counts as a first visit", () => {
  for (const kept of ["{", "7", '{"a": 1}']) assert.equal(new Seen(viewWith({ "handbook.news": kept }), ["a"]).isNew("a"), false);
  assert.equal(new Seen(viewWith({ "handbook.news": "[7, [1], null]" }), ["a"]).isNew("a"), true);
});

test("two tabs do not forget what the other has seen", () => {
  const view = viewWith();
  new Seen(view, ["a"]);
  const [one, other] = [new Seen(view, ["c", "b", "a"]), new Seen(view, ["c", "b", "a"])];
  one.see(["b"]);
  other.see(["c"]);
  const next = new Seen(view, ["c", "b", "a"]);
  assert.equal(next.isNew("b") || next.isNew("c"), false);
});

test("what is kept does not grow for ever, and keeps the newest", () => {
  const view = viewWith();
  new Seen(view, ["start"]);
  const marks = Array.from({ length: 500 }, (_, number) => `m${number}`);
  new Seen(view, marks).see(marks);
  assert.equal(JSON.parse(view.store.get("handbook.news")).length, 400);
  assert.equal(new Seen(view, marks).isNew("m499"), false);
});

test("a phrase tells of its own change before that of its clause", () => {
  const view = viewWith();
  new Seen(view, []);
  const changes = { "s.md#a": ["m1", "2026-11-26", "改短"], "p.md#c": ["m2", "2026-11-26", "改为两声", "三声。", "两声。"] };
  const seen = new Seen(view, marksOf(changes));
  const entry = { id: "s.md#a", basis: ["p.md#c"] };

  assert.equal(newsOf(entry, changes, seen).own, true);
  seen.see(["m1"]);
  assert.deepEqual(newsOf(entry, changes, seen), { mark: "m2", day: "2026-11-26", summary: "改为两声", before: "三声。", after: "两声。", own: false });
  seen.see(["m2"]);
  assert.equal(newsOf(entry, changes, seen), null);
  assert.equal(newsOf({ id: "constructor" }, changes, seen), null);
  assert.equal(newsOf(entry, undefined, seen), null);
});
