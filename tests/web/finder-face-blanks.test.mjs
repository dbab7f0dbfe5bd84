// Typed blanks and dates: what is said for what was typed.

import assert from "node:assert/strict";
import test from "node:test";

import { blankOf, fill, isCounted, spoken } from "../../src/handbook/web/finder/blanks.js";
import { isoDate, readDate, sayDate, workingDaysAfter } from "../../src/handbook/web/finder/dates.js";

const MONDAY = new Date(2026, 10, 23, 15, 30);
const FRIDAY = new Date(2026, 10, 27, 9);
const SATURDAY = new Date(2026, 10, 28);

const said = (name, typed, after = "", today = MONDAY) => spoken(blankOf(name), typed, { today, after });

test("names tell what kind of value a blank asks for", () => {
  const kinds = (names, kind) => assert.deepEqual(names.map((name) => [name, blankOf(name).kind]), names.map((name) => [name, kind]));
  kinds(["称呼", "姓名", "时间", "原因", "编号", "几", "订单号", "电话", "联系方式", "还没确定的事", "<b>", "：", "/", "甲/"], "text");
  kinds(["方式：上门/电话", "男士／女士", "看／改／删"], "choice");
  kinds(["几月几日", "几月几日几点", "日期", "受理日期", "日期+3", "日期+3天", "回电+1"], "date");
  kinds(["金额", "退款金额", "费用"], "amount");
  kinds(["手机号", "手机号码", "手机尾号", "身份证号", "银行卡号"], "masked");
});

test("a choice has a label of its own or shows its options", () => {
  assert.deepEqual(blankOf("方式：上门/电话"), { kind: "choice", label: "方式", key: "方式", options: ["上门", "电话"] });
  assert.equal(blankOf("男士／女士").label, "男士／女士");
  assert.equal(fill("用【方式：上门/电话】办", new Map()).text, "用【未填：方式】办");
  assert.equal(fill("用【方式：上门/电话】办", new Map([["方式", "上门"]])).text, "用上门办");
});

test("working days skip weekends, forwards and backwards", () => {
  assert.equal(isoDate(workingDaysAfter(MONDAY, 3)), "2026-11-26");
  assert.equal(isoDate(workingDaysAfter(FRIDAY, 1)), "2026-11-30");
  assert.equal(isoDate(workingDaysAfter(FRIDAY, 3)), "2026-12-02");
  assert.equal(isoDate(workingDaysAfter(SATURDAY, 1)), "2026-11-30");
  assert.equal(isoDate(workingDaysAfter(SATURDAY, -1)), "2026-11-27");
  assert.equal(isoDate(workingDaysAfter(MONDAY, 10)), "2026-12-07");
  assert.equal(isoDate(workingDaysAfter(MONDAY, 0)), "2026-11-23");
});

test("any stretch of working days agrees with counting day by day", () => {
  for (let start = 0; start < 14; start++) {
    for (let count = 1; count < 25; count++) {
      const from = new Date(2026, 11, 20 + start);
      const to = workingDaysAfter(from, count);
      let passed = 0;
      for (const day = new Date(from); day < to; ) {
        day.setDate(day.getDate() + 1);
        if (![0, 6].includes(day.getDay())) passed++;
      }
      assert.equal(passed, count);
      assert.ok(![0, 6].includes(to.getDay()));
    }
  }
});

test("dates are read as they are typed in haste", () => {
  const reads = {
    "+3": "11月26日（周四）",
    "＋3": "11月26日（周四）",
    "+5": "11月30日（周一）",
    "+5个工作日": "11月30日（周一）",
    "+5天": "11月28日（周六）",
    "-1": "11月20日（周五）",
    明天: "11月24日（周二）",
    后天: "11月25日（周三）",
    周五: "11月27日（周五）",
    下周一: "11月30日（周一）",
    星期天: "11月29日（周日）",
    11.26: "11月26日（周四）",
    "11-26": "11月26日（周四）",
    1126: "11月26日（周四）",
    "1.5": "2027年1月5日（周二）",
    "2026-12-01": "12月1日（周二）",
    "+1 10点": "11月24日（周二）10点",
    "明天下午3点": "11月24日（周二）下午3点",
  };
  for (const [typed, words] of Object.entries(reads)) assert.equal(said("几月几日几点", typed), words, typed);
});

test("what is no date is said as it was typed", () => {
  for (const typed of ["11月26日", "下个月初", "13.45", "2.30", "2026-02-30", "9999", "尽快", "3点半", "10:30", "<b>1</b>"]) {
    assert.equal(said("日期", typed), typed);
  }
  assert.equal(readDate("", MONDAY), null);
});

test("a date with an offset needs no typing, and what is typed wins", () => {
  assert.equal(said("日期+3", "", "", FRIDAY), "12月2日（周三）");
  assert.equal(said("日期+3天", "", "", FRIDAY), "11月30日（周一）");
  assert.equal(said("答复日期+3", "明天", "", FRIDAY), "11月28日（周六）");
  assert.deepEqual(fill("【日期+3】以前", new Map(), FRIDAY), { text: "12月2日（周三）以前", missing: [] });
  assert.equal(said("日期", ""), "");
});

test("only counted working days ask to be checked", () => {
  assert.ok(isCounted(blankOf("日期+3"), ""));
  assert.ok(isCounted(blankOf("日期"), "+3", MONDAY));
  for (const [name, typed] of [["日期", "11.26"], ["日期", ""], ["日期+3天", ""], ["日期+3", "明天"], ["称呼", "+3"]]) assert.ok(!isCounted(blankOf(name), typed, MONDAY), name + typed);
});

test("an amount gets its unit once, and its thousands", () => {
  assert.equal(said("金额", "1234.5"), "1,234.50元");
  assert.equal(said("金额", "300", "元整"), "300");
  assert.equal(said("金额", "１２００元"), "1,200元");
  assert.equal(said("金额", "¥88"), "88元");
  assert.equal(said("金额", "1.2万"), "1.2万元");
  for (const typed of ["三百元", "1.234", "1,23", "约300", "0x10", "-5"]) assert.equal(said("金额", typed), typed);
});

test("of a number only what the phrase needs is said", () => {
  assert.equal(said("手机号", "138 1234 5678"), "138****5678");
  assert.equal(said("手机号", "１３８１２３４５６７８"), "138****5678");
  assert.equal(said("手机尾号", "13812345678"), "5678");
  assert.equal(said("身份证号", "11010519491231002X"), "****002X");
  assert.equal(said("银行卡号", "6222020200112233445"), "****3445");
  assert.equal(blankOf("手机号").key, blankOf("手机尾号").key);
  assert.equal(blankOf("手机号码").key, blankOf("手机号").key);
  assert.notEqual(blankOf("手机号").key, blankOf("银行卡号").key);
  const filled = fill("【手机号】，尾号【手机尾号】", new Map([["手机号", "13812345678"]])).text;
  assert.equal(filled, "138****5678，尾号5678");
});

test("hostile input neither breaks a field nor is read as a template", () => {
  const bad = ["<img src=x onerror=alert(1)>", "\u0000\u001b[31m", "😀".repeat(50), "\u202eمرحبا", "\ud800", "9".repeat(10_000), "+".repeat(5000), "$&$1", "【甲】", "-,-,".repeat(2000)];
  for (const name of ["称呼", "日期", "日期+3", "金额", "手机号", "方式：上门/电话"]) {
    for (const typed of bad) assert.equal(typeof said(name, typed), "string");
  }
  for (const name of bad) assert.equal(typeof blankOf(name).kind, "string");
  assert.equal(sayDate(new Date(2026, 0, 1), MONDAY), "1月1日（周四）");
});
