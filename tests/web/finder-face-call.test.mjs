// What is kept for one call, handed from page to page, and taken back.

import assert from "node:assert/strict";
import test from "node:test";

import { added, joined, moved, without } from "../../src/handbook/web/finder/basket.js";
import { Call } from "../../src/handbook/web/finder/call.js";
import { History } from "../../src/handbook/web/finder/history.js";

/** Waits until the other end has heard it, or for a second. */
async function until(true_) {
  for (let round = 0; round < 100 && !true_(); round++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(true_());
}

function open(t) {
  const call = new Call(BroadcastChannel);
  call.join();
  t.after(() => call.leave());
  return call;
}

test("a page that opens takes over what the others know; clearing clears all", async (t) => {
  const one = open(t);
  one.set("称呼", "王女士");
  one.setBasket([{ id: "a", text: "您好" }]);
  const other = open(t);
  await until(() => other.get("称呼") === "王女士");
  assert.deepEqual(other.basket, [{ id: "a", text: "您好" }]);
  other.set("时间", "明天");
  await until(() => one.get("时间") === "明天");
  other.set("时间", "");
  await until(() => one.get("时间") === undefined);
  one.clear();
  await until(() => other.values.size === 0 && other.basket.length === 0);
});

test("what this page has typed is not written over by what others had", async (t) => {
  const one = open(t);
  one.set("称呼", "王女士");
  const other = new Call(BroadcastChannel);
  other.values.set("称呼", "李先生");
  other.join();
  t.after(() => other.leave());
  one.set("原因", "停电");
  await until(() => other.get("原因") === "停电");
  assert.equal(other.get("称呼"), "李先生");
});

test("a page that has left hears nothing; without channels a page is on its own", async (t) => {
  const one = open(t);
  const left = open(t);
  left.leave();
  left.join();
  left.leave();
  one.set("称呼", "王女士");
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.equal(left.get("称呼"), undefined);
  for (const Channel of [undefined, class { constructor() { throw new Error("no"); } }]) {
    const alone = new Call(Channel);
    alone.join();
    alone.set("a", "b");
    assert.equal(alone.get("a"), "b");
    alone.clear();
    assert.equal(alone.get("a"), undefined);
  }
});

test("messages that are none of ours change nothing", () => {
  const call = new Call(undefined);
  call.set("称呼", "王女士");
  const bad = [null, 1, "clear", {}, { say: "value", key: 1, value: "x" }, { say: "value", key: "称呼", value: {} }, { say: "all", values: "x", basket: 3 }, { say: "all", values: [["a"], null, [1, 2]], basket: [null, { id: 1 }] }];
  for (const message of bad) call.hear(message);
  assert.deepEqual([...call.values], [["称呼", "王女士"]]);
  assert.deepEqual(call.basket, []);
});

test("a basket keeps its order, moves within its bounds and joins by lines", () => {
  let basket = [];
  for (const id of ["问候", "安抚", "办法"]) basket = added(basket, { id, text: `${id}。` });
  const ids = (value) => value.map(({ id }) => id).join("");
  assert.equal(ids(moved(basket, 2, -1)), "问候办法安抚");
  assert.equal(ids(moved(basket, 0, -1)), "问候安抚办法");
  assert.equal(ids(moved(basket, 2, 9)), "问候安抚办法");
  assert.equal(ids(moved(basket, 0, 2)), "安抚办法问候");
  assert.equal(ids(without(basket, 1)), "问候办法");
  assert.equal(joined(basket), "问候。\n安抚。\n办法。");
  assert.equal(joined(added([], { id: "x" })), "");
});

test("undo goes back copy by copy, and knows when there is nothing before", () => {
  const history = new History();
  assert.equal(history.canUndo, false);
  history.add({ text: "一", title: "甲" });
  assert.equal(history.canUndo, false);
  history.add({ text: "二", title: "乙" });
  assert.deepEqual(history.undo(), { dropped: { text: "二", title: "乙" }, before: { text: "一", title: "甲" } });
  assert.equal(history.undo(), null);
  for (let count = 0; count < 100; count++) history.add({ text: String(count), title: "" });
  assert.equal(history.copies.length, 20);
  history.clear();
  history.add({ text: "三", title: "丙", basket: [{ id: "a", text: "b" }] });
  assert.equal(history.undo().before, undefined);
});

const MINUTE = 60_000;

/** A call whose clock stands still until a test moves it. */
function timed(own = new Map()) {
  const clock = { at: 1_800_000_000_000 };
  return { call: new Call(undefined, own, () => clock.at), pass: (minutes) => (clock.at += minutes * MINUTE) };
}

test("a search after a pause is for another customer; the last one can be taken back", () => {
  const { call, pass } = timed();
  call.set("称呼", "王女士");
  call.set("订单号", "A-17");
  call.set("工号", "8012");
  call.setBasket([{ id: "a", text: "您好" }]);
  pass(2.9);
  assert.equal(call.seek(), false);
  call.use();
  pass(2.9);
  assert.equal(call.seek(), false, "the pause counts from the last use");
  pass(0.1);
  assert.equal(call.seek(), true);
  assert.deepEqual([...call.values], [["工号", "8012"]], "the agent stays the same");
  assert.deepEqual(call.basket, []);
  call.set("称呼", "李先生");
  call.takeBack();
  assert.equal(call.get("称呼"), "李先生", "what was typed since stays");
  assert.equal(call.get("订单号"), "A-17");
  assert.deepEqual(call.basket, [{ id: "a", text: "您好" }]);
  assert.equal(call.aside, null);
});

test("after half an hour, or once cleared, nothing is left to be taken back", () => {
  const ends = [
    ({ pass, call }) => pass(30) && call.seek(),
    ({ pass, call }) => pass(5) && call.seek() && call.clear(),
    ({ pass, call }) => pass(5) && call.seek() && pass(30) && call.seek(),
  ];
  for (const end of ends) {
    const one = timed();
    one.call.set("称呼", "王女士");
    end(one);
    assert.equal(one.call.holds, false);
    assert.equal(one.call.aside, null);
    one.call.takeBack();
    assert.equal(one.call.get("称呼"), undefined);
  }
});

test("with nothing typed a pause changes nothing", () => {
  const { call, pass } = timed();
  assert.equal(call.seek(), false);
  call.set("我的姓名", "陈静");
  pass(60);
  assert.equal(call.seek(), false);
  assert.equal(call.get("我的姓名"), "陈静");
});

test("a pause on one page is over on all; the next customer is the next everywhere", async (t) => {
  const clock = { at: 1_800_000_000_000 };
  const openTimed = () => {
    const call = new Call(BroadcastChannel, new Map(), () => clock.at);
    call.join();
    t.after(() => call.leave());
    return call;
  };
  const one = openTimed();
  const other = openTimed();
  one.set("称呼", "王女士");
  await until(() => other.get("称呼") === "王女士");
  clock.at += 2 * MINUTE;
  other.use();
  await until(() => one.usedAt === clock.at);
  clock.at += 2 * MINUTE;
  assert.equal(one.seek(), false);
  clock.at += MINUTE;
  assert.equal(one.seek(), true);
  await until(() => !other.holds && other.aside !== null);
  const late = openTimed();
  await until(() => late.aside !== null && late.usedAt === other.usedAt);
  late.takeBack();
  await until(() => one.get("称呼") === "王女士" && other.get("称呼") === "王女士");
});
