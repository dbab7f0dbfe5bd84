// What the exam page knows of delta papers, of changes to confirm, and of waiting.

import assert from "node:assert/strict";
import { test } from "node:test";

import { beginSitting, closeSitting, fileName, invitationIn, invitedSitting } from "../../src/handbook/web/quiz/sitting.js";
import { openWaits } from "../../src/handbook/web/quiz/waits.js";
import { wordsOf } from "../../src/handbook/web/quiz/words.js";

const PERSON = { id: "A1024", name: "王小明" };
const BEGUN = Date.parse("2026-12-10T09:00:00+08:00");

function sitting(more) {
  return beginSitting({
    exam: "front-desk", form: 1, paper: "0".repeat(32), seconds: 300, person: PERSON,
    sitting: "11111111-2222-4333-8444-555555555555", now: BEGUN, ...more,
  });
}

/** A store that keeps in memory. */
function memory() {
  const kept = new Map();
  return {
    get: (name) => kept.get(name) ?? null,
    set: (name, value) => kept.set(name, value),
    remove: (name) => kept.delete(name),
    kept,
  };
}

/** An invitation as the server writes it; its signature is not looked at here. */
function invitation(exam) {
  const body = JSON.stringify([1, "A1024", "王小明", exam, 1796140800, "ab"]);
  return `${Buffer.from(body).toString("base64url")}.c2ln`;
}

test("a delta paper names its day in the file, and a whole one has no such field", () => {
  const delta = closeSitting(sitting({ delta: "2026-12-01" }), [], BEGUN + 1000).file;
  const whole = closeSitting(sitting({}), [], BEGUN + 1000).file;

  assert.equal(delta.delta, "2026-12-01");
  assert.equal("delta" in whole, false);
  assert.notEqual(delta.checksum, whole.checksum);
  assert.equal(fileName(delta), "答卷-front-desk-补考-A1024.json");
});

test("a sitting that the server began knows which paper it is", () => {
  const told = { exam: "front-desk", delta: "2026-12-01", form: 2, paper: "0", seconds: 300, spent: 9, person: PERSON, sitting: "x" };

  assert.equal(invitedSitting(told, "t", BEGUN).delta, "2026-12-01");
});

test("of several changes on a page an invitation opens the one it is to", () => {
  const hash = `#invitation=${invitation("change-0123456789ab")}`;

  assert.notEqual(invitationIn(hash, "change-0123456789ab"), "");
  assert.equal(invitationIn(hash, "change-ffffffffffff"), "");
  assert.notEqual(invitationIn(hash), "");
  assert.equal(invitationIn("#invitation=a.b", "change-0123456789ab"), "");
});

test("waiting is told to whom it concerns, until it is over, and no number is kept", () => {
  const store = memory();
  const waits = openWaits(store, "exam:front-desk");
  waits.note("A1024", "2026-12-11T01:05:00+00:00");

  assert.match(waits.left("A1024", BEGUN), /2026/);
  assert.equal(waits.left("B2", BEGUN), "");
  assert.equal(waits.left("A1024", BEGUN + 3 * 86400000), "");
  assert.equal(JSON.stringify([...store.kept]).includes("A1024"), false);

  waits.note("A1024", null);
  assert.equal(waits.left("A1024", BEGUN), "");
});

test("a change is confirmed and an exam is sat", () => {
  assert.equal(wordsOf({ dataset: { confirm: "" } }).begin, "开始确认");
  assert.equal(wordsOf({ dataset: {} }).begin, "开始考试");
});
