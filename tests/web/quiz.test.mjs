/** The parts of quiz and exam pages that need no page. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { answerOf, progressOf } from "../../src/handbook/web/quiz/answers.js";
import { canonical } from "../../src/handbook/web/quiz/canonical.js";
import { chooseOther, shuffled, uuid } from "../../src/handbook/web/quiz/chance.js";
import { creditOf, fold } from "../../src/handbook/web/quiz/grading.js";
import { handIn } from "../../src/handbook/web/quiz/hand-in.js";
import { remainingOf, whenAgain } from "../../src/handbook/web/quiz/result.js";
import { sha256 } from "../../src/handbook/web/quiz/sha256.js";
import {
  beginSitting,
  closeSitting,
  fileName,
  localTime,
  readPerson,
  timeLeft,
} from "../../src/handbook/web/quiz/sitting.js";
import { openStore } from "../../src/handbook/web/quiz/store.js";
import { spoken } from "../../src/handbook/web/quiz/waits.js";

const golden = (name) =>
  JSON.parse(readFileSync(new URL(`../cases/grading/${name}`, import.meta.url), "utf8"));

const rules = golden("rules.json");
test("there are golden cases of every type", () => {
  const types = new Set(rules.map(({ item }) => item.type));
  assert.deepEqual(
    [...types].sort(),
    ["blank", "match", "multiple", "order", "single", "true_false"],
  );
});
for (const { name, item, answer, credit } of rules) {
  test(`marks as Python does: ${name}`, () => {
    assert.equal(creditOf(item, answer), credit);
  });
}

test("folding keeps one space between Latin words, however many were typed", () => {
  assert.equal(fold("Call   Back"), "call back");
  assert.equal(fold("1 \u3000 0"), "1 0");
  assert.equal(fold(fold("0 A¯")), fold("0 A¯"));
});

const checksums = golden("checksums.json");
test("there are golden answer files", () => assert.ok(checksums.length >= 3));
for (const { name, document, canonical: text, checksum } of checksums) {
  test(`writes canonical JSON as Python does: ${name}`, () => {
    assert.equal(canonical(document), text);
    assert.equal(sha256(canonical(document)), checksum);
  });
}

test("sorts keys by code point, not by UTF-16 unit", () => {
  assert.equal(canonical({ "😀": 1, "\uff21": 2, b: 3, a: 4 }), '{"a":4,"b":3,"\uff21":2,"😀":1}');
});

test("SHA-256 agrees with Node's at every length around a block", () => {
  for (let length = 0; length <= 200; length += 1) {
    const text = "x汉😀".repeat(70).slice(0, length).toWellFormed?.() ?? "x".repeat(length);
    const expected = createHash("sha256").update(text).digest("hex");
    assert.equal(sha256(text), expected, `length ${length}`);
  }
});

test("an order counts only when every step has a place of its own", () => {
  assert.equal(progressOf("order", {}, 3), "open");
  assert.equal(progressOf("order", { a: "1", b: "1", c: "2" }, 3), "part");
  assert.equal(answerOf("order", { a: "1", b: "1", c: "2" }, 3), undefined);
  assert.deepEqual(answerOf("order", { a: "3", b: "1", c: "2" }, 3), ["b", "c", "a"]);
});

test("a blank item states one text per gap, empty ones too, or nothing at all", () => {
  assert.equal(answerOf("blank", ["", "  "], 2), undefined);
  assert.deepEqual(answerOf("blank", ["三声"], 2), ["三声", ""]);
  assert.equal(progressOf("blank", ["三声", ""], 2), "part");
  assert.deepEqual(answerOf("blank", ["半个\ud83d"], 1), ["半个\ufffd"]);
});

test("an unticked choice is no answer", () => {
  assert.equal(answerOf("multiple", [], 1), undefined);
  assert.equal(answerOf("single", undefined, 1), undefined);
});

test("a retake gets another form, and every other form can come", () => {
  const drawn = new Set();
  for (let byte = 0; byte < 256; byte += 1) {
    let calls = 0;
    const bytes = () => [(byte + 91 * calls++) % 256];
    drawn.add(chooseOther([1, 2, 3, 4], 2, bytes));
  }
  assert.deepEqual([...drawn].sort(), [1, 3, 4]);
  assert.equal(chooseOther([1], 1), 1);
});

test("a shuffle loses nothing and is repeatable", () => {
  const list = Array.from({ length: 9 }, (_, index) => index);
  const mixed = shuffled(list, 7);
  assert.deepEqual([...mixed].sort(), list);
  assert.deepEqual(shuffled(list, 7), mixed);
  assert.notDeepEqual(shuffled(list, 8), mixed);
});

test("a sitting's name is a version 4 UUID", () => {
  assert.match(uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("local time carries its offset", () => {
  const moment = new Date(Date.UTC(2026, 10, 23, 1, 0, 0));
  assert.equal(localTime(moment, 480), "2026-11-23T09:00:00+08:00");
  assert.equal(localTime(moment, -210), "2026-11-22T21:30:00-03:30");
});

const began = Date.UTC(2026, 10, 23, 1, 0, 0);
const sitting = (more = {}) => ({
  ...beginSitting({
    exam: "front-desk",
    form: 2,
    paper: "0123456789abcdef",
    seconds: 2400,
    person: { id: "A1024", name: "王小明" },
    sitting: "3f0e9a5c-1b7d-4c1e-9a53-6d2f8e4b7a10",
    now: began,
  }),
  ...more,
});
const items = [
  { token: "aaaa1111", type: "single", size: 1 },
  { token: "bbbb2222", type: "order", size: 2 },
];

test("closing states answered items only, with a checksum of all the rest", () => {
  const drafts = { aaaa1111: ["cccc"], bbbb2222: { x: "1" } };
  const { file } = closeSitting(sitting({ drafts }), items, began + 60_000);
  const { checksum, ...rest } = file;

  assert.deepEqual(file.answers, { aaaa1111: ["cccc"] });
  assert.equal(checksum, sha256(canonical(rest)));
  assert.equal(Date.parse(file.submitted_at) - Date.parse(file.started_at), 60_000);
});

test("answers stood still when the time was up, however late the page is opened", () => {
  const { file } = closeSitting(sitting(), items, began + 86_400_000);
  assert.equal(Date.parse(file.submitted_at) - Date.parse(file.started_at), 2_400_000);
});

test("a clock set back makes no end before the beginning, and no longer time", () => {
  const { file } = closeSitting(sitting(), items, began - 5_000);
  assert.equal(file.submitted_at, file.started_at);
  assert.equal(timeLeft(sitting(), began - 5_000), 2_400_000);
});

test("a person is read as typed on any keyboard, or told what is wrong", () => {
  assert.deepEqual(readPerson(" ａ1024 ", " 王　小明 "), { person: { id: "A1024", name: "王 小明" } });
  assert.equal(readPerson("", "王小明").field, "number");
  assert.equal(readPerson("A<1>", "王小明").field, "number");
  assert.equal(readPerson("A1", " ").field, "name");
  assert.equal(readPerson("A1", "名".repeat(41)).field, "name");
});

test("an answer file's name holds no sign that a file system refuses", () => {
  assert.equal(fileName({ exam: "front-desk", person: { id: 'A/1\\:"4' } }), "答卷-front-desk-A14.json");
});

/** A server of answers in a row; an Error stands for a lost network. */
function serving(...answers) {
  const seen = [];
  const fetch = async (url, options) => {
    seen.push(`${options.method ?? "GET"} ${url}`);
    const answer = answers.shift();
    if (answer instanceof Error) {
      throw answer;
    }
    const [status, body] = answer;
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
  };
  return { fetch, seen };
}

async function tried(...answers) {
  const { fetch, seen } = serving(...answers);
  const waits = [];
  const outcome = await handIn(
    { exam: "x" },
    {
      root: "http://handbook.test/kb/",
      fetch,
      pause: async () => {},
      onWait: (seconds, why) => waits.push([seconds, why]),
    },
  );
  return { outcome, waits, seen };
}

const open = [200, { handbook: "1", hand_in: true }];
const receipt = { receipt: "R-1", duplicate: false, recorded_at: "2026", verdict: { passed: true } };

test("a hand-in goes to the server under the site's own root", async () => {
  const { outcome, seen } = await tried(open, [200, receipt]);
  assert.equal(outcome.kind, "receipt");
  assert.equal(outcome.receipt, "R-1");
  assert.deepEqual(seen, [
    "GET http://handbook.test/kb/api/status",
    "POST http://handbook.test/kb/api/hand-in",
  ]);
});

test("a lost network is tried again, with longer and longer waits", async () => {
  const lost = new TypeError("network");
  const { outcome, waits } = await tried(
    lost, open, lost, open, [503, { problems: [{ message: "忙" }] }], open, [200, receipt],
  );
  assert.equal(outcome.kind, "receipt");
  assert.deepEqual(waits, [[2, "连不上服务器"], [4, "网络断开了"], [8, "忙"]]);
});

test("an answer cut off half-way is no receipt", async () => {
  const { outcome, waits } = await tried(open, [200, '{"receipt": "R'], open, [200, receipt]);
  assert.equal(outcome.kind, "receipt");
  assert.equal(waits.length, 1);
});

test("a plain file server takes no hand-in", async () => {
  assert.equal((await tried([404, "<html>"])).outcome.kind, "nowhere");
  assert.equal((await tried([200, "<html>"])).outcome.kind, "nowhere");
});

test("a refusal is final and keeps its cure", async () => {
  const problems = [{ message: "次数用完了", remedy: "请联系培训师。" }];
  const { outcome } = await tried(open, [409, { problems }]);
  assert.deepEqual(outcome, { kind: "refused", problems });
  const bare = await tried(open, [413, "<html>"]);
  assert.equal(bare.outcome.problems.length, 1);
});

test("a store without storage lasts as long as the page and never throws", () => {
  const broken = {
    getItem() { throw new Error("denied"); },
    setItem() { throw new Error("denied"); },
    removeItem() { throw new Error("denied"); },
  };
  for (const area of [broken, null]) {
    const store = openStore(area, "/kb/");
    store.set("a", { b: 1 });
    assert.equal(store.lasting, false);
    assert.deepEqual(store.get("a"), { b: 1 });
    store.remove("a");
    assert.equal(store.get("a"), null);
  }
});

test("a store that fills up keeps the newest value", () => {
  const kept = new Map();
  let full = false;
  const area = {
    getItem: (key) => kept.get(key) ?? null,
    setItem(key, value) {
      if (full) throw new Error("quota");
      kept.set(key, value);
    },
    removeItem: (key) => kept.delete(key),
  };
  const store = openStore(area, "/kb/");
  store.set("a", 1);
  full = true;
  store.set("a", 2);
  assert.equal(store.lasting, false);
  assert.equal(store.get("a"), 2);
});

test("a failure says how often and from when, as far as anybody knows", () => {
  const rule = { chances: "共 3 次；没有通过的，24小时后可以重考" };
  assert.match(whenAgain({ again_at: "2026-11-27T02:00:00+00:00", attempts_left: 2 }, rule), /以后可以重考，还能考 2 次。$/);
  assert.match(whenAgain({ again_at: null, attempts_left: 0 }, rule), /次数已经用完/);
  assert.equal(whenAgain({}, rule), rule.chances);
  assert.equal(remainingOf(undefined, "", "http://x/"), "");
  assert.match(remainingOf(null, "全员通用考试", "http://x/"), /考过的不用再考/);
  assert.match(remainingOf([], "全员通用考试", "http://x/"), /都考过了/);
});

test("times are told in the zone of the page", () => {
  const again = { again_at: "2026-11-27T02:00:00+00:00", attempts_left: 2 };
  assert.match(whenAgain(again, { zone: "Asia/Shanghai" }), /^2026\/11\/27 10:00:00 以后/);
});

test("a time reads as it does on the trainers' pages, wherever the computer is", () => {
  process.env.TZ = "America/New_York";
  assert.match(spoken("2026-11-26T01:30:00Z", "Asia/Shanghai"), /^2026\/11\/26 0?9:30:00$/);
});
