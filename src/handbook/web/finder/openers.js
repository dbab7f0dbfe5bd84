// The ways into the finder from a page: buttons, keys, and the phrases that stand there.

import { copyText } from "./copying.js";
import { element, lens } from "./elements.js";
import { opens } from "./keys.js";

const TYPING = "input, textarea, select, [contenteditable]";
const SAID_MS = 2500;

/** Adds the button in the head of a page, and the round one for thumbs. */
export function addOpeners(document, open) {
  const act = (event) => open(event.currentTarget);
  const header = document.querySelector(".md-header__inner");
  header?.append(
    element(
      document,
      "button",
      { type: "button", class: "hf-open", "aria-haspopup": "dialog", "aria-keyshortcuts": "/ Control+K Meta+K", title: "查话术、条款和页面（按 /）", "aria-label": "查话术", click: act },
      lens(document),
      element(document, "span", {}, "查话术"),
      element(document, "kbd", { "aria-hidden": "true" }, "/"),
    ),
  );
  const round = element(document, "button", { type: "button", class: "hf-float", "aria-haspopup": "dialog", "aria-label": "查话术", click: act }, lens(document), "查");
  (document.querySelector(".md-container") ?? document.body).append(round);
}

/** Listens for the keys that open the finder. */
export function addPageKeys(document, open) {
  document.addEventListener("keydown", (event) => {
    const way = opens(event);
    if (!way || (way === "slash" && event.target.closest?.(`${TYPING}, .hf-dialog`))) return;
    event.preventDefault();
    open();
  });
}

/**
 * Gives each phrase that stands on the page a button to copy it.
 *
 * @param {Document} document
 * @param {object} on
 * @param {(button: Element, id: string) => void} on.fill asked for words with blanks
 * @param {(id: string, text: string, title: string) => void} on.copied
 */
export function addCopyButtons(document, on) {
  for (const section of document.querySelectorAll(".hb-phrase[data-address]:not([data-copy])")) {
    const quote = section.querySelector("blockquote");
    if (!quote) continue;
    section.dataset.copy = "";
    const id = section.dataset.address;
    const title = section.querySelector("h2, h3, h4, h5, h6");
    const name = (title?.firstChild?.textContent ?? "这句话").trim();
    const blanks = /【[^【】]+】/.test(quote.textContent);
    const said = element(document, "span", { class: "hf-said", role: "status" });
    const copy = async () => {
      const words = [...quote.querySelectorAll("p")].map((p) => p.textContent.trim()).join("\n") || quote.textContent.trim();
      const done = await copyText(document, words);
      if (done) on.copied(id, words, name);
      said.textContent = done ? "已复制" : "没能复制，请手动选中";
      document.defaultView.setTimeout(() => (said.textContent = ""), SAID_MS);
    };
    const button = element(
      document,
      "button",
      { type: "button", class: "hf-copy", "aria-label": blanks ? `填空并复制：${name}` : `复制：${name}`, click: () => (blanks ? on.fill(button, id) : copy()) },
      blanks ? "填空并复制" : "复制",
    );
    quote.after(element(document, "p", { class: "hf-copyline" }, button, said));
  }
}

/** Ids of what a page is about: itself, the cards on it, and where its links lead. */
export function idsHere(document, root, entries) {
  const site = plain(root);
  const address = (href) => plain(href).slice(site.length).replace(/\?[^#]*/, "");
  const path = address(document.location.href).split("#")[0];
  const here = (path.endsWith("/") || !path ? `${path}index.html` : path).replace(/\.html$/, ".md");
  const links = [...document.querySelectorAll("article a[href]")].map((a) => address(a.href));
  const linked = new Set(links.filter((url) => url.includes("#")));
  const shown = [...document.querySelectorAll("article [data-address]")].map(({ dataset }) => dataset.address);
  const phrases = entries.filter(({ kind }) => kind === "phrase");
  return [
    ...shown,
    ...phrases.filter(({ id }) => id.startsWith(`${here}#`)).map(({ id }) => id),
    ...phrases.filter(({ basis }) => basis?.some((clause) => clause.startsWith(`${here}#`))).map(({ id }) => id),
    ...phrases.filter(({ url }) => linked.has(url)).map(({ id }) => id),
  ];
}

/** An address as it is read; one that is no proper address as it stands. */
function plain(href) {
  try {
    return decodeURI(href);
  } catch {
    return href;
  }
}
