/** The exam page: who sits it, the paper, the hand-in. */

import { certificateButton } from "./certificate.js";
import { chooseOther, uuid } from "./chance.js";
import { button, element, focusOn, keepKeys, speaker } from "./dom.js";
import { showOutcome } from "./outcome.js";
import { showPaper } from "./paper.js";
import { serverTakes, startInvited } from "./hand-in.js";
import { beginSitting, invitationIn, invitedSitting, readPerson } from "./sitting.js";
import { watchTabs } from "./tabs.js";
import { openWaits } from "./waits.js";
import { wordsOf } from "./words.js";

/** Code of the refusal of an invitation whose sitting is over. */
const USED = "A696";

/**
 * Start an exam.
 *
 * The page is always in one of four states, told by what is kept of the sitting:
 * nothing: the start screen; a sitting without a file: its paper; a sitting with a file:
 * the hand-in, later the verdict. And if another tab is at it: that it is so.
 */
export function startExam(root, store, site) {
  const exam = root.dataset.exam;
  const name = `exam:${exam}`;
  const desk = root.querySelector(".quiz-desk");
  const { region, say } = speaker();
  const stage = element("div", { class: "quiz-stage" });
  desk.replaceChildren(stage, region);
  root.querySelector(".quiz-waiting")?.remove();
  root.classList.add("quiz--live");
  keepKeys(root);

  const words = wordsOf(root);
  // A page of several changes shows whoever came by a link the one they came for.
  const alone = document.querySelectorAll(".quiz--exam").length === 1;
  const sent = () => invitationIn(location.hash, alone ? "" : exam);
  const invitation = sent();
  let leave = () => {};
  const tabs = watchTabs({ store, name, id: uuid(), window, onLost: showElsewhere });
  const waits = openWaits(store, name);
  const context = { root, stage, say, store, site, save, closed, forget, waits };
  window.addEventListener("hashchange", () => {
    // A link pasted into a page that is open already loads nothing by itself.
    if (sent() && sent() !== invitation) {
      location.reload();
    }
  });
  arrive();

  /** Go on with what is kept; called when the page opens. */
  async function arrive() {
    let sitting = store.get(name);
    if (root.closest("details") && (invitation || sitting)) {
      root.closest("details").open = true;
    }
    if (invitation && sitting?.receipt && sitting.invitation !== invitation) {
      // Of a sitting that is over and known to be; this is somebody's next one.
      store.remove(name);
      sitting = null;
    }
    if (!sitting) {
      showStart(false);
    } else if (invitation && (sitting.invitation ?? "") !== invitation) {
      showSomebodyElses(sitting);
    } else if (await tabs.claim()) {
      goOn(store.get(name), false);
    } else {
      showElsewhere();
    }
  }

  function goOn(sitting, moveFocus) {
    leave();
    if (!sitting) {
      showStart(moveFocus);
    } else if (sitting.file) {
      root.dataset.state = "outcome";
      leave = showOutcome(sitting, context, moveFocus);
    } else if (templateOf(sitting)) {
      root.dataset.state = "paper";
      leave = showPaper(sitting, templateOf(sitting), context, moveFocus);
    } else {
      showOutdated(sitting);
    }
  }

  /** Keep a sitting, unless another tab has taken it over. */
  function save(sitting) {
    if (!tabs.holds()) {
      showElsewhere();
      return false;
    }
    store.set(name, sitting);
    return true;
  }

  function closed(sitting) {
    if (save(sitting)) {
      goOn(sitting, true);
    }
  }

  function forget() {
    store.remove(name);
    tabs.release();
    leave();
    leave = () => {};
    showStart(true);
  }

  function templateOf({ form, paper }) {
    return root.querySelector(`template[data-form="${Number(form)}"][data-paper="${CSS.escape(paper)}"]`);
  }

  function showStart(moveFocus) {
    root.dataset.state = "start";
    if (invitation) {
      showInvited(moveFocus);
      return;
    }
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
    tellHow(how, form);
    if (moveFocus) {
      focusOn(title);
    }
  }

  /** The start screen of whoever came by a trainer's link: the server knows who that is. */
  function showInvited(moveFocus) {
    const title = element("h2", { class: "quiz-title" }, words.begin);
    const warning = element("div", { class: "quiz-warning", role: "alert" });
    const start = button(
      words.begin,
      async () => {
        start.disabled = true;
        await beginInvited(warning);
        start.disabled = false;
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

  async function beginInvited(warning) {
    if (store.get(name)) {
      await arrive();
      return;
    }
    const told = await startInvited(invitation, { root: site, fetch: (...all) => fetch(...all) });
    if (told.kind === "refused" || told.exam !== exam) {
      const problems = told.problems ?? [{ message: "这个链接是另一门考试的。", remedy: "请用培训师发的链接原样打开。" }];
      warning.replaceChildren(
        ...problems.map(({ message, remedy }) => element("p", {}, `${message ?? ""}${remedy ?? ""}`)),
        ...(problems.some(({ code }) => code === USED) ? [certificateButton(invitation, site)] : []),
      );
      return;
    }
    if (!(await tabs.claim())) {
      showElsewhere();
      return;
    }
    const sitting = invitedSitting(told, invitation, Date.now());
    if (save(sitting)) {
      goOn(sitting, true);
    }
  }

  async function tellHow(how, form) {
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

  async function begin(person, delta) {
    // Another tab may have begun since this one opened.
    if (store.get(name)) {
      await arrive();
      return;
    }
    if (!(await tabs.claim())) {
      showElsewhere();
      return;
    }
    const templates = [...root.querySelectorAll("template")].filter(({ dataset }) => (dataset.delta ?? "") === delta);
    const forms = templates.map(({ dataset }) => Number(dataset.form));
    const form = chooseOther(forms, store.get(`${name}:form`));
    const { paper, seconds } = templates.find(({ dataset }) => Number(dataset.form) === form).dataset;
    const sitting = beginSitting({
      exam,
      delta,
      form,
      paper,
      seconds: Number(seconds ?? root.dataset.seconds),
      person,
      sitting: uuid(),
      now: Date.now(),
    });
    store.set(`${name}:form`, form);
    if (save(sitting)) {
      goOn(sitting, true);
    }
  }

  function showElsewhere() {
    leave();
    leave = () => {};
    root.dataset.state = "elsewhere";
    const title = element("h2", { class: "quiz-title" }, "考试已经在另一个标签页里打开");
    stage.replaceChildren(
      element(
        "div",
        { class: "quiz-card" },
        title,
        element("p", {}, "请回到那个标签页继续作答。找不到它，就在这里接着答，已经答的都在。"),
        element(
          "p",
          { class: "quiz-actions" },
          button("在这里继续", async () => {
            await tabs.claim(true);
            goOn(store.get(name), true);
          }),
        ),
      ),
    );
    say("考试已经在另一个标签页里打开。");
  }

  /** On a shared computer nobody must go on with another's paper unawares. */
  function showSomebodyElses({ person, file }) {
    root.dataset.state = "other";
    const who = `${person.name}（${person.id}）`;
    const todo = file ? "答卷还没有交上去" : "还没有答完";
    stage.replaceChildren(
      element(
        "div",
        { class: "quiz-card" },
        element("h2", { class: "quiz-title" }, "这台电脑上还有一场考试没有交卷"),
        element("p", {}, `${who}的这门考试${todo}，作答只保存在这台电脑上。请本人先交卷，然后再打开您的链接；或者换一台电脑。`),
        element(
          "p",
          { class: "quiz-actions" },
          button(`我是${person.name}，继续这一场`, async () => {
            await tabs.claim(true);
            goOn(store.get(name), true);
          }),
        ),
      ),
    );
  }

  /** The paper was drawn anew while someone sat it: its old answers cannot go on. */
  function showOutdated(sitting) {
    root.dataset.state = "outdated";
    const answered = Object.keys(sitting.drafts).length;
    const title = element("h2", { class: "quiz-title" }, "试卷已经更新");
    stage.replaceChildren(
      element(
        "div",
        { class: "quiz-card" },
        title,
        element(
          "p",
          {},
          `${sitting.person.name}（${sitting.person.id}）答到一半的试卷（答了 ${answered} 题）在手册更新后换了题，不能接着答。这一次没有交卷，请重新开始，并告诉培训师。`,
        ),
        element("p", { class: "quiz-actions" }, button("重新开始", forget, { class: "quiz-button quiz-button--main" })),
      ),
    );
  }
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
