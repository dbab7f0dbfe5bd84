// Which strings of the text may be meant by sounds, initials or a mistyped term.
//
// A query by sound fits many strings. Each string that fits is weighed once: by how it
// came about, by how often it stands in titles, keywords and texts, and by whether it
// is made of whole words. Entries are then those of the weightiest strings.

import { KEYED } from "./folded-text.js";
import { BASE, breachOf, isWanted, placeWorth } from "./matching.js";
import { isHopeless, literally } from "./patterns.js";
import { FIELDS } from "./writing.js";

/** What one occurrence counts, by field; in long texts less, where every word stands. */
const COUNTED = [4, 4, 1, 1, 2, 1, 0.25];
const SHORT = 60;
/** Of a text that counts less, a row shows too little. */
const IN_SIGHT = 0.5;
/** What a character costs that is read in a rare way, or only nearly so. */
const STRANGER = 3;
/** What doubling the occurrences is worth. */
const OFTEN = 1.4;
/** Cost of a known word, of each of nine weights it lacks, of an unknown character. */
const WORD = 3;
const LACKING = 0.5;
const UNKNOWN = 8;
/** What a string costs that begins or ends inside a known word. */
const INSIDE = 4;
const SAMPLES = 4;
/** Strings that are weighed exactly; roughly, what a word weighs more than no word. */
const MOST_WEIGHED = 160;
const A_WORD = 12;
/** Postings after which less likely ways to read a term are left out. */
const SPEND = 120000;
/** Strings that are kept apart when rows are chosen; one bit each. */
const MOST_MEANINGS = 30;
/** Strings whose entries are looked up in any case, and in each of them at most so many. */
const STRINGS = 8;
const MANY_STRINGS = 12;
/** Words with two initials that are weighed; so many that no others are looked for. */
const MOST_WORDS = 40;
const MANY_WORDS = 6;
/** Characters of a handbook that is too large to look at every pair for this. */
const LARGE = 300000;
const EVERY = { named: Infinity, others: Infinity, also: Infinity };
const LIKELY = { named: 200, others: 60, also: 20 };
const OTHERS = { named: 40, others: 24, also: 8 };
const ONE = { named: 60, others: 20, also: 6 };
/** So many in titles and keywords make those in texts matter little. */
const ENOUGH_NAMED = 8;
/** Occurrences that are looked at to find strings, per pattern and field. */
const MOST_SEEN = 20000;

/** A string of the text that may be meant. */
class Candidate {
  constructor(way, base, position, length) {
    this.way = way;
    this.base = base;
    this.length = length;
    this.count = 0;
    this.positions = [position];
    this.worth = 0;
  }
}

/**
 * Finds the entries of the strings that some patterns may mean.
 *
 * @param {Engine} engine
 * @param {{why: string, elements: object[], loss?: number}[]} ways
 * @param {Scores} scores
 * @param {Run} run
 * @param {{enough?: number, every?: boolean, typed?: string}} options `typed`: the folded
 *   characters of the term; a string that is just these stands there as it was typed
 * @returns {number} how likely the best string is to be meant, whatever was typed
 */
export function decode(engine, ways, scores, run, { enough = run.limit * 3, every = false, typed = "" } = {}) {
  const found = new Map();
  const most = engine.postings.walked + SPEND;
  for (const { why, elements, loss = 0 } of ways) {
    if (found.size > 0 && engine.postings.walked > most) break;
    const pattern = engine.patterns.of(elements);
    if (isHopeless(pattern)) continue;
    const way = { why, base: BASE[why] - loss, pattern };
    if (pattern.length === 1) collectOne(engine, way, found);
    else if (pattern.length !== 2 || !isInitials(elements) || !collectWords(engine, elements, way, found)) collect(engine, way, found);
  }
  const strings = mostOften(engine, [...found.values()]);
  for (const string of strings) string.worth = string.base + worthOf(engine, string);
  strings.sort((a, b) => b.worth - a.worth || a.positions[0] - b.positions[0]);
  let listed = 0;
  const least = run.meanings === null ? STRINGS : MANY_STRINGS;
  const best = strings.length ? strings[0].worth - strings[0].base : -Infinity;
  for (const string of strings) {
    if (listed >= least && scores.count >= enough && !every) break;
    const most = every ? EVERY : string.length === 1 ? ONE : listed < 3 ? LIKELY : OTHERS;
    list(engine, string, scores, run, most, typed);
    listed++;
  }
  return best;
}

const isInitials = (elements) => elements.every(({ kind }) => kind === "initial");

/**
 * The heaviest words that two letters are the initials of; tells whether there are so
 * many that other strings need not be looked for.
 */
function collectWords(engine, elements, { why, base }, found) {
  const { lexicon, postings } = engine;
  const letters = elements.map(({ value }) => value);
  const count = lexicon.beginningWith(letters, MOST_WORDS, ([first, second]) => {
    const string = new Candidate(why, base, 0, 2);
    string.positions.length = 0;
    for (const field of engine.postings.filled) {
      const [from, to] = postings.pairIn(first, second, field);
      string.count += (to - from) * countedIn(engine, field);
      for (let i = from; i < to && string.positions.length < SAMPLES; i++) string.positions.push(postings.positions[i]);
    }
    if (string.count > 0) found.set(first * KEYED + second, string);
  });
  return count >= MANY_WORDS && postings.positions.length > LARGE;
}

/** The strings that stand often, and all that are words. */
function mostOften({ lexicon, postings }, strings) {
  if (strings.length <= MOST_WEIGHED) return strings;
  const rough = Float64Array.from(strings, ({ base, count, positions: [position], length }) => {
    const word = length <= 4 && lexicon.get(postings.keyAt(position, length)) !== undefined;
    return base + OFTEN * Math.log2(1 + count) + (word ? A_WORD : 0);
  });
  const least = rough.slice().sort()[strings.length - MOST_WEIGHED];
  return strings.filter((_, index) => rough[index] >= least);
}

/** Every string that fits a pattern, with how often it stands where. */
function collect(engine, { why, base, pattern }, found) {
  const { postings } = engine;
  const length = pattern.length;
  let last = null;
  let lastKey = -1;
  for (const field of engine.postings.filled) {
    const counted = countedIn(engine, field);
    let left = MOST_SEEN;
    postings.scan(pattern, field, (position, grades) => {
      const key = length <= 4 ? postings.keyAt(position, length) : postings.textAt(position, length);
      if (key !== lastKey) {
        lastKey = key;
        const value = base - STRANGER * (grades - length);
        last = found.get(key);
        if (last === undefined) {
          last = new Candidate(why, value, position, length);
          found.set(key, last);
        } else {
          if (last.positions.length < SAMPLES) last.positions.push(position);
          if (last.base < value) {
            last.base = value;
            last.way = why;
          }
        }
      }
      last.count += postings.brokenIn(position, length) ? counted / 8 : counted;
      return --left <= 0;
    });
  }
}

function countedIn({ postings }, field) {
  return COUNTED[field] * Math.min(1, SHORT / postings.lengthOf(field));
}

/** The characters of a class; their number is known without looking at each place. */
function collectOne(engine, { why, base, pattern: [set] }, found) {
  const { positions, starts } = engine.postings;
  for (const id of set.ids) {
    let string = found.get(id);
    for (const field of engine.postings.filled) {
      const from = starts[field][id];
      const here = starts[field][id + 1] - from;
      if (here === 0) continue;
      if (string === undefined) {
        string = new Candidate(why, base - STRANGER * (set.bits[id] - 1), positions[from], 1);
        found.set(id, string);
      }
      string.count += here * countedIn(engine, field);
    }
  }
}

/** How likely a string is to be meant, whatever was typed. */
function worthOf(engine, { positions, count, length }) {
  const { lexicon, postings } = engine;
  const { text } = postings;
  const start = positions[0];
  // The cheapest way to make the string of words and unknown characters.
  const costs = [0];
  for (let end = 1; end <= length; end++) {
    let least = Infinity;
    let key = 0;
    let scale = 1;
    for (let begin = end - 1; begin >= 0 && begin >= end - 4; begin--) {
      key += text[start + begin] * scale;
      scale *= KEYED;
      const weight = lexicon.get(key);
      if (weight === undefined && begin < end - 1) continue;
      const cost = costs[begin] + (weight === undefined ? UNKNOWN : WORD + LACKING * (9 - weight));
      if (cost < least) least = cost;
    }
    costs.push(least);
  }
  let worth = OFTEN * Math.log2(1 + count) + 9 - costs[length];
  let cut = 0;
  for (const position of positions) {
    if (isInside(lexicon, postings, position)) cut++;
    if (isInside(lexicon, postings, position + length)) cut++;
  }
  worth -= (INSIDE * cut) / positions.length;
  return worth;
}

/** Whether a place lies inside a known word. */
function isInside(lexicon, { text }, position) {
  const before = text[position - 1];
  const after = text[position];
  if (before === 0 || after === 0) return false;
  const pair = before * KEYED + after;
  if (lexicon.get(pair) !== undefined) return true;
  if (text[position + 1] !== 0 && lexicon.get(pair * KEYED + text[position + 1]) !== undefined) return true;
  return text[position - 2] !== 0 && lexicon.get(text[position - 2] * KEYED * KEYED + pair) !== undefined;
}

/** Scores the entries in which a string stands. */
function list(engine, { way: why, positions, length, worth }, scores, run, most, typed) {
  const { postings } = engine;
  const word = postings.textAt(positions[0], length);
  const pattern = engine.patterns.of(literally(word));
  const meaning = { why: word === typed ? "literal" : why, word, worth, patterns: [pattern] };
  const way = run.ways.push(meaning) - 1;
  let bit = 0;
  if (run.meanings !== null && run.meanings.length < MOST_MEANINGS) bit = 1 << (run.meanings.push(meaning) - 1);
  const breach = breachOf(why);
  // That a title is just this word says little when only two letters were typed.
  const named = why === "initials" && length < 3 ? 2 : 6;
  let begun = 0;
  let until = 0;
  let seen = 0;
  for (const field of engine.postings.filled) {
    const few = field < 2 ? most.named : seen >= ENOUGH_NAMED ? most.also : most.others;
    let left = few;
    const masks = field < 2 ? run.named : countedIn(engine, field) >= IN_SIGHT ? run.masks : null;
    postings.scan(pattern, field, (position) => {
      if (position >= begun && position < until) return false;
      const segment = postings.segmentAt(position);
      const owner = postings.segmentOwner[segment];
      begun = postings.segmentStart[segment];
      until = postings.segmentStart[segment + 1];
      if (!isWanted(owner, run)) return false;
      let value = worth + placeWorth(engine, field, segment, position, length, owner, named);
      if (postings.brokenIn(position, length)) value -= breach;
      scores.raise(owner, value, way);
      if (bit !== 0 && masks !== null) masks.add(owner, bit);
      return --left <= 0;
    });
    if (few !== Infinity) seen += few - left;
  }
}
