// Pinyin: which characters a syllable or an initial may stand for, and how letters are cut.

const ALIASES = { lve: "lue", nve: "nue", lyu: "lv", nyu: "nv", jv: "ju", qv: "qu", xv: "xu", yv: "yu" };
const CUTS = 6;
const EDITED_CUTS = 12;

/** The sound that careless ears and tongues make of a syllable: zhang → zan. */
export function blur(syllable) {
  let first = syllable[0];
  let from = 1;
  if (syllable[1] === "h") from = 2; // zh, ch, sh
  else if (first === "n" || first === "r") first = "l";
  else if (first === "f") first = "h";
  const to = /[aei]ng$/.test(syllable) ? syllable.length - 1 : syllable.length;
  return first + syllable.slice(from, to);
}

/**
 * Reads the table `syllable common|rare;…`.
 *
 * @param {string} table
 */
export function readSyllables(table) {
  /** @type {Map<string, {common: string, rare: string}>} */
  const bySyllable = new Map();
  for (const line of table.split(";")) {
    const blank = line.indexOf(" ");
    if (blank < 1) continue;
    const bar = line.indexOf("|");
    bySyllable.set(line.slice(0, blank), {
      common: line.slice(blank + 1, bar < 0 ? undefined : bar),
      rare: bar < 0 ? "" : line.slice(bar + 1),
    });
  }
  const byBlur = new Map();
  const byPrefix = new Map();
  for (const syllable of bySyllable.keys()) {
    add(byBlur, blur(syllable), syllable);
    for (let end = 1; end <= syllable.length; end++) add(byPrefix, syllable.slice(0, end), syllable);
  }
  return new Syllables(bySyllable, byBlur, byPrefix, table);
}

function add(map, key, value) {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function deletions(word) {
  const shorter = new Set();
  for (let i = 0; i < word.length; i++) shorter.add(word.slice(0, i) + word.slice(i + 1));
  return shorter;
}

/** Whether two words differ by one wrong, missing, extra or swapped letter. */
function oneEdit(a, b) {
  if (Math.abs(a.length - b.length) > 1 || a === b) return false;
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  if (a.length === b.length) {
    if (a.slice(i + 1) === b.slice(i + 1)) return true;
    return a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2);
  }
  return a.length > b.length ? a.slice(i + 1) === b.slice(i) : a.slice(i) === b.slice(i + 1);
}

class Syllables {
  constructor(bySyllable, byBlur, byPrefix, table) {
    this.bySyllable = bySyllable;
    this.byBlur = byBlur;
    this.byPrefix = byPrefix;
    this.deletions = null;
    this.edited = new Map();
    this.table = table;
    this.readings = new Map();
  }

  has(syllable) {
    return this.bySyllable.has(ALIASES[syllable] ?? syllable);
  }

  /** Common readings of a character; rare ones only where it has no others. */
  readingsOf(character) {
    let found = this.readings.get(character);
    if (found) return found;
    const rare = [];
    found = [];
    for (let at = this.table.indexOf(character); at >= 0; at = this.table.indexOf(character, at + 1)) {
      const start = this.table.lastIndexOf(";", at) + 1;
      const line = this.table.slice(start, at);
      (line.includes("|") ? rare : found).push(line.slice(0, line.indexOf(" ")));
    }
    if (!found.length) found = rare;
    this.readings.set(character, found);
    return found;
  }

  /**
   * Characters of a way to write a sound, each list with its grade: 1 as typed,
   * 2 a rare reading or a longer syllable, 3 a sound that is only near.
   *
   * @param {{kind: string, value: string}} element
   * @returns {[string, number][]}
   */
  charactersOf({ kind, value }) {
    const lists = [];
    const exact = (syllable, grade) => {
      const entry = this.bySyllable.get(syllable);
      if (!entry) return;
      lists.push([entry.common, grade]);
      if (entry.rare) lists.push([entry.rare, Math.max(grade, 2)]);
    };
    const typed = ALIASES[value] ?? value;
    if (kind === "syllable" || kind === "swapped") {
      exact(typed, 1);
    } else if (kind === "near") {
      exact(typed, 1);
      for (const other of this.byBlur.get(blur(typed)) ?? []) if (other !== typed) exact(other, 3);
    } else if (kind === "prefix") {
      exact(typed, 1);
      for (const longer of this.byPrefix.get(typed) ?? []) if (longer !== typed) lists.push([this.bySyllable.get(longer).common, 2]);
    } else if (kind === "initial") {
      for (const longer of this.byPrefix.get(value) ?? []) {
        const entry = this.bySyllable.get(longer);
        lists.push([entry.common, 1]);
      }
    } else if (kind === "sound") {
      // A typed Han character that may be the wrong one of its sound.
      for (const syllable of this.readingsOf(value)) {
        exact(syllable, 2);
        for (const other of this.byBlur.get(blur(syllable)) ?? []) if (other !== syllable) exact(other, 3);
      }
    } else if (kind === "edited") {
      for (const syllable of this.editsOf(value)) exact(syllable, 3);
    }
    return lists;
  }

  /** Syllables by what is left of them without one letter; made when first needed. */
  get byDeletion() {
    if (!this.deletions) {
      this.deletions = new Map();
      for (const syllable of this.bySyllable.keys()) {
        for (const shorter of deletions(syllable)) add(this.deletions, shorter, syllable);
        add(this.deletions, syllable, syllable);
      }
    }
    return this.deletions;
  }

  /** Syllables one letter away from a chunk of letters. */
  editsOf(chunk) {
    let found = this.edited.get(chunk);
    if (found) return found;
    found = new Set();
    for (const key of [chunk, ...deletions(chunk)]) {
      for (const syllable of this.byDeletion.get(key) ?? []) if (oneEdit(chunk, syllable)) found.add(syllable);
    }
    if (this.edited.size > 2000) this.edited.clear();
    this.edited.set(chunk, found);
    return found;
  }

  /**
   * Cuts letters into sounds in every sensible way, best first.
   *
   * @param {string} letters a–z and digits; `'` is a bound that no sound may cross
   * @param {{words?: {has: (word: string) => boolean}, open?: boolean, edits?: number}} options
   *   `words`: Latin words of the text, taken whole; `open`: the last sound may be
   *   unfinished; `edits`: how many sounds have one wrong letter; then none may be an
   *   initial alone
   * @returns {{cost: number, elements: {kind: string, value: string}[]}[]}
   */
  cut(letters, { words, open = true, edits = 0 } = {}) {
    const length = letters.length;
    // Ways to cut the rest from each letter on, as lists that share their tails.
    const tails = Array.from({ length: length + 1 }, () => []);
    tails[length].push({ cost: 0, edits: 0, first: null, rest: null });
    for (let at = length - 1; at >= 0; at--) {
      if (letters[at] === "'") {
        tails[at] = tails[at + 1];
        continue;
      }
      const found = [];
      const follow = (end, element, cost, spent = 0) => {
        for (const tail of tails[end]) {
          if (tail.edits + spent > edits) continue;
          found.push({ cost: tail.cost + cost, edits: tail.edits + spent, first: element, rest: tail });
        }
      };
      const bound = letters.indexOf("'", at);
      const limit = bound < 0 ? length : bound;
      for (let end = at + 1; end <= Math.min(limit, at + 7); end++) {
        const chunk = letters.slice(at, end);
        if (this.has(chunk)) {
          // A lone vowel is rarely a syllable by itself.
          const last = open && end === length;
          follow(end, { kind: last ? "prefix" : "syllable", value: chunk }, chunk.length > 1 ? 1 : 2.5);
        } else if (open && end === length && chunk.length > 1 && this.byPrefix.has(chunk) && !/^[zcs]h$/.test(chunk)) {
          follow(end, { kind: "prefix", value: chunk }, 1.2);
        }
        if (edits === 0 && (chunk.length === 1 || /^[zcs]h$/.test(chunk))) {
          if (this.byPrefix.has(chunk)) follow(end, { kind: "initial", value: chunk }, chunk.length > 1 ? 1.9 : 2);
        }
        if (edits && chunk.length > 1) {
          if (this.editsOf(chunk).size) follow(end, { kind: "edited", value: chunk }, 4, 1);
        }
        if (edits && end + 1 < limit) this.cutSwapped(letters, at, end, limit, tails, edits, found);
      }
      if (words) {
        for (let end = at + 2; end <= limit; end++) {
          const chunk = letters.slice(at, end);
          // Two letters that stand somewhere as a word are more often part of a sound.
          if (words.has(chunk)) follow(end, { kind: "latin", value: chunk }, chunk.length > 3 || (at === 0 && end === length) ? 1 : chunk.length === 3 ? 3.5 : 4.2);
        }
      }
      if (isDigitAt(letters, at)) follow(at + 1, { kind: "latin", value: letters[at] }, 0);
      found.sort((a, b) => a.cost - b.cost);
      tails[at] = edits ? found.filter(({ edits: spent }) => spent === 0).slice(0, 2) : found.slice(0, CUTS);
      if (edits) tails[at].push(...found.filter(({ edits: spent }) => spent > 0).slice(0, EDITED_CUTS));
    }
    return tails[0].filter((way) => way.edits === edits).map((way) => {
      const elements = [];
      for (let link = way; link.first; link = link.rest) elements.push(link.first);
      return { cost: way.cost, elements };
    });
  }

  /** Two sounds whose last and first letter changed places: yi·sn·u for yin·su. */
  cutSwapped(letters, at, end, limit, tails, edits, found) {
    const first = letters.slice(at, end) + letters[end + 1];
    if (!this.has(first)) return;
    for (let last = end + 2; last <= Math.min(limit, end + 7); last++) {
      const second = letters[end] + letters.slice(end + 2, last);
      if (!this.has(second)) continue;
      for (const tail of tails[last]) {
        if (tail.edits + 1 > edits) continue;
        const rest = { cost: tail.cost, edits: tail.edits, first: { kind: "swapped", value: second }, rest: tail };
        found.push({ cost: tail.cost + 5, edits: tail.edits + 1, first: { kind: "syllable", value: first }, rest });
      }
    }
  }

  /** Cuts letters into initials only: `zhj` → zh·j and z·h·j. */
  cutInitials(letters) {
    const ways = [];
    const plain = letters.replace(/'/g, "");
    if (!/^[a-z]+$/.test(plain)) return ways;
    const single = [...plain].map((value) => ({ kind: "initial", value }));
    if (!single.every(({ value }) => this.byPrefix.has(value))) return ways;
    const double = plain.match(/[zcs]h|[a-z]/g).map((value) => ({ kind: "initial", value }));
    if (double.length < single.length && double.length > 1) ways.push(double);
    ways.push(single);
    return ways;
  }
}

function isDigitAt(text, at) {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}
