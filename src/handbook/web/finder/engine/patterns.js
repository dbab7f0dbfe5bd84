// A term read as sounds and characters, and these as classes of characters.

import { LONGEST } from "./writing.js";
import { readSyllables } from "./syllables.js";

/** Readings that are so much dearer than the best one are left out. */
const DEARER = 2.1;
const MOST_WAYS = 6;
const LONGEST_RUN = 40;

/**
 * An element of a term is `{kind, value}`; kinds are `literal` (one character), `latin`
 * (a word), `any`, and those of `Syllables.charactersOf`.
 */
export class Patterns {
  #syllables = null;

  /** `table`: what `readSyllables` takes; read when the first query needs it. */
  constructor(postings, table) {
    this.postings = postings;
    this.table = table;
    this.classes = new Map();
    this.read = new Map();
  }

  get syllables() {
    return (this.#syllables ??= readSyllables(this.table));
  }

  classFor(element) {
    if (element.kind === "any") return this.postings.any;
    const key = element.kind + element.value;
    let set = this.classes.get(key);
    if (!set) {
      const { kind, value } = element;
      const lists = kind === "literal" ? [[value, 1]] : this.syllables.charactersOf(element);
      if (kind === "sound") lists.push([value, 1]);
      set = this.postings.classOf(lists);
      if (this.classes.size > 4000) this.classes.clear();
      this.classes.set(key, set);
    }
    return set;
  }

  /** Elements to classes; Latin words become one class per letter. */
  of(elements) {
    const pattern = [];
    for (const element of elements) {
      if (element.kind === "latin") for (const value of element.value) pattern.push(this.classFor({ kind: "literal", value }));
      else pattern.push(this.classFor(element));
    }
    return pattern.length <= LONGEST ? pattern : pattern.slice(0, LONGEST);
  }

  /**
   * The ways to read a term as elements, best first.
   *
   * @param {string} term
   * @param {{near?: boolean, edits?: number}} options
   * @returns {{cost: number, elements: {kind: string, value: string}[]}[]}
   */
  readings(term, { near = false, edits = 0 } = {}) {
    const key = `${near ? 1 : 0}${edits}${term}`;
    let ways = this.read.get(key);
    if (!ways) {
      ways = near ? nearOf(this.readings(term), this.syllables) : this.cutTerm(term, edits);
      if (this.read.size > 64) this.read.clear();
      this.read.set(key, ways);
    }
    return ways;
  }

  cutTerm(term, edits) {
    let ways = [{ cost: 0, elements: [] }];
    for (const run of term.match(/[a-z0-9']+|[^a-z0-9']/g) ?? []) {
      if (!/[a-z0-9']/.test(run)) {
        for (const way of ways) way.elements.push({ kind: "literal", value: run });
        continue;
      }
      const words = edits ? undefined : this.postings.latin;
      const cuts = this.syllables.cut(run.slice(0, LONGEST_RUN), { words, edits });
      if (cuts.length === 0) return [];
      const grown = [];
      for (const way of ways) {
        for (const cut of cuts) {
          if (edits === 0 && cut.cost > cuts[0].cost + DEARER) continue;
          grown.push({ cost: way.cost + cut.cost, elements: [...way.elements, ...cut.elements] });
        }
      }
      ways = grown.sort((a, b) => a.cost - b.cost).slice(0, edits ? 2 * MOST_WAYS : MOST_WAYS);
    }
    return ways;
  }
}

/** Characters as elements that stand for themselves. */
export function literally(text) {
  return Array.from(text, (value) => ({ kind: "literal", value }));
}

export function hasInitial(elements) {
  return elements.some(({ kind }) => kind === "initial");
}

/** Whether a pattern can stand nowhere. */
export function isHopeless(pattern) {
  return pattern.length === 0 || pattern.some((set) => set.ids !== null && set.ids.length === 0);
}

/** The same ways with every sound widened to those that careless ears take for it. */
function nearOf(ways, syllables) {
  const widened = { literal: "sound", syllable: "near", prefix: "near" };
  return ways.map(({ cost, elements }) => ({
    cost,
    elements: elements.map(({ kind, value }) => {
      const near = kind === "literal" || syllables.has(value) ? widened[kind] : undefined;
      return { kind: near ?? kind, value };
    }),
  }));
}
