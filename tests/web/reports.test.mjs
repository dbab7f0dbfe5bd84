// What a report of a fault says, and the address that carries it.

import assert from "node:assert/strict";
import test from "node:test";

import { issueAddress, reportOf, shortened, titleOf } from "../../src/handbook/web/reports.js";

const FAULT = {
  page: "电话话术",
  path: "content/scripts/phone.md",
  clause: "转接前说明",
  id: "before-transfer",
  words: "大约等一分钟",
  wrong: "现在是两分钟",
  address: "https://kb.example.com/scripts/phone.html#before-transfer",
};
const GITLAB = { url: "https://gitlab.example.com/a/b/-/issues/new", title: "issue[title]", body: "issue[description]" };

test("a report names page, section, words and what is wrong", () => {
  assert.equal(titleOf(FAULT), "这里不对：电话话术，转接前说明");
  assert.equal(
    reportOf(FAULT),
    [
      "页面：电话话术（content/scripts/phone.md）",
      "位置：转接前说明（#before-transfer）",
      "网址：https://kb.example.com/scripts/phone.html#before-transfer",
      "",
      "原文：",
      "",
      "```",
      "大约等一分钟",
      "```",
      "",
      "哪里不对，应该怎么写：",
      "",
      "现在是两分钟",
      "",
    ].join("\n"),
  );
});

test("what is not known is left out, and the reader's part asks to be filled", () => {
  const report = reportOf({ ...FAULT, clause: "", id: "", words: "", wrong: " ", address: "" });
  assert.equal(report, "页面：电话话术（content/scripts/phone.md）\n\n哪里不对，应该怎么写：\n\n（请在这里写）\n");
});

test("selected words stay words: no markup, no mention comes out of the fence", () => {
  const report = reportOf({ ...FAULT, words: "````\n@all <img> #1 [x](javascript:1)" });
  const [, open, words, close] = /^(`{5,})\n(.*)\n(`{5,})$/m.exec(report);
  assert.equal(open, close);
  assert.equal(words, "```` @all <img> #1 [x](javascript:1)");
});

test("the address holds the whole report under the host's own names", () => {
  const url = new URL(issueAddress(GITLAB, FAULT));
  assert.equal(url.origin + url.pathname, GITLAB.url);
  assert.equal(url.searchParams.get("issue[title]"), titleOf(FAULT));
  assert.equal(url.searchParams.get("issue[description]"), reportOf(FAULT));
  assert.deepEqual([...url.searchParams.keys()], ["issue[title]", "issue[description]"]);
});

test("an address never grows beyond what hosts take, and never cuts a character", () => {
  const long = { ...FAULT, words: "很😀".repeat(5000), wrong: "长".repeat(5000) };
  const address = issueAddress(GITLAB, long);
  assert.ok(address.length <= 8000, String(address.length));
  assert.ok(!new URL(address).searchParams.get("issue[description]").includes("\ufffd"));
  assert.equal([...shortened("很😀".repeat(5), 3)].join(""), "很😀很…");
});
