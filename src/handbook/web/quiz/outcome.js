/** After the paper: the answer file, the hand-in, the receipt and the verdict. */

import { button, element, focusOn } from "./dom.js";
import { handIn } from "./hand-in.js";
import { certificateOf, resultOf } from "./result.js";
import { fileName } from "./sitting.js";
import { spoken } from "./waits.js";
import { paperName, wordsOf } from "./words.js";

/** Show what became of a closed sitting; returns what to do when it leaves the page. */
export function showOutcome(sitting, { root, stage, say, site, save, forget, waits }, moveFocus) {
  const words = wordsOf(root);
  const banded = !sitting.delta && root.dataset.confirm === undefined;
  const stop = new AbortController();
  let wake = () => {};
  let saved = false;
  const title = element("h2", { class: "quiz-title", tabindex: "-1" });
  const body = element("div", { class: "quiz-outcome" });
  const actions = element("p", { class: "quiz-actions" });
  const who = element(
    "p",
    { class: "quiz-small" },
    `${paperName(root, sitting.delta)}，${sitting.person.name}（${sitting.person.id}），第 ${sitting.form} 份试卷，${spoken(sitting.file.submitted_at, root.dataset.zone)} 交卷`,
  );
  const dialog = element("dialog", { class: "quiz-dialog", "aria-labelledby": "quiz-dialog-title" });
  stage.replaceChildren(element("div", { class: "quiz-card" }, title, who, body, actions), dialog);
  const online = () => wake();
  window.addEventListener("online", online);

  if (sitting.receipt) {
    showReceipt(sitting.receipt);
  } else if (/^https?:$/.test(location.protocol)) {
    send();
  } else {
    showFileOnly("答卷已经封好，还差一步");
  }
  if (moveFocus) {
    focusOn(title);
  }
  return () => {
    stop.abort();
    wake();
    window.removeEventListener("online", online);
    dialog.close();
  };

  /** Change the buttons; whoever stands on one that stays, still stands on it. */
  function offer(...buttons) {
    const held = actions.contains(document.activeElement) ? document.activeElement.textContent : null;
    actions.replaceChildren(...buttons);
    if (held !== null) {
      (buttons.find(({ textContent }) => textContent === held) ?? title).focus();
    }
  }

  async function send() {
    title.textContent = "正在交卷……";
    const line = element("p", {}, "答卷已经封好，也保存在这台电脑上。");
    body.replaceChildren(line);
    offer(saveButton());
    const outcome = await handIn(sitting.file, {
      root: site,
      fetch: (...all) => fetch(...all),
      pause,
      signal: stop.signal,
      invitation: sitting.invitation,
      onWait(seconds, why) {
        title.textContent = "还没有交上，正在重试";
        line.textContent = `${why}，${seconds} 秒后再试。答卷不会丢；不想等，可以先保存答卷文件，交给培训师。`;
        offer(button("马上再试", () => wake()), saveButton());
        say("还没有交上，正在重试。");
      },
    });
    if (outcome.kind === "receipt") {
      save({ ...sitting, receipt: outcome });
      waits.note(sitting.person.id, outcome.again_at);
      showReceipt(outcome);
      say(title.textContent);
    } else if (outcome.kind === "refused") {
      showRefusal(outcome.problems);
      say(title.textContent);
    } else if (outcome.kind === "nowhere") {
      showFileOnly("答卷已经封好，还差一步");
      say(title.textContent);
    }
  }

  /** Wait, but no longer than until the network is back or the learner presses. */
  function pause(seconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  function showFileOnly(text) {
    title.textContent = text;
    body.replaceChildren(
      element("p", {}, "请点“保存答卷文件”，把存下来的文件原样交给培训师，不要打开修改。培训师评分后告诉您结果。"),
    );
    if (banded) {
      const { valid, chances, besides } = root.dataset;
      body.append(
        element(
          "ul",
          { class: "quiz-ahead" },
          ...(valid ? [element("li", {}, `通过的：成绩从交卷那天起有效${valid}，到哪一天，看培训师给的结果。`)] : []),
          ...(chances ? [element("li", {}, `没有通过的：这门考试${chances}。还剩几次、要重读什么，培训师会告诉您。`)] : []),
          ...(besides ? [element("li", {}, `您的岗位还要考：${besides}。考过的不用再考。`)] : []),
        ),
      );
    }
    offer(saveButton(true), endButton());
  }

  function showRefusal(problems) {
    title.textContent = "这份答卷没有登记";
    const list = element("ul", { class: "quiz-problems" });
    for (const { message, remedy } of problems) {
      list.append(element("li", {}, element("b", {}, String(message ?? "")), element("span", {}, String(remedy ?? ""))));
    }
    body.replaceChildren(list, element("p", {}, "答卷还在这台电脑上。有疑问，请保存答卷文件，交给培训师。"));
    offer(saveButton(true), button("再交一次", send), endButton());
  }

  function showReceipt(told) {
    const shown = resultOf(told, { root, site, delta: sitting.delta });
    title.textContent = shown.title;
    stage.firstChild.classList.add(shown.look);
    body.replaceChildren(...shown.parts);
    offer(
      button(told.verdict.passed ? "完成" : words.again, forget, { class: "quiz-button quiz-button--main" }),
      ...certificateOf(told, { root, site, invitation: sitting.invitation }),
      saveButton(),
    );
  }

  function saveButton(main = false) {
    return button("保存答卷文件", saveFile, { class: `quiz-button${main ? " quiz-button--main" : ""}` });
  }

  function saveFile() {
    const blob = new Blob([`${JSON.stringify(sitting.file, null, 1)}\n`], { type: "application/json" });
    const link = element("a", { href: URL.createObjectURL(blob), download: fileName(sitting.file) });
    stage.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    saved = true;
    say("答卷文件已保存到下载文件夹。");
  }

  function endButton() {
    return button("清除这份答卷", askToEnd);
  }

  /** Without a receipt the answers here may be the only ones there are. */
  function askToEnd() {
    const text = saved
      ? "清除以后，这台电脑的网页里就没有这份答卷了。请先确认培训师已经收到答卷文件。"
      : "您还没有保存答卷文件。现在清除，这次的作答就找不回来了。";
    dialog.replaceChildren(
      element("h2", { id: "quiz-dialog-title", class: "quiz-title" }, "要清除这份答卷吗？"),
      element("p", {}, text),
      element(
        "p",
        { class: "quiz-actions" },
        button("确定清除", forget),
        button("先留着", () => dialog.close(), { class: "quiz-button quiz-button--main", autofocus: true }),
      ),
    );
    dialog.showModal();
  }
}
