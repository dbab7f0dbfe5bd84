/** The paper of a sitting: answers, time, what is still open, hand-in. */

import { progressOf } from "./answers.js";
import { clashOf, itemOf, readDraft, writeDraft } from "./controls.js";
import { button, element, focusOn, oneStop } from "./dom.js";
import { closeSitting, timeLeft } from "./sitting.js";

/** Minutes before the end that are announced. */
const WARNINGS = [10, 5, 1];

/** Show a paper; returns what to do when it leaves the page. */
export function showPaper(sitting, template, { stage, say, save, closed, store }, moveFocus) {
  const paper = element("div", { class: "quiz-paper" });
  paper.append(document.importNode(template.content, true));
  const questions = [...paper.querySelectorAll(".quiz-item")].map((field, index) => ({
    field,
    ...itemOf(field),
    number: index + 1,
  }));
  const title = element("h2", { class: "quiz-title" }, `${sitting.person.name}（${sitting.person.id}）的试卷`);
  const map = element("ol", { class: "quiz-map", "aria-label": "题目一览" });
  const count = element("span", { class: "quiz-count" });
  const clock = element("span", { class: "quiz-clock", role: "timer", "aria-live": "off" });
  const warning = element("p", { class: "quiz-warning", role: "alert" });
  const dialog = element("dialog", { class: "quiz-dialog", "aria-labelledby": "quiz-dialog-title" });

  for (const question of questions) {
    prepare(question);
  }
  oneStop(map);
  stage.replaceChildren(
    element("div", { class: "quiz-head" }, title, element("p", { class: "quiz-small" }, "可以不按顺序作答。拿不准的题先标记，交卷前再看。"), map),
    paper,
    warning,
    element(
      "div",
      { class: "quiz-dock", role: "region", "aria-label": "考试进度" },
      element("span", { class: "quiz-facts-now" }, count, clock),
      button("交卷", askToClose, { class: "quiz-button quiz-button--main" }),
    ),
    dialog,
  );

  let told = WARNINGS.filter((minutes) => timeLeft(sitting, Date.now()) > minutes * 60000);
  let ended = false;
  drawProgress();
  const timer = setInterval(tick, 500);
  // A sitting may be over before it is shown; whoever shows it must have returned then.
  queueMicrotask(tick);
  if (moveFocus) {
    focusOn(title);
  }
  return () => {
    clearInterval(timer);
    dialog.close();
  };

  function prepare(question) {
    const { field, token, number } = question;
    writeDraft(field, sitting.drafts[token]);
    const clash = element("p", { class: "quiz-warning", role: "alert" });
    const flag = element("input", { type: "checkbox" });
    flag.checked = sitting.flags.includes(token);
    field.after(clash, element("label", { class: "quiz-flag" }, flag, element("span", {}, "标记，交卷前再看")));
    field.addEventListener("input", () => {
      sitting.drafts[token] = readDraft(field);
      clash.textContent = clashOf(field);
      keep();
    });
    flag.addEventListener("change", () => {
      sitting.flags = flag.checked ? [...sitting.flags, token] : sitting.flags.filter((one) => one !== token);
      keep();
    });
    question.dot = button(String(number), () => focusOn(field.querySelector("legend")), { class: "quiz-dot" });
    map.append(element("li", {}, question.dot));
  }

  function keep() {
    const lasted = store.lasting;
    if (save(sitting)) {
      drawProgress();
    }
    if (lasted && !store.lasting) {
      warning.textContent = "浏览器存不下更多内容了：现在请不要刷新或关闭网页，答完直接交卷或保存答卷文件。";
    }
  }

  function stateOf({ token, type, size }) {
    return progressOf(type, sitting.drafts[token], size);
  }

  function drawProgress() {
    const done = questions.filter((question) => stateOf(question) === "done").length;
    count.textContent = `已答 ${done}/${questions.length}`;
    for (const question of questions) {
      const state = stateOf(question);
      const flagged = sitting.flags.includes(question.token);
      question.dot.className = `quiz-dot quiz-dot--${state}${flagged ? " quiz-dot--flagged" : ""}`;
      const words = { open: "未答", part: "没答完", done: "已答" }[state];
      question.dot.setAttribute("aria-label", `第 ${question.number} 题，${words}${flagged ? "，已标记" : ""}`);
    }
  }

  function tick() {
    const left = timeLeft(sitting, Date.now());
    const seconds = Math.max(0, Math.ceil(left / 1000));
    clock.textContent = `剩余 ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    clock.classList.toggle("quiz-clock--short", left <= 5 * 60000);
    const due = told.filter((minutes) => left <= minutes * 60000);
    if (due.length > 0 && left > 0) {
      told = told.filter((minutes) => !due.includes(minutes));
      say(`还有 ${Math.min(...due)} 分钟。`);
    }
    if (left <= 0 && !ended) {
      say("时间到，已经自动交卷。");
      close();
    }
  }

  function close() {
    ended = true;
    clearInterval(timer);
    closed(closeSitting(sitting, questions, Date.now()));
  }

  function askToClose() {
    const open = questions.filter((question) => stateOf(question) === "open");
    const part = questions.filter((question) => stateOf(question) === "part");
    const flagged = questions.filter(({ token }) => sitting.flags.includes(token));
    const parts = [element("h2", { id: "quiz-dialog-title", class: "quiz-title" }, "要交卷吗？")];
    if (open.length + part.length + flagged.length === 0) {
      parts.push(element("p", {}, `${questions.length} 题都答了。`));
    }
    listed(parts, open, `还有 ${open.length} 题没有答：`);
    listed(parts, part, `还有 ${part.length} 题没有答完，没排好顺序的题按未答算：`);
    listed(parts, flagged, `标记了 ${flagged.length} 题：`);
    parts.push(element("p", {}, "交卷以后不能再改。"));
    parts.push(
      element(
        "p",
        { class: "quiz-actions" },
        button("确定交卷", close, { class: "quiz-button quiz-button--main" }),
        button("继续作答", () => dialog.close(), { autofocus: true }),
      ),
    );
    dialog.replaceChildren(...parts);
    dialog.showModal();
  }

  function listed(parts, some, text) {
    if (some.length === 0) {
      return;
    }
    const list = element("ul", { class: "quiz-map" });
    for (const { number, field } of some) {
      const jump = () => {
        dialog.close();
        focusOn(field.querySelector("legend"));
      };
      list.append(element("li", {}, button(String(number), jump, { class: "quiz-dot", "aria-label": `回到第 ${number} 题` })));
    }
    parts.push(element("p", {}, text), list);
  }
}
