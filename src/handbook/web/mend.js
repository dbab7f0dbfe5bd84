// 这里不对: what a reader selects becomes a report. Nothing is sent from here.

import { copyText } from "./finder/copying.js";
import { element } from "./finder/elements.js";
import { issueAddress, reportOf, shortened, titleOf } from "./reports.js";
import { placeOf } from "./terms.js";

const SECTIONS = "h2[id], h3[id], h4[id], h5[id]";
/** Not for reports: an exam's words stay where they are, and a field has its own. */
const WITHOUT = ".quiz, .hf-dialog, .hb-mend, input, textarea, select";
const SHORTEST = 2;
const HEADLINE = "h1";
/** Pixels that a phone's handles of a selection need. */
const HANDLES = 8;

/** Offers a report at the foot of a page, and beside what is selected on it. */
export function start(document) {
  const line = document.querySelector(".hb-mend");
  const article = line?.closest("article");
  if (!article || line.dataset.started) return;
  line.dataset.started = "";
  new Mending(document, article, line).mount();
}

class Mending {
  constructor(document, article, line) {
    this.document = document;
    this.view = document.defaultView;
    this.article = article;
    this.line = line;
    /** What is selected, or was before a button took the focus. */
    this.range = null;
    this.here = element(
      document,
      "button",
      { type: "button", class: "hb-mend-here", hidden: true, title: "Alt+J", "aria-keyshortcuts": "Alt+J", pointerdown: (event) => event.preventDefault(), click: () => this.open() },
      "这里不对",
    );
    this.dialog = null;
  }

  mount() {
    const { document, line } = this;
    line.append(element(document, "button", { type: "button", class: "hb-mend__report", "aria-haspopup": "dialog", click: () => this.open() }, "这里不对"));
    (document.querySelector(".md-container") ?? document.body).append(this.here);
    let due = 0;
    document.addEventListener("selectionchange", () => {
      this.view.clearTimeout(due);
      due = this.view.setTimeout(() => this.follow(), 120); // a selection still grows
    });
    document.addEventListener("scroll", () => !this.here.hidden && this.place(), { passive: true });
    document.addEventListener("keydown", (event) => {
      if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyJ" && this.selected()) {
        event.preventDefault();
        this.open();
      }
    });
  }

  /** What is selected on the page, if it is something to report. */
  selected() {
    const selection = this.document.getSelection();
    if (!selection?.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const within = range.commonAncestorContainer;
    const around = within.nodeType === 1 ? within : within.parentElement;
    if (!this.article.contains(around) || around.closest(WITHOUT)) return null;
    return selection.toString().trim().length >= SHORTEST ? range : null;
  }

  follow() {
    if (this.dialog?.open || this.document.activeElement === this.here) return;
    this.range = this.selected();
    this.here.hidden = !this.range;
    if (this.range) this.place();
  }

  place() {
    const rects = this.range?.getClientRects();
    const last = rects?.[rects.length - 1];
    if (!last) return;
    const { innerWidth: width, innerHeight: height } = this.view;
    const box = this.here.getBoundingClientRect();
    const { left, top } = placeOf(last, box, { width, height });
    const clear = top + (top >= last.bottom ? HANDLES : -HANDLES);
    this.here.style.left = `${left}px`;
    this.here.style.top = `${Math.max(HANDLES, Math.min(clear, height - box.height - HANDLES))}px`; // in sight, wherever the words are
  }

  /** The last section that begins before a place of the page. */
  sectionAt(node) {
    const before = [...this.article.querySelectorAll(SECTIONS)].filter((one) => one.contains(node) || one.compareDocumentPosition(node) & 4 /* following */);
    return before.at(-1);
  }

  /** What is to be told, without the reader's own words. */
  fault() {
    const { document, line, range } = this;
    const section = range && this.sectionAt(range.startContainer);
    const { protocol, href } = document.location;
    const id = section?.id ?? "";
    return {
      page: textOf(this.article.querySelector(HEADLINE)) || document.title,
      path: line.dataset.path,
      clause: section ? textOf(section) : "",
      id,
      words: range ? shortened(range.toString()) : "",
      wrong: "",
      // A file's own address would tell where this user keeps it.
      address: protocol.startsWith("http") ? `${href.split(/[?#]/)[0]}${id && `#${encodeURIComponent(id)}`}` : "",
    };
  }

  open() {
    this.range = this.selected() ?? this.range;
    const fault = this.fault();
    this.here.hidden = true;
    this.dialog?.remove();
    this.dialog = this.dialogOf(fault);
    this.document.body.append(this.dialog);
    const opener = this.document.activeElement;
    this.dialog.addEventListener("keydown", (event) => event.stopPropagation()); // the theme turns pages by n and p
    this.dialog.addEventListener("close", () => {
      this.range = null;
      this.dialog.remove();
      opener?.focus?.({ preventScroll: true });
    });
    this.dialog.showModal();
    this.dialog.querySelector("textarea").focus();
  }

  dialogOf(fault) {
    const { document } = this;
    const { owner, host, issue, titleField, bodyField } = this.line.dataset;
    const make = (...values) => element(document, ...values);
    const wrong = make("textarea", { class: "hb-mend-wrong", rows: "4", maxlength: "600", id: "hb-mend-wrong" });
    const status = make("p", { class: "hb-mend-status", role: "status" });
    const told = () => ({ ...fault, wrong: wrong.value });
    const copy = async (said) => {
      const done = await copyText(document, `${titleOf(told())}\n\n${reportOf(told())}`, dialog);
      status.textContent = done ? said : "这个浏览器不让复制。请选中上面的字，手动复制。";
    };
    const submit =
      issue &&
      make(
        "a",
        { class: "hb-mend-main", target: "_blank", rel: "noreferrer noopener", click: () => void copy("报告也复制好了：打开的页面要是空的，粘贴进去就行。") },
        `到 ${host} 提交`,
      );
    const point = () => submit && (submit.href = issueAddress({ url: issue, title: titleField, body: bodyField }, told()));
    wrong.addEventListener("input", point);
    point();
    const to = owner ? `页面负责人（${owner}）或者培训师` : "培训师";
    const dialog = make(
      "dialog",
      { class: "hb-mend-dialog", "aria-labelledby": "hb-mend-title" },
      make("h2", { id: "hb-mend-title" }, "这里不对"),
      make("p", { class: "hb-mend-where" }, `${fault.page}${fault.clause ? ` › ${fault.clause}` : ""}`),
      fault.words ? make("blockquote", {}, fault.words) : make("p", { class: "hb-mend-note" }, "先在页面上选中不对的字，再点“这里不对”，报告里就会带上原文。"),
      make("label", { for: "hb-mend-wrong" }, "哪里不对，应该怎么写？（可以先不填）"),
      wrong,
      make("p", { class: "hb-mend-note" }, issue ? `会打开 ${host} 的新页面，内容已经填好；您在那里点了提交才会发出。不要写客户的姓名和号码。` : `复制以后发给${to}。手册自己不发送任何内容。不要写客户的姓名和号码。`),
      status,
      make(
        "div",
        { class: "hb-mend-actions" },
        submit,
        make("button", { type: "button", class: issue ? "" : "hb-mend-main", click: () => copy(`报告已复制，可以粘贴发给${to}。`) }, "复制报告"),
        make("button", { type: "button", click: () => dialog.close() }, "关闭"),
      ),
    );
    return dialog;
  }
}

/** A heading's words, without its permanent link and what scripts have put into it. */
function textOf(heading) {
  const plain = heading?.cloneNode(true);
  for (const extra of plain?.querySelectorAll(".headerlink, button, .hb-tag") ?? []) extra.remove();
  return plain?.textContent.trim() ?? "";
}
