// Where a wide diagram of a guided flow is opened.

import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "../../src/handbook/web/flows.js";

/** A page with one diagram; edges are where the boxes stand on the screen. */
function page({ first, scrollLeft = 0 }) {
  const view = {
    scrollLeft,
    querySelector: (selector) =>
      selector === ".hb-map__box--start" && first
        ? { getBoundingClientRect: () => first }
        : null,
    getBoundingClientRect: () => ({ left: 16, width: 358 }),
  };
  return [view, { querySelectorAll: () => [view] }];
}

test("the first step comes to the middle of the box", () => {
  const [view, document] = page({ first: { left: 416, width: 172 } });

  start(document);

  assert.equal(view.scrollLeft, 416 + 86 - (16 + 179));
});

test("a diagram that is scrolled already ends at the same place", () => {
  const [view, document] = page({ first: { left: 316, width: 172 }, scrollLeft: 100 });

  start(document);

  assert.equal(view.scrollLeft, 416 + 86 - (16 + 179));
});

test("a diagram without a first step stays as it is", () => {
  const [view, document] = page({ first: null, scrollLeft: 7 });

  start(document);

  assert.equal(view.scrollLeft, 7);
});
