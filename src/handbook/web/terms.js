// Words of the trade: the first of each on a page is marked, and says what it means.

import { siteRoot } from "./base.js";

const WITHOUT = [
  "a", "button", "code", "pre", "kbd", "label", "select", "summary", "svg", "script", "style", "textarea",
  "h1", "h2", "h3", "h4", "h5", "h6", "th",
  // Words to be said or copied, words not to be said, paper, and what examines.
  ".hb-words", ".hb-fact--never", ".hb-fact--keywords", ".hb-fact--variants", ".hb-phrase__title",
  ".hb-sheet", ".hb-status", ".hb-fresh", ".hb-wording", ".hb-glossary", ".hb-basis", ".hb-basis-table", ".hb-path", ".hb-map", ".quiz", ".hf-dialog", ".headerlink",
].join(",");

const LATIN = /[A-Za-z0-9]/;
const MARGIN = 8;

/** A pattern of all words, the longest first, so that 回访处理率 is not 回访. */
export function patternOf({ terms, others }) {
  const words = [...new Set([...terms.flatMap((term) => term.words), ...others])].filter(Boolean);
  if (!words.length) return null;
  words.sort((a, b) => b.length - a.length);
  return new RegExp(words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "g");
}

/** Cuts a text at the first of each term not seen before; marks it as seen. */
export function cut(text, pattern, termOf, seen) {
  const pieces = [];
  let from = 0;
  for (const found of text.matchAll(pattern)) {
    const word = found[0];
    const term = termOf.get(word);
    const before = text[found.index - 1] ?? "";
    const after = text[found.index + word.length] ?? "";
    const inside = (LATIN.test(word[0]) && LATIN.test(before)) || (LATIN.test(word.at(-1)) && LATIN.test(after));
    if (!term || seen.has(term.id) || inside) continue;
    seen.add(term.id);
    if (found.index > from) pieces.push({ text: text.slice(from, found.index) });
    pieces.push({ text: word, term });
    from = found.index + word.length;
  }
  if (!pieces.length) return pieces;
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

/** Where a tip stands: below its word, above it where there is no room; never off the side. */
export function placeOf(word, tip, view) {
  const below = word.bottom + tip.height + MARGIN <= view.height;
  const top = below || word.top < tip.height + MARGIN ? word.bottom : word.top - tip.height;
  const left = Math.max(MARGIN, Math.min(word.left, view.width - tip.width - MARGIN));
  return { left, top };
}

/** Marks the terms below an element. Returns how many. */
export function mark(root, data, tips) {
  const document = root.ownerDocument;
  const pattern = patternOf(data);
  if (!pattern) return 0;
  const termOf = new Map(data.terms.flatMap((term) => term.words.map((word) => [word, term])));
  const seen = new Set();
  const walker = document.createTreeWalker(root, 4 /* text */, {
    acceptNode: (node) => (node.parentElement.closest(WITHOUT) ? 2 : 1),
  });
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  for (const node of nodes) {
    const pieces = cut(node.data, pattern, termOf, seen);
    if (!pieces.length) continue;
    node.replaceWith(...pieces.map(({ text, term }) => (term ? tips.word(text, term) : text)));
  }
  return seen.size;
}

/** The explanations of a page: hidden, read aloud with their word, shown one at a time. */
class Tips {
  constructor(document) {
    this.document = document;
    this.view = document.defaultView;
    this.box = document.createElement("div");
    this.box.className = "hb-tips";
    this.shown = null;
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.hide();
    });
    document.addEventListener("pointerdown", (event) => {
      if (this.shown && !this.shown.word.contains(event.target) && !this.shown.tip.contains(event.target)) this.hide();
    });
  }

  word(text, term) {
    const tip = this.document.createElement("div");
    tip.className = "hb-tip";
    tip.id = `hb-tip-${term.id}`;
    tip.setAttribute("role", "tooltip");
    tip.hidden = true;
    const name = this.document.createElement("b");
    name.textContent = text === term.words[0] ? text : `${text}（${term.words[0]}）`;
    tip.append(name, term.says);
    this.box.append(tip);

    const word = this.document.createElement("abbr");
    word.className = "hb-term";
    word.tabIndex = 0;
    word.setAttribute("aria-describedby", tip.id);
    word.textContent = text;
    const show = () => this.show(word, tip);
    word.addEventListener("focus", show);
    word.addEventListener("click", show);
    word.addEventListener("blur", () => this.hide());
    // One may move onto the explanation, to select it; leaving both hides it.
    for (const part of [word, tip]) {
      part.addEventListener("pointerenter", (event) => {
        if (event.pointerType === "mouse") show();
      });
      part.addEventListener("pointerleave", (event) => {
        if (event.pointerType === "mouse" && this.document.activeElement !== word) this.hideSoon();
      });
    }
    return word;
  }

  show(word, tip) {
    this.view.clearTimeout(this.waiting);
    if (this.shown?.tip === tip) return;
    this.hide();
    this.shown = { word, tip };
    tip.hidden = false;
    const { clientWidth: width, clientHeight: height } = this.document.documentElement;
    const at = placeOf(word.getClientRects()[0], tip.getBoundingClientRect(), { width, height });
    tip.style.left = `${at.left + this.view.scrollX}px`;
    tip.style.top = `${at.top + this.view.scrollY}px`;
  }

  hideSoon() {
    this.view.clearTimeout(this.waiting);
    this.waiting = this.view.setTimeout(() => this.hide(), 200);
  }

  hide() {
    this.view.clearTimeout(this.waiting);
    if (this.shown) this.shown.tip.hidden = true;
    this.shown = null;
  }
}

function load(document, source) {
  const view = document.defaultView;
  return new Promise((resolve, reject) => {
    const tag = document.createElement("script");
    tag.src = source;
    tag.async = true;
    tag.addEventListener("load", () => resolve(view.handbookTerms));
    tag.addEventListener("error", () => reject(new Error(source)));
    document.head.append(tag);
  });
}

/** Explain the terms of a page once nothing more urgent is left to do. */
export function start(document) {
  const article = document.querySelector("article");
  if (!article || article.querySelector(".quiz--exam, .hb-glossary")) return;
  const view = document.defaultView;
  const work = async () => {
    const data = await load(document, new URL("assets/terms.js", siteRoot()).href).catch(() => null);
    if (!Array.isArray(data?.terms) || !Array.isArray(data.others)) return; // no glossary: the page is whole without
    const tips = new Tips(document);
    if (mark(article, data, tips)) document.body.append(tips.box);
  };
  if (view.requestIdleCallback) view.requestIdleCallback(work, { timeout: 3000 });
  else view.setTimeout(work, 200);
}
