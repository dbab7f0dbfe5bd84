// One term, matched in every manner until enough is found, the likeliest manner first.

import { decode } from "./decoding.js";
import { ENOUGH, FEW, SURE, tryWays, trySynonyms } from "./matching.js";
import { hasInitial, literally } from "./patterns.js";

const MORE_INITIALS = 4;

/**
 * Matches a term.
 *
 * @param {Engine} engine
 * @param {string} term
 * @param {Scores} scores
 * @param {Run} run
 * @param {{strict?: boolean, all?: boolean}} options `strict` leaves out what needs
 *   guessing; `all` wants every entry, to be met with those of other terms
 */
export function matchTerm(engine, term, scores, run, { strict = false, all = false } = {}) {
  const enough = all ? Infinity : run.limit * 5;
  const options = { enough, every: all };
  const plain = term.replace(/'/g, "");
  const letters = /[a-z]/.test(plain);
  const onlyLetters = /^[a-z']+$/.test(term);
  const word = onlyLetters && !term.includes("'");

  tryWays(engine, [{ why: "literal", elements: literally(plain), whole: word }], scores, run, options);
  const ways = letters ? engine.patterns.readings(term) : [];
  if (scores.count < enough) trySynonyms(engine, plain, ways, scores, run, options);
  if (letters) {
    decode(engine, [...spoken(engine, term, ways, strict), ...initials(engine, term, ways, onlyLetters)], scores, run, { every: all });
  }
  if (letters || strict || plain.length < 2) return;
  if (scores.count < run.limit && plain.length <= 24 && engine.postings.walked < ENOUGH) {
    decode(engine, near(engine, term), scores, run, { every: all });
  }
  if (all && scores.count === 0) tryEdits(engine, term, scores, run);
}

/** Whole syllables, as typed and as careless ears take them. */
function spoken(engine, term, ways, strict) {
  const whole = ways.filter(({ elements }) => !hasInitial(elements) && elements.some(({ kind }) => kind !== "latin"));
  const made = whole.map(({ cost, elements }) => ({ why: "pinyin", elements, loss: cost - whole[0].cost }));
  if (strict || !whole.length || whole[0].elements.length < 2) return made;
  return [...made, ...near(engine, term).map((way) => ({ ...way, loss: way.cost - whole[0].cost }))];
}

function near(engine, term) {
  const ways = engine.patterns.readings(term, { near: true }).filter(({ elements }) => !hasInitial(elements));
  return ways.map(({ cost, elements }) => ({ why: "sound", cost, elements, loss: 0 }));
}

/** Initials alone, and mixed with syllables and characters. */
function initials(engine, term, ways, onlyLetters) {
  const alone = (elements) => onlyLetters && elements.every(({ kind }) => kind === "initial");
  const mixed = ways.filter(({ elements }) => hasInitial(elements) && !alone(elements));
  const cuts = onlyLetters ? engine.patterns.syllables.cutInitials(term) : [];
  return [
    ...mixed.map(({ cost, elements }) => ({ why: "initials", elements, loss: cost - ways[0].cost })),
    ...cuts.map((elements) => ({ why: "initials", elements, loss: -MORE_INITIALS * (elements.length - 2) })),
  ];
}

/** One wrong, missing, extra or swapped character, or letter. */
export function tryEdits(engine, term, scores, run) {
  const literal = literally(term.replace(/'/g, ""));
  if (literal.length < 2 || literal.length > 24) return;
  if (/[a-z]/.test(term)) {
    const ways = [];
    for (const { elements } of engine.patterns.readings(term, { edits: 1 })) {
      if (hasInitial(elements)) continue;
      if (elements.some(({ kind }) => kind === "edited")) ways.push({ why: "typo", elements });
    }
    decode(engine, ways, scores, run);
    if (scores.count >= FEW) return;
  }
  // A wrong letter inside a Latin word: too much would be near, unless it is long.
  if (/^[a-z0-9]+$/.test(term) && term.length < 4) return;
  if (engine.postings.walked < ENOUGH) tryWays(engine, variantsOf(literal), scores, run);
}

function variantsOf(literal) {
  const size = literal.length;
  const sure = size >= SURE ? 40 : 0;
  const any = { kind: "any", value: "" };
  const variants = [];
  const add = (elements, loss) => variants.push({ why: "typo", elements, loss: loss - sure });
  for (let i = 0; i + 1 < size; i++) {
    const swapped = literal.slice();
    [swapped[i], swapped[i + 1]] = [literal[i + 1], literal[i]];
    add(swapped, 0);
  }
  if (size < 3 || size > 16) return variants;
  for (let i = 0; i < size; i++) {
    const rest = literal.slice();
    if (i > 0 && i < size - 1) {
      rest[i] = any;
      add(rest, size === 3 ? 6 : 2);
    }
    const shorter = literal.filter((_, at) => at !== i);
    add(shorter, size === 3 ? 8 : i === 0 || i === size - 1 ? 3 : 1);
    if (i > 0) add([...literal.slice(0, i), any, ...literal.slice(i)], 1);
  }
  return variants;
}
