// What two ways of writing the same thing have in common: case, width, Traditional.

const UNKNOWN = 0xffff;
const KEPT = /^[\p{L}\p{N}]$/u;

/**
 * Makes the folding of single UTF-16 units.
 *
 * @param {string} traditional pairs of a Traditional and its Simplified character
 * @returns {(code: number) => number} folded code, 0 for what is dropped (punctuation,
 *   blanks, control characters, surrogates)
 */
export function makeFolding(traditional) {
  const table = new Uint16Array(65536).fill(UNKNOWN);
  const compute = (code) => {
    if (code >= 0xd800 && code <= 0xf8ff) return 0;
    let character = String.fromCharCode(code);
    if (!KEPT.test(character)) return 0;
    if (code >= 0x4e00 && code <= 0x9fff) return code;
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
  };
  for (let i = 0; i + 1 < traditional.length; i += 2) {
    table[traditional.charCodeAt(i)] = traditional.charCodeAt(i + 1);
  }
  return (code) => {
    const known = table[code];
    if (known !== UNKNOWN) return known;
    return (table[code] = compute(code));
  };
}

/** Whether a folded code is a Latin letter. */
export function isLetter(code) {
  return code >= 0x61 && code <= 0x7a;
}

/** Whether a folded code is a digit. */
export function isDigit(code) {
  return code >= 0x30 && code <= 0x39;
}

/** Stands between two Latin words where a blank or a mark parted them. */
export const GAP = 1;

/**
 * Folds a text, telling where each kept unit stood.
 *
 * @param {string} text
 * @param {(code: number) => number} fold
 * @param {(code: number, offset: number) => void} keep
 */
export function foldInto(text, fold, keep) {
  let letterBefore = false;
  let parted = false;
  for (let i = 0; i < text.length; i++) {
    const code = fold(text.charCodeAt(i));
    if (code === 0) {
      parted = true;
      continue;
    }
    const letter = code >= 0x61 && code <= 0x7a;
    if (letter && letterBefore && parted) keep(GAP, i);
    keep(code, i);
    letterBefore = letter;
    parted = false;
  }
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
