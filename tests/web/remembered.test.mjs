// What comes next in a day's practice, and how each topic stands.

import assert from "node:assert/strict";
import { test } from "node:test";

import { spotsOf } from "../../src/handbook/web/quiz/drill.js";
import { chooseFor, dayOf, openMemory, standingOf } from "../../src/handbook/web/quiz/remembered.js";
import { openStore } from "../../src/handbook/web/quiz/store.js";

const questions = ["phone", "mail"].flatMap((topic) =>
  [1, 2, 3].map((n) => ({ token: `${topic}-${n}`, version: "v1", topic })),
);
const item = (token) => questions.find((one) => one.token === token);
const fresh = () => openMemory(openStore(null, "/"));

test("a day is the one on the wall, whatever the hour", () => {
  assert.equal(dayOf(new Date(2026, 10, 26, 0, 1)), dayOf(new Date(2026, 10, 26, 23, 59)));
  assert.equal(dayOf(new Date(2026, 10, 27)) - dayOf(new Date(2026, 10, 26)), 1);
});

test("who is new gets one of each wanted topic in turn", () => {
  const cards = fresh().ofAll(questions);
  assert.deepEqual(chooseFor(10, questions, cards, ["mail", "phone"], 5), ["mail-1", "phone-1", "mail-2", "phone-2", "mail-3"]);
  assert.deepEqual(chooseFor(10, questions, cards, ["phone"], 5), ["phone-1", "phone-2", "phone-3"]);
  assert.deepEqual(chooseFor(10, questions, cards, [], 5), []);
});

test("what was answered wrong comes back the next day, before anything new", () => {
  const memory = fresh();
  memory.note(item("phone-2"), "0", 10);
  memory.note(item("phone-1"), "1", 10);
  assert.equal(chooseFor(10, questions, memory.ofAll(questions), ["mail"], 1)[0], "mail-1");
  assert.deepEqual(chooseFor(11, questions, memory.ofAll(questions), ["mail"], 2), ["phone-2", "mail-1"]);
});

test("of what is due, the most forgotten comes first", () => {
  const memory = fresh();
  memory.note(item("mail-1"), "1", 0);
  memory.note(item("mail-2"), "0", 0);
  memory.note(item("mail-3"), "1/2", 0);
  assert.deepEqual(chooseFor(90, questions, memory.ofAll(questions), [], 3), ["mail-2", "mail-3", "mail-1"]);
});

test("right answers wait longer each time, a wrong one starts small again", () => {
  const memory = fresh();
  const waits = [];
  let day = 0;
  for (const credit of ["1", "1", "1", "0"]) {
    const card = memory.note(item("phone-1"), credit, day);
    waits.push(card.due - day);
    day = card.due;
  }
  assert.ok(waits[0] < waits[1] && waits[1] < waits[2] && waits[3] < waits[0] + 3, String(waits));
});

test("an item with other words is a new one", () => {
  const memory = fresh();
  memory.note(item("phone-1"), "1", 0);
  assert.equal(memory.of({ token: "phone-1", version: "v2" }), null);
  assert.equal(memory.of(item("phone-1")).tries, 1);
});

test("a topic answered wrong is held less than one answered right; untried is unknown", () => {
  const memory = fresh();
  memory.note(item("phone-1"), "0", 5);
  memory.note(item("phone-2"), "1", 5);
  const [phone, mail] = standingOf(6, questions, memory.ofAll(questions));
  assert.deepEqual([phone.tried, phone.all, phone.due], [2, 3, 1]);
  assert.ok(phone.held > 0.4 && phone.held < 0.5);
  assert.equal(mail.held, null);
});

test("what somebody else put into the storage is no memory", () => {
  for (const rubbish of ["[]", "7", "null", '{"phone-1":{"stability":"x"}}', '{"phone-1":{"version":"v1","stability":-1,"difficulty":1,"last":0,"due":0,"tries":1}}']) {
    const area = new Map([["handbook:/:memory", rubbish]]);
    const storage = { getItem: (key) => area.get(key) ?? null, setItem: (key, value) => area.set(key, value), removeItem: (key) => area.delete(key) };
    const memory = openMemory(openStore(storage, "/"));
    assert.equal(memory.of(item("phone-1")), null);
    assert.ok(memory.note(item("phone-1"), "1", 3).due > 3);
  }
});

test("of the clauses behind wrong items the one missed most comes first", () => {
  const about = (...sources) => ({ sources: sources.map((source) => ({ dataset: { source } })) });
  const asked = new Map([["one", about("p.md#a", "p.md#b")], ["two", about("p.md#b")], ["three", about("p.md#c")]]);
  const told = spotsOf(["one", "two"], asked).map(({ link, count }) => [link.dataset.source, count]);
  assert.deepEqual(told, [["p.md#b", 2], ["p.md#a", 1]]);
});
