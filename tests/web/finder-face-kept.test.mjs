// What this browser keeps, what it suggests, which key does what, and what is overdue.

import assert from "node:assert/strict";
import test from "node:test";

import { commandOf, opens } from "../../src/handbook/web/finder/keys.js";
import { cleanQuery, exported, FORMAT, Misses } from "../../src/handbook/web/finder/misses.js";
import { isOwn, Own, ownKeys } from "../../src/handbook/web/finder/own.js";
import { readList } from "../../src/handbook/web/finder/storage.js";
import { groups, habitsFirst, nearest } from "../../src/handbook/web/finder/suggestions.js";
import { Usage } from "../../src/handbook/web/finder/usage.js";

function storage(kept = new Map()) {
  return { kept, getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
}

const REFUSING = {
  getItem: () => {
    throw new Error("no");
  },
  setItem: () => {
    throw new Error("no");
  },
};

test("pins are kept in order, seen by other tabs, and weigh as much as the most used", () => {
  const shared = storage();
  const one = new Usage(shared);
  const other = new Usage(shared);
  assert.equal(one.togglePin("a"), true);
  assert.equal(other.togglePin("b"), true);
  one.read();
  assert.deepEqual(one.pins, ["a", "b"]);
  assert.equal(one.boosts().get("a"), 1);
  assert.equal(one.togglePin("a"), false);
  assert.deepEqual(new Usage(shared).pins, ["b"]);
  const alone = new Usage(REFUSING);
  alone.togglePin("x");
  alone.read();
  assert.ok(alone.isPinned("x"));
});

test("uses of several tabs add up instead of writing over one another", () => {
  const shared = storage();
  const [one, other] = [new Usage(shared), new Usage(shared)];
  one.add("a");
  other.add("b");
  one.add("a");
  assert.deepEqual(new Usage(shared).counts(), [{ id: "a", count: 2 }, { id: "b", count: 1 }]);
});

test("a query is kept without what could be a customer's", () => {
  assert.equal(cleanQuery("  换  线 "), "换 线");
  assert.equal(cleanQuery("ＺＪ"), "ZJ");
  assert.equal(cleanQuery("查单 20261123000456"), "查单 #");
  assert.equal(cleanQuery("7天无理由"), "7天无理由");
  for (const text of ["13812345678", "138 1234 5678", "a@b.cn", "很".repeat(41), "\u0000\u202e", ""]) assert.equal(cleanQuery(text), "");
});

test("kept words count, remember what was copied next, and leave as one file", () => {
  const shared = storage();
  const misses = new Misses(shared);
  assert.ok(misses.add("换线"));
  misses.copied("scripts/phone.md#before-transfer");
  misses.copied("scripts/phone.md#opening");
  assert.ok(misses.add("换线"));
  assert.equal(misses.add("13812345678"), false);
  const usage = new Usage(shared);
  usage.add("scripts/phone.md#opening");
  const file = JSON.parse(exported(new Misses(shared), usage));
  assert.deepEqual(file, {
    format: FORMAT,
    queries: [{ text: "换线", count: 2, then: { "scripts/phone.md#before-transfer": 1 } }],
    copied: [{ id: "scripts/phone.md#opening", count: 1 }],
  });
  misses.clear();
  assert.deepEqual(new Misses(shared).list, []);
  for (const rubbish of ["{", "[1]", '[{"text":1}]', '[{"text":"a","count":"b"}]', '{"a":1}']) {
    const broken = new Misses({ getItem: () => rubbish, setItem() {} });
    assert.deepEqual(broken.list, []);
    broken.add("x");
  }
  assert.equal(readList(REFUSING, "x"), null);
});

test("the agent's own answers are kept when the agent says so, nobody else's ever", () => {
  const shared = storage();
  const own = new Own(shared);
  assert.deepEqual(own.keep([["工号", " 8012 "], ["称呼", "王女士"], ["我的姓名", ""], ["岗位", "很".repeat(21)]]), ["工号"]);
  assert.deepEqual([...shared.kept.values()], ['[["工号","8012"]]']);
  const other = new Own(shared);
  assert.equal(other.get("工号"), "8012");
  own.forget();
  other.read();
  assert.equal(other.get("工号"), undefined);
  assert.deepEqual(ownKeys("我是【岗位】【工号】号【我的姓名】，【姓名】【称呼】"), ["岗位", "工号", "我的姓名"]);
  for (const key of ["申诉编号", "客户岗位", "我的", "手机号"]) assert.equal(isOwn(key), false);
  for (const rubbish of ["{", "[1]", '[["称呼","王"]]', '[["工号",5]]']) assert.equal(new Own({ getItem: () => rubbish, setItem() {} }).values.size, 0);
  new Own(REFUSING).keep([["工号", "1"]]);
});

test("an empty box is never empty: pins, use, this page, starters, or everything", () => {
  const known = { usage: new Usage(null), here: [], first: (word) => ({ 道歉: "sorry", 转接前说明: "sorry" })[word], all: () => ["a", "b"], fits: () => true };
  assert.deepEqual(groups(known).map(({ ids }) => ids), [["sorry"]]);
  assert.deepEqual(groups({ ...known, first: () => undefined }).map(({ ids }) => ids), [["a", "b"]]);
  known.here = ["h1", "h1", "h2", "used", "gone"];
  known.fits = (id) => id !== "gone";
  known.usage.add("used");
  known.usage.add("pin");
  known.usage.togglePin("pin");
  const found = groups(known);
  assert.deepEqual(found.map(({ title }) => title), ["固定的", "最常用的", "和这一页有关的"]);
  assert.deepEqual(found.map(({ ids }) => ids), [["pin"], ["used"], ["h1", "h2"]]);
});

test("the most used and the latest stand apart", () => {
  const usage = new Usage(null);
  for (const id of ["a", "a", "b", "b", "c", "c", "d", "d", "e", "e", "f"]) usage.add(id);
  const found = groups({ usage, here: [], first: () => undefined, all: () => [], fits: () => true });
  assert.deepEqual(found.map(({ ids }) => ids), [["e", "d", "c", "b", "a"], ["f"]]);
});

test("few letters mean many words: habits come first, where title or keywords are meant", () => {
  const row = (id, field) => ({ id, spans: [{ field, part: 0, start: 0, end: 2 }] });
  const rows = [row("a", "title"), row("b", "text"), row("c", "keywords"), row("d", "title")];
  const boosts = new Map([["b", 1], ["c", 0.4], ["d", 0.9]]);
  const order = (query) => habitsFirst(query, rows, boosts).map(({ id }) => id).join("");
  assert.equal(order("sd"), "dcab");
  assert.equal(order("稍等"), "abcd");
  assert.equal(order("shaodeng"), "abcd");
  assert.deepEqual(rows.map(({ id }) => id), ["a", "b", "c", "d"]);
});

test("the longest part that finds something is nearest", () => {
  const search = (words) => (["投诉", "投", "诉单"].includes(words) ? [{ id: words }] : []);
  assert.deepEqual(nearest(search, "投诉單x"), { part: "投诉", rows: [{ id: "投诉" }] });
  assert.deepEqual(nearest(search, "天书"), { part: "", rows: [] });
  let asked = 0;
  nearest(() => (asked++, []), "很".repeat(10_000));
  assert.ok(asked < 50);
});

const key = (given) => ({ key: "", code: "", altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, isComposing: false, keyCode: 0, ...given });
const BOX = { box: true, field: false, choice: false };
const FIELD = { box: false, field: true, choice: false };

test("keys do what the hints say", () => {
  const asks = (given, where, command) => assert.equal(commandOf(key(given), where), command, JSON.stringify(given));
  asks({ key: "7", code: "Digit7" }, BOX, null); // the beginning of 7天
  asks({ key: "3", code: "Digit3", altKey: true }, BOX, "use 3");
  asks({ key: "3", code: "Digit3" }, FIELD, null);
  asks({ key: "2", code: "Digit2" }, { ...FIELD, choice: true }, "choose 2");
  asks({ key: "ArrowDown" }, BOX, "down");
  asks({ key: "ArrowDown" }, FIELD, "down");
  asks({ key: "ArrowDown" }, { ...FIELD, choice: true }, null);
  asks({ key: "Enter" }, FIELD, "use");
  asks({ key: "Enter" }, { ...FIELD, choice: true }, "use");
  asks({ key: "Enter", ctrlKey: true }, FIELD, "use-marked");
  asks({ key: "Enter" }, { ...FIELD, field: false }, null);
  asks({ key: "Escape" }, FIELD, "back");
  asks({ key: "Tab" }, BOX, "to-card");
  asks({ key: "Tab", shiftKey: true }, FIELD, "to-box");
  asks({ code: "KeyP", key: "π", altKey: true }, BOX, "pin");
  asks({ code: "KeyP", key: "p", altKey: true, ctrlKey: true }, BOX, null);
  asks({ key: "a", ctrlKey: true }, BOX, null);
  asks({ key: "a" }, BOX, null);
});

test("while an IME composes, keys are its own", () => {
  for (const given of [{ key: "Enter" }, { key: "ArrowDown" }, { key: "Escape" }, { key: "1", code: "Digit1" }]) {
    assert.equal(commandOf(key({ ...given, isComposing: true }), BOX), null);
    assert.equal(commandOf(key({ ...given, keyCode: 229 }), BOX), null);
  }
  assert.equal(opens(key({ key: "/", isComposing: true })), null);
});

test("the slash and the command key open the finder, nothing else does", () => {
  assert.equal(opens(key({ key: "/" })), "slash");
  assert.equal(opens(key({ key: "、", code: "Slash" })), "slash");
  assert.equal(opens(key({ key: "k", ctrlKey: true })), "command");
  assert.equal(opens(key({ key: "K", metaKey: true })), "command");
  for (const given of [{ key: "?", code: "Slash", shiftKey: true }, { key: "k" }, { key: "/", ctrlKey: true }, { key: "k", ctrlKey: true, altKey: true }]) assert.equal(opens(key(given)), null);
});
