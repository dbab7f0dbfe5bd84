// What was typed, cut into terms of folded characters.

import { isDigit, isLetter } from "./folding.js";
import { LONGEST } from "./writing.js";

export const MOST_TERMS = 8;
/** Marks that stand within numbers: 7.5.2, 2026-11-26, 4,000. */
const JOINERS = ".-_/:,";
const MOST_CHARACTERS = 400;

/**
 * Cuts a query into terms; `'` stays as a bound of sounds.
 *
 * @param {unknown} query
 * @param {(unit: number) => number} fold
 * @returns {string[]}
 */
export function readTerms(query, fold) {
  if (typeof query !== "string") return [];
  const terms = [];
  let term = "";
  let room = LONGEST;
  const close = () => {
    const plain = term.replace(/^'+|'+$/g, "").replace(/'+/g, "'");
    if (plain) terms.push(plain);
    term = "";
  };
  const end = Math.min(query.length, MOST_CHARACTERS);
  for (let i = 0; i < end && room > 0; i++) {
    const unit = query.charCodeAt(i);
    const code = fold(unit);
    if (code) {
      term += String.fromCharCode(code);
      room--;
    } else if (i > 0 && JOINERS.includes(query[i]) && isNumeral(fold(query.charCodeAt(i - 1)), fold(query.charCodeAt(i + 1)))) {
      continue;
    } else if (unit === 0x27 || unit === 0x2019) term += "'";
    else if (unit > 0x20 && (unit < 0xd800 || unit > 0xdfff) && unit !== 0xa0 && unit !== 0x3000 && isIgnorable(unit)) continue;
    else close();
  }
  close();
  if (terms.length > MOST_TERMS) return [...terms.slice(0, MOST_TERMS - 1), join(terms.slice(MOST_TERMS - 1))];
  return terms;
}

/** Terms that are one sound each are one term: somebody types pinyin with blanks. */
export function joinSounds(terms, syllables) {
  if (terms.length < 2) return terms;
  const last = terms.length - 1;
  const isSound = (term, index) => syllables.has(term) || (index === last && syllables.byPrefix.has(term));
  return terms.every(isSound) ? [join(terms)] : terms;
}

/** Joins terms to one, with a bound between the sounds of two. */
export function join(terms) {
  let joined = terms[0] ?? "";
  for (const term of terms.slice(1)) {
    const apart = isLatin(joined.charCodeAt(joined.length - 1)) && isLatin(term.charCodeAt(0));
    joined += apart ? `'${term}` : term;
  }
  return joined;
}

function isLatin(code) {
  return isLetter(code) || isDigit(code);
}

/** Whether a digit stands before or after, and a digit or letter on the other side. */
function isNumeral(before, after) {
  return (isDigit(before) && isLatin(after)) || (isLatin(before) && isDigit(after));
}

/** Control, format and joining characters, which part no words. */
function isIgnorable(unit) {
  return (
    (unit >= 0x7f && unit <= 0x9f) || unit === 0xad || (unit >= 0x300 && unit <= 0x36f) ||
    (unit >= 0x200b && unit <= 0x200f) || (unit >= 0x202a && unit <= 0x202e) ||
    (unit >= 0x2060 && unit <= 0x206f) || (unit >= 0xfe00 && unit <= 0xfe0f) || unit === 0xfeff
  );
}
