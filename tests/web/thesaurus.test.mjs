// Words that no author wrote down: what anybody uses for them, and entries that share most.

import assert from "node:assert/strict";
import test from "node:test";

import { build } from "../../src/handbook/web/finder/engine/engine.js";
import { EVERYDAY } from "../../src/handbook/web/finder/engine/everyday.js";
import { literally } from "../../src/handbook/web/finder/engine/patterns.js";
import { Thesaurus } from "../../src/handbook/web/finder/engine/thesaurus.js";
import { dataOf, randomEntries, seeded } from "./finder_corpus.mjs";

const phrase = (id, title, text, more = {}) => ({ id, kind: "phrase", url: `${id}.html`, title, text, ...more });
const PHRASES = [
  phrase("freight", "运费承担", "质量问题退货，运费由商家承担。"),
  phrase("courier", "联系配送员", "您可以直接和配送员约时间。", { channels: ["电话"] }),
  phrase("cancel", "撤销借款", "借款还没有发放，可以在页面上取消。"),
  phrase("card", "更换银行卡", "请先绑定新的银行卡，再解绑旧卡。"),
  phrase("invoice", "发票抬头", "发票开出后三十天内可以改抬头。"),
  phrase("wait", "请稍等", "我马上为您查询，请您稍等。"),
];

test("a group has two words or more, each of two characters or more, none twice", () => {
  const groups = EVERYDAY.split("\n").filter((line) => line && !line.startsWith("#"));
  assert.ok(groups.length > 250);
  for (const line of groups) {
    const words = line.split(" ");
    assert.ok(words.length > 1, line);
    assert.deepEqual([...new Set(words)], words, line);
    for (const word of words) assert.ok(word.length > 1, line);
  }
});

test("the handbook's own words come first and say more", () => {
  const thesaurus = new Thesaurus(new Map([["运费", ["邮资"]]]), "运费 邮费 快递费\n快递费 寄费");

  assert.deepEqual([...thesaurus.of("运费")], [["邮资", 1], ["邮费", 0.7], ["快递费", 0.7]]);
  assert.deepEqual(thesaurus.everyday("运费"), ["邮费", "快递费"]);
  assert.deepEqual(thesaurus.everyday("快递费"), ["运费", "邮费", "寄费"]);
  assert.deepEqual(thesaurus.everyday("天气"), []);
});

test("of words in a query the longest counts, and none within another", () => {
  const thesaurus = new Thesaurus(new Map(), "快递 物流\n快递小哥 配送员\n小哥 师傅");

  assert.deepEqual(thesaurus.wordsIn(literally("找快递小哥送快递")), [
    { word: "快递小哥", at: 1 },
    { word: "快递", at: 6 },
  ]);
});

test("a word that stands nowhere finds what anybody uses for it", () => {
  const engine = build(dataOf(PHRASES));

  const [first] = engine.search("邮费");

  assert.deepEqual([first.id, first.why, first.word, first.weak], ["freight", "synonym", "邮费", false]);
  assert.deepEqual(first.spans.map(({ field, start, end }) => [field, start, end]), [["title", 0, 2], ["text", 7, 9]]);
});

test("a word that stands somewhere is what was meant", () => {
  const engine = build(dataOf([...PHRASES, phrase("postage", "邮费到付", "邮费由收件人付。")]));

  assert.deepEqual([engine.search("邮费")[0].id, engine.search("邮费")[0].why], ["postage", "literal"]);
});

test("a handbook's own synonym goes before anybody's", () => {
  const engine = build(dataOf(PHRASES, { synonyms: [["邮费", "抬头"]] }));

  assert.equal(engine.search("邮费")[0].id, "invoice");
});

test("people's own wording finds the phrase that shares most with it", () => {
  const engine = build(dataOf(PHRASES));

  assert.equal(engine.search("想换一张卡扣钱")[0].id, "card");
  assert.equal(engine.search("不想借了怎么撤掉")[0].id, "cancel");
  assert.equal(engine.search("让送货员打个电话")[0].id, "courier");
  for (const query of ["想换一张卡扣钱", "不想借了怎么撤掉"]) assert.equal(engine.search(query)[0].why, "parts");
});

test("a channel holds for scattered parts too", () => {
  const engine = build(dataOf(PHRASES));

  const found = engine.search("让送货员打个电话", { channel: "在线" });

  assert.ok(!found.some(({ id }) => id === "courier"));
});

test("nonsense finds nothing, or only what is marked as next to nothing", () => {
  const engine = build(dataOf(PHRASES));

  for (const query of ["明月几时有把酒问青天", "宇宙大爆炸理论", "祝英台梁山伯", "zxqvwk", "红烧排骨土豆"]) {
    for (const { weak } of engine.search(query)) assert.ok(weak, query);
  }
});

test("of a short query one character that stands somewhere is next to nothing", () => {
  const engine = build(dataOf(PHRASES));

  for (const query of ["卡片", "新潮"]) {
    const found = engine.search(query);
    assert.ok(found.length > 0 && found.every(({ weak }) => weak), query);
  }
});

test("what shares more characters of a query, each as rare as another, comes first", () => {
  for (let seed = 300; seed < 320; seed++) {
    const random = seeded(seed);
    const fillers = randomEntries(40, random);
    const rare = "鑫淼焱垚犇骉".slice(0, 6);
    const entries = [...fillers, phrase("two", rare.slice(0, 1), `${rare.slice(2, 3)}。`), phrase("four", rare.slice(1, 2), `${rare[3]}，${rare[5]}，${rare[4]}。`)];
    const ids = build(dataOf(entries)).search(`${rare[5]}${rare[0]}${rare[3]}${rare[2]}${rare[4]}${rare[1]}`).map(({ id }) => id);

    assert.deepEqual(ids.slice(0, 2), ["four", "two"], `seed ${seed}`);
  }
});
