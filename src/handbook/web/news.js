// What is new since this reader's last visit: on a page, in lists of changes, at home.

import { siteRoot } from "./base.js";
import { element } from "./finder/elements.js";
import { Seen } from "./finder/news.js";

const LISTED = 5;

/** Mark what is new; visiting a page counts as having seen its changes. */
export function start(document) {
  const known = document.querySelector("[data-known]")?.dataset.known.split(" ") ?? [];
  if (!known.length) return;
  const seen = new Seen(document.defaultView, known);
  markLists(document, seen);
  markPage(document, seen);
}

/** A page's own changes: opened where one is new, with a mark at each clause. */
function markPage(document, seen) {
  const own = document.querySelector(".hb-news");
  if (!own) return;
  const changes = [...own.querySelectorAll("[data-change]")];
  for (const change of changes.filter(({ dataset }) => seen.isNewToday(dataset.change))) {
    own.open = true;
    markNew(document, change);
    for (const id of change.dataset.clauses.split(" ").filter(Boolean)) {
      const heading = document.getElementById(id);
      if (!heading || heading.querySelector(".hb-new")) continue;
      const mark = element(document, "a", { class: "hb-new", href: `#${change.id}` }, "有更新");
      const permalink = heading.querySelector(".headerlink");
      if (permalink) permalink.before(mark);
      else heading.append(mark);
    }
  }
  seen.see(changes.map(({ dataset }) => dataset.change));
}

/** Lists of all changes: the new ones marked, and at home gathered at the top. */
function markLists(document, seen) {
  for (const list of document.querySelectorAll(".hb-changes")) {
    const fresh = [...list.querySelectorAll("[data-change]")].filter(({ dataset }) => seen.isNew(dataset.change));
    if (!fresh.length) continue;
    for (const change of fresh) markNew(document, change);
    const box = boxOf(document, fresh, seen);
    if (isHome(document)) document.querySelector("article h1, article > p")?.after(box);
    else list.before(box);
  }
}

function isHome(document) {
  const here = document.location.href.split(/[#?]/)[0];
  return here === siteRoot() || here === `${siteRoot()}index.html`;
}

function markNew(document, change) {
  change.classList.add("hb-change--new");
  change.querySelector(".hb-change__head")?.append(element(document, "span", { class: "hb-new" }, "新"));
}

function boxOf(document, fresh, seen) {
  const box = element(document, "section", { class: "hb-unread", "aria-label": "还没看过的更新" });
  const done = () => {
    seen.see(fresh.map(({ dataset }) => dataset.change));
    for (const { classList } of fresh) classList.remove("hb-change--new");
    for (const mark of document.querySelectorAll(".hb-changes .hb-new")) mark.remove();
    box.remove();
  };
  const items = fresh.slice(0, LISTED).map((change) => {
    const link = change.querySelector(".hb-change__where a") ?? change.querySelector(".hb-change__head a");
    const summary = change.querySelector(".hb-change__summary")?.textContent ?? "";
    const day = change.querySelector("time")?.textContent ?? "";
    return element(document, "li", {}, element(document, "time", {}, day), " ", element(document, "a", { href: link?.getAttribute("href") ?? "#" }, summary));
  });
  const rest = fresh.length > LISTED ? `，先列 ${LISTED} 项` : "";
  box.append(
    element(document, "p", { class: "hb-unread__title" }, `上次来以后，有 ${fresh.length} 项更新还没看过${rest}`),
    element(document, "ul", {}, ...items),
    element(document, "button", { type: "button", class: "hb-unread__done", click: done }, "都看过了"),
  );
  return box;
}
