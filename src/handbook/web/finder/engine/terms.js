// One term, matched in every manner until enough is found, the likeliest manner first.

import { decode } from "./decoding.js";
import { ENOUGH, tryWays, trySynonyms } from "./matching.js";
import { hasInitial, literally } from "./patterns.js";

const MORE_INITIALS = 4;
/** What syllables beside initials are worth, and what each initial takes away from it. */
const SPOKEN = 22;
const AN_INITIAL = 6;
/** What it costs that only two or three characters are left to go by. */
const FEW_LEFT = 20;
/** Postings that all ways to mend a term may walk. */
const EDITS = 60000;
/** From this on a string is so likely that near sounds are not looked for. */
const CERTAIN = 9;
/** What it costs that the handbook itself does not use a word for another. */
const EVERYDAY_LOSS = 6;

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

  tryWays(engine, [asWritten(term)], scores, run, options);
  const ways = letters ? engine.patterns.readings(term) : [];
  if (scores.count < enough) trySynonyms(engine, plain, ways, scores, run, options);
  if (letters) {
    const [likely, others] = heard(engine, term, ways, { strict, onlyLetters });
    const best = likely.length ? decode(engine, likely, scores, run, { every: all }) : -Infinity;
    if ((best < CERTAIN || all) && others.length) decode(engine, others, scores, run, { every: all });
  }
  if (letters || plain.length < 2) return;
  if (scores.count === 0) tryEveryday(engine, plain, scores, run, options);
  if (strict) return;
  if (scores.count < (all ? 1 : run.limit) && plain.length <= 24 && engine.postings.walked < ENOUGH) {
    decode(engine, near(engine, term), scores, run, { every: all, typed: plain });
  }
  if (all && scores.count === 0) {
    tryEdits(engine, term, scores, run);
    tryBoldEdits(engine, term, scores, run);
  }
}

/** What anybody uses for a word that stands nowhere. */
function tryEveryday(engine, plain, scores, run, options) {
  const ways = engine.thesaurus.everyday(plain).map((other) => ({ why: "synonym", word: plain, elements: literally(other), loss: EVERYDAY_LOSS }));
  if (ways.length) tryWays(engine, ways, scores, run, options);
}

/** A term as it stands; letters are a Latin word or its beginning. */
export function asWritten(term) {
  return { why: "literal", elements: literally(term.replace(/'/g, "")), whole: /^[a-z]+$/.test(term) };
}

/**
 * What letters may stand for: what they most likely do, and what is looked for where that
 * brings no likely word.
 */
function heard(engine, term, ways, { strict, onlyLetters }) {
  const least = ways.length ? ways[0].cost : 0;
  const likely = [];
  const others = [];
  let syllables = 0;
  for (const { cost, elements } of ways) {
    if (elements.every(({ kind }) => kind === "latin")) continue;
    if (!hasInitial(elements)) {
      syllables = Math.max(syllables, elements.length);
      likely.push({ why: "pinyin", elements, loss: cost - least });
    } else if (!onlyLetters || elements.some(({ kind }) => kind !== "initial")) {
      const alone = elements.filter(({ kind }) => kind === "initial").length;
      const gain = Math.max(0, SPOKEN - AN_INITIAL * alone);
      (cost === least ? likely : others).push({ why: "initials", elements, loss: cost - least - gain });
    }
  }
  if (onlyLetters) {
    for (const elements of engine.patterns.syllables.cutInitials(term)) {
      (syllables < 2 ? likely : others).push({ why: "initials", elements, loss: -MORE_INITIALS * (elements.length - 2) });
    }
  }
  if (!strict && syllables > 1) others.push(...near(engine, term).map((way) => ({ ...way, loss: way.cost - least })));
  return [likely, others];
}

function near(engine, term) {
  const ways = engine.patterns.readings(term, { near: true }).filter(({ elements }) => !hasInitial(elements));
  return ways.map(({ cost, elements }) => ({ why: "sound", cost, elements, loss: 0 }));
}

/** Letters of which one is wrong, missing, extra or swapped with the next one. */
export function tryMistyped(engine, term, scores, run) {
  const ways = engine.patterns.readings(term, { edits: 1 }).map(({ elements }) => ({ why: "typo", elements }));
  decode(engine, ways, scores, run);
}

/** One character that is missing or swapped, or, of more than a few, wrong or extra. */
export function tryEdits(engine, term, scores, run) {
  tryVariants(engine, term, scores, run, (size) => ({ wrong: size > 3, extra: size > 4 }));
}

/** A wrong or extra one of only a few characters. */
export function tryBoldEdits(engine, term, scores, run) {
  tryVariants(engine, term, scores, run, (size) => ({ wrong: size === 3, extra: size === 3 || size === 4, kept: false }));
}

function tryVariants(engine, term, scores, run, allowed) {
  const literal = literally(term.replace(/'/g, ""));
  const size = literal.length;
  // A wrong letter inside a Latin word: too much would be near, unless it is long.
  if (size < 2 || size > 24 || (/^[a-z0-9]+$/.test(term) && size < 4)) return;
  if (engine.postings.walked < ENOUGH) tryWays(engine, variantsOf(literal, allowed(size)), scores, run, { spend: EDITS });
}

/** `kept`: also those that keep every character. */
function variantsOf(literal, { wrong, extra, kept = true }) {
  const size = literal.length;
  const any = { kind: "any", value: "" };
  const variants = [];
  const add = (elements, loss) => variants.push({ why: "typo", elements, loss });
  for (let i = 0; kept && i + 1 < size; i++) {
    const swapped = literal.slice();
    [swapped[i], swapped[i + 1]] = [literal[i + 1], literal[i]];
    add(swapped, size < 3 ? FEW_LEFT : 0);
  }
  if (size < 3 || size > 16) return variants;
  const loss = size < 5 ? FEW_LEFT : 0;
  for (let i = 0; i < size; i++) {
    if (kept && i > 0) add([...literal.slice(0, i), any, ...literal.slice(i)], 2);
    if (wrong && i > 0 && i < size - 1) {
      const rest = literal.slice();
      rest[i] = any;
      add(rest, loss + 4);
    }
    if (extra) add(literal.filter((_, at) => at !== i), loss + (i === 0 || i === size - 1 ? 8 : 6));
  }
  return variants;
}
