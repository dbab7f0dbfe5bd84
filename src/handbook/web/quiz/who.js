/** The start screen: who sits the exam, and on which paper. */

import { button, element, focusOn } from "./dom.js";
import { serverTakes } from "./hand-in.js";
import { certificateOf, resultOf, unfinished } from "./result.js";
import { readPerson } from "./sitting.js";
import { spoken } from "./waits.js";
import { paperName, wordsOf } from "./words.js";

/** Ask who sits the exam; `begin` goes on with the person and the day of a delta paper. */
export function askWho({ root, stage, store, site, waits }, begin, moveFocus) {
  const words = wordsOf(root);
  const number = element("input", { type: "text", name: "number", maxlength: 40, autocomplete: "off", required: true });
  const called = element("input", { type: "text", name: "name", maxlength: 60, autocomplete: "off", required: true });
  const warning = element("p", { class: "quiz-warning", role: "alert" });
  const how = element("p", { class: "quiz-note" });
  const title = element("h2", { class: "quiz-title" }, words.begin);
  const which = choiceOfPapers(root);
  const form = element(
    "form",
    { class: "quiz-card quiz-who", novalidate: true },
    title,
    ...which,
    element("label", {}, element("span", {}, "工号"), number),
    element("label", {}, element("span", {}, "姓名"), called),
    warning,
    how,
    element(
      "p",
      { class: "quiz-actions" },
      element("button", { type: "submit", class: "quiz-button quiz-button--main" }, words.begin),
    ),
    element("p", { class: "quiz-small" }, `点“${words.begin}”就开始计时。作答随时保存在这台电脑上，刷新或误关网页都不会丢。`),
  );
  if (!store.lasting) {
    form.append(
      element("p", { class: "quiz-warning" }, "这个浏览器不能保存作答。考试中请不要刷新或关闭网页，或者换一个浏览器再开始。"),
    );
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const read = readPerson(number.value, called.value);
    for (const [input, field] of [[number, "number"], [called, "name"]]) {
      input.setAttribute("aria-invalid", String(read.field === field));
    }
    if (!read.person) {
      warning.textContent = read.fault;
      (read.field === "number" ? number : called).focus();
      return;
    }
    const until = waits.left(read.person.id, Date.now());
    if (until && !warning.textContent) {
      warning.textContent = `您上次没有通过，${until} 以后才能重考，现在考了不登记。一定要现在开始，就再点一次。`;
      return;
    }
    warning.textContent = "";
    await begin(read.person, form.elements.delta?.value ?? "");
  });
  stage.replaceChildren(form);
  tellHow(how, form, site, words);
  if (moveFocus) {
    focusOn(title);
  }
}

/**
 * The start screen of whoever came by a trainer's link: the server knows who that is.
 * `begin` gets an element in which it may say why it cannot go on.
 */
export function greetInvited({ root, stage }, begin, moveFocus) {
  const words = wordsOf(root);
  const title = element("h2", { class: "quiz-title" }, words.begin);
  const warning = element("div", { class: "quiz-warning", role: "alert" });
  const start = button(
    words.begin,
    async () => {
      start.disabled = true;
      await begin(warning);
      start.disabled = false;
      if (stage.contains(start)) {
        start.focus(); // a button that is disabled loses it, and whoever reads on is lost
      }
    },
    { class: "quiz-button quiz-button--main" },
  );
  stage.replaceChildren(
    element(
      "div",
      { class: "quiz-card quiz-who" },
      title,
      element("p", { class: "quiz-note" }, `您是凭培训师发的链接来的，这个链接只给您本人用，只能${words.what}一次。`),
      warning,
      element("p", { class: "quiz-actions" }, start),
      element("p", { class: "quiz-small" }, `点“${words.begin}”，服务器就开始计时；关掉网页，时间照样走。作答随时保存在这台电脑上，刷新或误关网页都不会丢。`),
    ),
  );
  if (moveFocus) {
    focusOn(title);
  }
}

/** Say why an invitation begins nothing now. */
export function tellRefusal(warning, problems) {
  warning.replaceChildren(...problems.map((one) => element("p", {}, sentence(one))));
}

/**
 * Say what came of a sitting that is over, and that its link begins no other; `over` is
 * what the server tells of it.
 */
export function showOver({ root, stage, site, say }, { problems, over }, invitation, moveFocus) {
  const { person, delta, verdict } = over;
  const shown = verdict && resultOf(over, { root, site, delta });
  const title = element("h2", { class: "quiz-title" }, shown?.title ?? "这个链接用过了");
  const when = verdict ? `，第 ${over.form} 份试卷，${spoken(over.submitted_at, root.dataset.zone)} 交卷` : "";
  stage.replaceChildren(
    element(
      "div",
      { class: `quiz-card ${shown?.look ?? ""}` },
      title,
      element("p", { class: "quiz-small" }, `${paperName(root, delta)}，${person.name}（${person.id}）${when}`),
      element("div", { class: "quiz-outcome" }, ...(shown?.parts ?? [unfinished(over, root)])),
      element("p", { class: "quiz-note" }, problems.map(sentence).join("")),
      element("p", { class: "quiz-actions" }, ...certificateOf(over, { root, site, invitation })),
    ),
  );
  if (moveFocus) {
    focusOn(title);
  }
  say(title.textContent);
}

function sentence({ message, remedy }) {
  return `${message ?? ""}${remedy ?? ""}`;
}

/** Say how answers are handed in here; where only by invitation, take the form away. */
async function tellHow(how, form, site, words) {
  const onServer = /^https?:$/.test(location.protocol);
  const takes = onServer ? await serverTakes(site, (...all) => fetch(...all)) : "no";
  if (takes === "invited") {
    how.textContent = `${words.yours}要凭邀请参加。请用培训师发给您的链接打开本页；还没有链接，请向培训师要一个。`;
    form.replaceChildren(element("h2", { class: "quiz-title" }, "凭邀请参加"), how);
    return;
  }
  how.textContent =
    takes === "yes"
      ? "答完在本页交卷，马上知道结果。"
      : takes === "no"
        ? "答完请保存答卷文件，交给培训师评分。"
        : "现在连不上服务器，可以照常作答；网络恢复后再交卷，或者保存答卷文件交给培训师。";
}

/** Return the choice between the whole exam and what changed of it; none where nothing did. */
function choiceOfPapers(root) {
  const changes = [...root.querySelectorAll("li[data-delta]")];
  if (changes.length === 0) {
    return [];
  }
  const option = (value, text, small) =>
    element(
      "label",
      { class: "quiz-which__one" },
      element("input", { type: "radio", name: "delta", value, ...(value ? {} : { checked: true }) }),
      element("span", {}, text, small ? element("small", {}, small) : ""),
    );
  return [
    element(
      "fieldset",
      { class: "quiz-which" },
      element("legend", {}, "这次考什么"),
      option("", "整门考试", ""),
      ...changes.map(({ dataset }) =>
        option(dataset.delta, `只补考 ${dataset.delta} 起的改动（${dataset.size}）`, `给 ${dataset.whom}`),
      ),
    ),
  ];
}
