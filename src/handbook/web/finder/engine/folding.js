// What two ways of writing the same thing have in common: case, width, Traditional.

const UNKNOWN = 0xffff;
const KEPT = /^[\p{L}\p{N}]$/u;

/** Stands between two Latin words where a blank or a mark parted them. */
export const GAP = 1;

/** Number of `a` among the characters of a text; the other letters and the digits follow. */
export const FIRST_LETTER = 2;

/** Folded units that have their numbers before any text is read. */
export function fixedUnits() {
  const units = [0, GAP];
  for (let code = 0x61; code <= 0x7a; code++) units.push(code);
  for (let code = 0x30; code <= 0x39; code++) units.push(code);
  return units;
}

/**
 * Makes the folding of single UTF-16 units.
 *
 * @param {string} traditional pairs of a Traditional and its Simplified character
 * @returns {(code: number) => number} folded code, 0 for what is dropped (punctuation,
 *   blanks, control characters, surrogates)
 */
export function makeFolding(traditional) {
  // Most of a text is told by its range; the rest is worked out when it is first met.
  const table = new Uint16Array(65536).fill(UNKNOWN, 0x80);
  for (let code = 0x4e00; code <= 0x9fff; code++) table[code] = code;
  table.fill(0, 0xd800, 0xf900);
  for (const [first, last, to] of PLAIN) for (let i = 0; i <= last - first; i++) table[first + i] = to + i;
  for (let i = 0; i + 1 < traditional.length; i += 2) {
    table[traditional.charCodeAt(i)] = traditional.charCodeAt(i + 1);
  }
  return (code) => {
    const known = table[code];
    if (known !== UNKNOWN) return known;
    return (table[code] = foldUnit(code));
  };
}

/** Letters and digits, narrow and wide: first, last, what the first one folds to. */
const PLAIN = [
  [0x30, 0x39, 0x30], [0x41, 0x5a, 0x61], [0x61, 0x7a, 0x61], [0xff10, 0xff19, 0x30], [0xff21, 0xff3a, 0x61], [0xff41, 0xff5a, 0x61],
];

function foldUnit(code) {
  let character = String.fromCharCode(code);
  if (!KEPT.test(character)) return 0;
  character = character.normalize("NFKC").toLowerCase();
  if (character.length !== 1) {
    const first = character.normalize("NFD")[0] ?? "";
    return KEPT.test(first) ? first.charCodeAt(0) : 0;
  }
  if ("üǖǘǚǜ".includes(character)) return 0x76;
  const base = character.normalize("NFD")[0];
  const folded = /[a-z]/.test(base) ? base : character;
  const result = folded.charCodeAt(0);
  return result === UNKNOWN ? 0 : result;
}

/** Whether a dropped unit parts what stands around it; quotes and blanks do not. */
export function isBreak(unit) {
  switch (unit) {
    case 0x0a: case 0x2c: case 0x2e: case 0x3001: case 0x3002: case 0xff01: case 0xff0c: case 0xff1a: case 0xff1b: case 0xff1f:
      return true;
    default:
      return false;
  }
}

/** Whether a folded code is a Latin letter. */
export function isLetter(code) {
  return code >= 0x61 && code <= 0x7a;
}

/** Whether a folded code is a digit. */
export function isDigit(code) {
  return code >= 0x30 && code <= 0x39;
}

/**
 * Offsets in a written text of ranges of its folded units; reads no further than needed.
 *
 * @param {string} text
 * @param {(code: number) => number} fold
 * @param {[number, number][]} ranges in order, none within another
 * @returns {[number, number][]}
 */
export function offsetsIn(text, fold, ranges) {
  const found = [];
  let kept = 0;
  let next = 0;
  let start = -1;
  let letterBefore = false;
  let parted = false;
  for (let i = 0; i < text.length && next < ranges.length; i++) {
    const code = fold(text.charCodeAt(i));
    if (code === 0) {
      parted = true;
      continue;
    }
    const letter = code >= 0x61 && code <= 0x7a;
    if (letter && letterBefore && parted) kept++; // the gap between two Latin words
    const [from, to] = ranges[next];
    if (start < 0 && kept >= from) start = i;
    kept++;
    if (start >= 0 && kept >= to) {
      found.push([start, i + 1]);
      start = -1;
      next++;
    }
    letterBefore = letter;
    parted = false;
  }
  return found;
}
