/** The result of a sitting as its page tells it, from what the server has on record. */

import { certificateButton } from "./certificate.js";
import { element } from "./dom.js";
import { spoken } from "./waits.js";
import { wordsOf } from "./words.js";

/**
 * Return the title, the look and the parts of a result.
 *
 * `told` is the server's answer to a hand-in, or to the start of a sitting that is over;
 * `delta` says whether only what changed was sat.
 */
export function resultOf(told, { root, site, delta }) {
  const words = wordsOf(root);
  const banded = !delta && root.dataset.confirm === undefined;
  const { receipt, duplicate, recorded_at: recordedAt, verdict } = told;
  const { passed } = verdict;
  const renewed = passed ? "原来的成绩接着算，到期的日子不变" : "原来的成绩还没有接上";
  const facts = factsOf([
    ["结果", passed ? "通过" : "未通过"],
    ["成绩", delta ? renewed : ""],
    ["有效期至", passed ? validTo(told, root) : ""],
    ["等级", banded ? verdict.band : ""],
    ["得分", `${verdict.score}（${verdict.percent}）`],
    ["关键题", verdict.critical_missed > 0 ? `有 ${verdict.critical_missed} 题没有答对` : ""],
    ["时间", verdict.overtime ? "超过了限时" : ""],
    ...(passed ? [] : stillOpen(told, root, delta)),
    ["还要考", passed && banded ? remainingOf(told.remaining, root.dataset.besides, site) : ""],
    ["回执号", receipt],
    ["登记时间", `${spoken(recordedAt, root.dataset.zone)}${duplicate ? "（同一份答卷先前已经登记过）" : ""}`],
  ]);
  return {
    title: passed ? `${words.passed}${banded ? `，${verdict.band}` : ""}` : words.failed,
    look: passed ? "quiz-card--passed" : "quiz-card--failed",
    parts: [facts, ...rereading(verdict, words, site)],
  };
}

/** Return the facts of a sitting that was begun and of which no hand-in counts. */
export function unfinished(told, root) {
  return factsOf(stillOpen(told, root, told.delta));
}

/** Return the button to the certificate, where the server says that there is one. */
export function certificateOf({ certified, verdict }, { root, site, invitation }) {
  const there = invitation && root.dataset.confirm === undefined && (certified ?? verdict?.passed);
  return there ? [certificateButton(invitation, site)] : [];
}

/** Return what matters to somebody who did not pass: when again, and what still holds. */
function stillOpen(told, root, delta) {
  return [
    ["重考", whenAgain(told, root.dataset)],
    ["以前的成绩", told.certified && !delta ? `仍然有效，到${validTo(told, root)}` : ""],
  ];
}

function validTo({ until }, root) {
  return until && root.dataset.confirm === undefined ? dayOf(until) : "";
}

/** Make a list of facts, without those of which there is nothing to say. */
function factsOf(pairs) {
  const told = pairs.filter(([, text]) => text && text.length > 0);
  return element(
    "dl",
    { class: "quiz-facts" },
    ...told.map(([term, text]) => element("div", {}, element("dt", {}, term), element("dd", {}, ...[text].flat()))),
  );
}

function rereading(verdict, words, site) {
  if (verdict.reread.length === 0) {
    return [];
  }
  const list = element("ul", { class: "quiz-weak" });
  for (const { title: clause, page, url } of verdict.reread) {
    const address = new URL(url, site);
    const here = address.href.startsWith(site);
    const name = `${page}：${clause}`;
    list.append(element("li", {}, here ? element("a", { href: address.href }, name) : name));
  }
  return [element("p", {}, verdict.passed ? "下面的条款再读一遍，会更稳：" : words.reread), list];
}

/** Return a day such as 2027-11-25 as people read it. */
function dayOf(date) {
  const [year, month, day] = date.split("-").map(Number);
  return `${year}年${month}月${day}日`;
}

/**
 * Say how often and from when somebody who failed may sit again.
 *
 * Of a server that says nothing about it, only the exam's own rule is known.
 */
export function whenAgain({ again_at: againAt, attempts_left: left }, { chances = "", zone } = {}) {
  if (left === 0) {
    return "次数已经用完。请找培训师：补课以后重新安排，才能再考。";
  }
  if (!(left > 0)) {
    return chances;
  }
  return `${againAt ? `${spoken(againAt, zone)} 以后可以重考，` : ""}还能考 ${left} 次。`;
}

/**
 * Say what the role still wants: links and words for a fact; nothing where there is no more.
 *
 * Without word from the server the page knows the exams, and not who passed them.
 */
export function remainingOf(remaining, besides, site) {
  if (Array.isArray(remaining)) {
    if (remaining.length === 0) {
      return besides ? "没有了，本岗位的考试都考过了" : "";
    }
    return remaining.flatMap(({ title, url, needed_for_work: needed }, number) => [
      ...(number ? ["、"] : []),
      element("a", { href: new URL(url, site).href }, title),
      needed ? "（考过才能上岗）" : "（上岗以后考）",
    ]);
  }
  return besides ? `${besides}，考过的不用再考` : "";
}
