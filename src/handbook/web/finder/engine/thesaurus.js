// What is used for a word: by this handbook's own synonyms, else by anybody.

import { EVERYDAY } from "./everyday.js";

/** How much a word of the handbook's own group says that another was meant; of any other group. */
const OWN = 1;
const ANYBODY = 0.7;
/** Words found in one query, and words used for each. */
const MOST_WORDS = 6;
const MOST_OTHERS = 16;

export class Thesaurus {
  /**
   * @param {Map<string, string[]>} synonyms the handbook's own, folded
   * @param {string} everyday groups of words, a line each
   */
  constructor(synonyms, everyday = EVERYDAY) {
    this.synonyms = synonyms;
    this.groups = [];
    /** Numbers of the groups that have a word. */
    this.byWord = new Map();
    this.longest = 0;
    for (const word of synonyms.keys()) this.longest = Math.max(this.longest, word.length);
    for (const line of everyday.split("\n")) {
      if (!line || line.startsWith("#")) continue;
      const words = line.toLowerCase().split(" ");
      for (const word of words) {
        const known = this.byWord.get(word);
        if (known) known.push(this.groups.length);
        else this.byWord.set(word, [this.groups.length]);
        this.longest = Math.max(this.longest, word.length);
      }
      this.groups.push(words);
    }
  }

  has(word) {
    return this.synonyms.has(word) || this.byWord.has(word);
  }

  /**
   * Words that are used for a word, the handbook's own first.
   *
   * @param {string} word
   * @returns {Map<string, number>} with how much each says, up to 1
   */
  of(word) {
    const others = new Map();
    for (const other of this.synonyms.get(word) ?? []) others.set(other, OWN);
    for (const group of this.byWord.get(word) ?? []) {
      for (const other of this.groups[group]) if (other !== word && !others.has(other)) others.set(other, ANYBODY);
    }
    return new Map([...others].slice(0, MOST_OTHERS));
  }

  /** What anybody uses for a word, the handbook's own synonyms left out. */
  everyday(word) {
    return [...this.of(word)].filter(([, share]) => share !== OWN).map(([other]) => other);
  }

  /**
   * Words that stand in what was typed, the longest first, none within another.
   *
   * @param {{kind: string, value: string}[]} elements
   * @returns {{word: string, at: number}[]}
   */
  wordsIn(elements) {
    const words = [];
    for (let at = 0; at < elements.length; at++) {
      let word = "";
      let longest = "";
      for (let end = at; end < elements.length && word.length < this.longest && elements[end].kind === "literal"; end++) {
        word += elements[end].value;
        if (this.has(word)) longest = word;
      }
      if (!longest) continue;
      words.push({ word: longest, at });
      at += longest.length - 1;
    }
    return words.slice(0, MOST_WORDS);
  }
}
