// How far a reader is on a role's path.

import assert from "node:assert/strict";
import { test } from "node:test";
import { progress } from "../../src/handbook/web/paths.js";

test("only steps of this path count, each once", () => {
  const done = new Set(["policies/a.md", "policies/removed.md"]);

  const now = progress(["policies/a.md", "practice/b.md"], done);

  assert.deepEqual(now, { ticked: 1, all: 2, text: "已完成 1／2 项" });
});

test("an untouched path stands at nought", () => {
  assert.equal(progress(["policies/a.md"], new Set()).ticked, 0);
});
