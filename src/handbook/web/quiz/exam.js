/** The exam page: from its start to the hand-in, and what may come between. */

import { chooseOther, uuid } from "./chance.js";
import { button, element, keepKeys, speaker } from "./dom.js";
import { lookAtInvited, startInvited } from "./hand-in.js";
import { showOutcome } from "./outcome.js";
import { showPaper } from "./paper.js";
import { beginSitting, invitationIn, invitedSitting } from "./sitting.js";
import { watchTabs } from "./tabs.js";
import { openWaits } from "./waits.js";
import { askWho, greetInvited, showOver, tellRefusal } from "./who.js";

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

  // A page of several changes shows whoever came by a link the one they came for.
  const alone = document.querySelectorAll(".quiz--exam").length === 1;
  const sent = () => invitationIn(location.hash, alone ? "" : exam);
  const invitation = sent();
  let leave = () => {};
  const tabs = watchTabs({ store, name, id: uuid(), window, onLost: showElsewhere });
  const waits = openWaits(store, name, root.dataset.zone);
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
      greetInvited(context, beginInvited, moveFocus);
      lookBack();
    } else {
      askWho(context, begin, moveFocus);
    }
  }

  /** Show at once what came of an invitation that was used; nobody begins it again. */
  async function lookBack() {
    const told = await lookAtInvited(invitation, { root: site, fetch: (...all) => fetch(...all) });
    if (told?.over.exam === exam && root.dataset.state === "start") {
      root.dataset.state = "over";
      showOver(context, told, invitation, stage.contains(document.activeElement));
    }
  }

  async function beginInvited(warning) {
    if (store.get(name)) {
      await arrive();
      return;
    }
    const told = await startInvited(invitation, { root: site, fetch: (...all) => fetch(...all) });
    if (told.kind === "over" && told.over.exam === exam) {
      root.dataset.state = "over";
      showOver(context, told, invitation, true);
      return;
    }
    if (told.kind === "refused" || told.exam !== exam) {
      const problems = told.problems ?? [{ message: "这个链接是另一门考试的。", remedy: "请用培训师发的链接原样打开。" }];
      tellRefusal(warning, problems);
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
    tell(
      "考试已经在另一个标签页里打开",
      "请回到那个标签页继续作答。找不到它，就在这里接着答，已经答的都在。",
      button("在这里继续", takeOver),
    );
  }

  /** Go on in this tab, whatever other one was at it. */
  async function takeOver() {
    await tabs.claim(true);
    goOn(store.get(name), true);
  }

  /** On a shared computer nobody must go on with another's paper unawares. */
  function showSomebodyElses({ person, file }) {
    root.dataset.state = "other";
    const who = `${person.name}（${person.id}）`;
    const todo = file ? "答卷还没有交上去" : "还没有答完";
    tell(
      "这台电脑上还有一场考试没有交卷",
      `${who}的这门考试${todo}，作答只保存在这台电脑上。请本人先交卷，然后再打开您的链接；或者换一台电脑。`,
      button(`我是${person.name}，继续这一场`, takeOver),
    );
  }

  /** The paper was drawn anew while someone sat it: its old answers cannot go on. */
  function showOutdated({ person, drafts }) {
    root.dataset.state = "outdated";
    const who = `${person.name}（${person.id}）`;
    const answered = Object.keys(drafts).length;
    tell(
      "试卷已经更新",
      `${who}答到一半的试卷（答了 ${answered} 题）在手册更新后换了题，不能接着答。这一次没有交卷，请重新开始，并告诉培训师。`,
      button("重新开始", forget, { class: "quiz-button quiz-button--main" }),
    );
  }

  /** Say what a learner must know before going on, with the one thing to do about it. */
  function tell(title, words, act) {
    const card = element(
      "div",
      { class: "quiz-card" },
      element("h2", { class: "quiz-title" }, title),
      element("p", {}, words),
      element("p", { class: "quiz-actions" }, act),
    );
    stage.replaceChildren(card);
    say(`${title}。`);
  }
}
