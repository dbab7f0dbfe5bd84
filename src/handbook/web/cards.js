// Phrase cards: the page's part of an address, which the Markdown cannot know.

import { siteRoot } from "./base.js";

/** Give each card of a script page its address, as the finder names it. */
export function start(document) {
  const page = decodeURI(document.location.href)
    .split("#")[0]
    .slice(siteRoot().length)
    .replace(/\.html$/, ".md");
  for (const card of document.querySelectorAll(".hb-phrase[data-id]:not([data-address])")) {
    card.dataset.address = `${page}#${card.dataset.id}`;
  }
}
