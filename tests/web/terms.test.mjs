// Words that explain themselves: which are marked, and where the explanation stands.

import assert from "node:assert/strict";
import test from "node:test";

import { cut, patternOf, placeOf } from "../../src/handbook/web/terms.js";

const DATA = {
  terms: [
    { id: "customer", words: ["客户"], says: "用我们服务的人。" },
    { id: "visit", words: ["回访"], says: "主动去听意见。" },
    { id: "rate", words: ["回访处理率"], says: "有处理结果的占多少。" },
    { id: "pdca", words: ["计划、实施、检查、处理", "PDCA"], says: "四步。" },
    { id: "odd", words: ["C++（新）"], says: "有符号的词。" },
  ],
  others: ["客户经理"],
};
const termOf = new Map(DATA.terms.flatMap((term) => term.words.map((word) => [word, term])));
const marked = (text, seen = new Set()) => cut(text, patternOf(DATA), termOf, seen).filter(({ term }) => term).map(({ text: word, term }) => `${term.id}:${word}`);

test("only the first of each term is marked, also over several texts", () => {
  const seen = new Set();
  assert.deepEqual(marked("客户和客户。", seen), ["customer:客户"]);
  assert.deepEqual(marked("客户的回访", seen), ["visit:回访"]);
  assert.deepEqual(marked("回访客户", seen), []);
});

test("the longest word wins, and its parts are still to come", () => {
  assert.deepEqual(marked("回访处理率是回访的结果"), ["rate:回访处理率", "visit:回访"]);
});

test("a name that holds a term is left alone", () => {
  assert.deepEqual(marked("客户经理联系客户"), ["customer:客户"]);
  assert.deepEqual(marked("客户经理"), []);
});

test("an abbreviation stands for its term, but not inside another Latin word", () => {
  assert.deepEqual(marked("按PDCA做，计划、实施、检查、处理。"), ["pdca:PDCA"]);
  assert.deepEqual(marked("XPDCA、PDCA2、pdca"), []);
  assert.deepEqual(marked("XPDCA，PDCA。"), ["pdca:PDCA"]);
});

test("signs in a word are no pattern", () => {
  assert.deepEqual(marked("C++（新）和CCC（新）"), ["odd:C++（新）"]);
});

test("the pieces make up the text, and nothing is cut where nothing is found", () => {
  const text = "前面的客户，中间的回访，后面。";
  assert.equal(cut(text, patternOf(DATA), termOf, new Set()).map((piece) => piece.text).join(""), text);
  assert.deepEqual(cut("没有。", patternOf(DATA), termOf, new Set()), []);
});

test("without words there is no pattern", () => {
  assert.equal(patternOf({ terms: [], others: [] }), null);
});

test("an explanation stands below its word, above it at the bottom, and always on the page", () => {
  const view = { width: 390, height: 800 };
  const tip = { width: 280, height: 60 };
  assert.deepEqual(placeOf({ left: 20, top: 100, bottom: 120 }, tip, view), { left: 20, top: 120 });
  assert.deepEqual(placeOf({ left: 20, top: 760, bottom: 780 }, tip, view), { left: 20, top: 700 });
  assert.deepEqual(placeOf({ left: 350, top: 100, bottom: 120 }, tip, view), { left: 102, top: 120 });
  assert.deepEqual(placeOf({ left: 0, top: 100, bottom: 120 }, { width: 500, height: 60 }, view), { left: 8, top: 120 });
  // No room on either side: below, where one can scroll to it.
  assert.deepEqual(placeOf({ left: 20, top: 30, bottom: 780 }, tip, view), { left: 20, top: 780 });
});
