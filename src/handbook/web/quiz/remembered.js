/** What this browser knows of a learner's practice; it never leaves it. */

import { RATINGS, recallOf, remember } from "./memory.js";

const NAME = "memory";

/** The number of a calendar day, by the clock on the wall. */
export function dayOf(date) {
  return Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}

/**
 * Open the memory of all practice items.
 *
 * Kept by item token: `version` of the item's words, `right` (whether the last answer
 * was), `tries`, and what `remember` returns. An item whose words or key changed is a new
 * one: what was learnt of the old words says nothing of it.
 */
export function openMemory(store) {
  const read = () => {
    const kept = store.get(NAME);
    return kept !== null && typeof kept === "object" && !Array.isArray(kept) ? kept : {};
  };
  const memory = {
    /** What is known of an item, or null. */
    of({ token, version }, cards = read()) {
      const card = cards[token];
      return isCard(card) && card.version === version ? card : null;
    },
    /** What is known of some items, by token. */
    ofAll(questions) {
      const cards = read();
      return new Map(questions.map((one) => [one.token, memory.of(one, cards)]));
    },
    /** Keep how an item was answered: `credit` is `"1"`, `"0"` or a part. */
    note(question, credit, day) {
      const before = memory.of(question);
      const rating = { 1: RATINGS.good, 0: RATINGS.again }[credit] ?? RATINGS.hard;
      const cards = read();
      cards[question.token] = {
        ...remember(before, rating, day),
        version: question.version,
        right: credit === "1",
        tries: (before?.tries ?? 0) + 1,
      };
      store.set(NAME, cards);
      return cards[question.token];
    },
    forget() {
      store.remove(NAME);
    },
  };
  return memory;
}

function isCard(card) {
  return (
    card !== null &&
    typeof card === "object" &&
    ["stability", "difficulty", "last", "due", "tries"].every((name) => Number.isFinite(card[name])) &&
    card.stability > 0
  );
}

/**
 * Choose what to practise today: first what is due, the most forgotten before the rest;
 * then what was never tried, from the wanted topics in turn, those begun before others.
 *
 * @param {{token: string, topic: string}[]} questions
 * @param {Map<string, object | null>} cards by token
 * @param {string[]} topics wanted, in the order of a role's path
 * @returns {string[]} tokens
 */
export function chooseFor(day, questions, cards, topics, count) {
  const due = questions
    .map(({ token }) => ({ token, card: cards.get(token) }))
    .filter(({ card }) => card && card.due <= day)
    .map(({ token, card }) => ({ token, recall: recallOf(card, day) }))
    .sort((one, other) => one.recall - other.recall)
    .map(({ token }) => token);
  if (due.length >= count) return due.slice(0, count);
  const untried = new Map(topics.map((topic) => [topic, []]));
  const begun = new Set();
  for (const { token, topic } of questions) {
    if (cards.get(token)) begun.add(topic);
    else untried.get(topic)?.push(token);
  }
  const order = [...topics.filter((topic) => begun.has(topic)), ...topics.filter((topic) => !begun.has(topic))];
  const chosen = [...due];
  for (let round = 0; chosen.length < count; round++) {
    const before = chosen.length;
    for (const topic of order) {
      const token = untried.get(topic)[round];
      if (token !== undefined && chosen.length < count) chosen.push(token);
    }
    if (chosen.length === before && order.every((topic) => untried.get(topic).length <= round)) break;
  }
  return chosen;
}

/**
 * How each topic stands: how many items were tried, how many are due, and from 0 to 1
 * how much of what was tried is held. What was answered wrong last is not held at all.
 */
export function standingOf(day, questions, cards) {
  const topics = new Map();
  for (const { token, topic } of questions) {
    const standing = topics.get(topic) ?? { topic, all: 0, tried: 0, due: 0, held: 0 };
    topics.set(topic, standing);
    standing.all += 1;
    const card = cards.get(token);
    if (!card) continue;
    standing.tried += 1;
    standing.due += card.due <= day ? 1 : 0;
    standing.held += card.right ? recallOf(card, day) : 0;
  }
  for (const standing of topics.values()) standing.held = standing.tried ? standing.held / standing.tried : null;
  return [...topics.values()];
}
