/** After the paper: the answer file, the hand-in, the receipt and the verdict. */

import { certificateButton } from "./certificate.js";
import { button, element, focusOn } from "./dom.js";
import { handIn } from "./hand-in.js";
import { fileName } from "./sitting.js";
import { spoken } from "./waits.js";
import { wordsOf } from "./words.js";

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
    `${root.dataset.title}${sitting.delta ? "（补考改动部分）" : ""}，${sitting.person.name}（${sitting.person.id}），第 ${sitting.form} 份试卷，${spoken(sitting.file.submitted_at)} 交卷`,
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
    const { receipt, duplicate, recorded_at: recordedAt, verdict } = told;
    title.textContent = verdict.passed ? `${words.passed}${banded ? `，${verdict.band}` : ""}` : words.failed;
    stage.firstChild.classList.add(verdict.passed ? "quiz-card--passed" : "quiz-card--failed");
    const facts = element("dl", { class: "quiz-facts" });
    const fact = (term, ...text) =>
      text.join("") && facts.append(element("div", {}, element("dt", {}, term), element("dd", {}, ...text.flat())));
    fact("结果", verdict.passed ? "通过" : "未通过");
    if (sitting.delta) {
      fact("成绩", verdict.passed ? "原来的成绩接着算，到期的日子不变" : "原来的成绩还没有接上");
    }
    if (verdict.passed && told.until && root.dataset.confirm === undefined) {
      fact("有效期至", dayOf(told.until));
    }
    if (banded) {
      fact("等级", verdict.band);
    }
    fact("得分", `${verdict.score}（${verdict.percent}）`);
    if (verdict.critical_missed > 0) {
      fact("关键题", `有 ${verdict.critical_missed} 题没有答对`);
    }
    if (verdict.overtime) {
      fact("时间", "超过了限时");
    }
    if (!verdict.passed) {
      fact("重考", whenAgain(told, root.dataset.chances));
    }
    if (verdict.passed && banded) {
      fact("还要考", remainingOf(told.remaining, root.dataset.besides, site));
    }
    fact("回执号", receipt);
    fact("登记时间", `${spoken(recordedAt)}${duplicate ? "（同一份答卷先前已经登记过）" : ""}`);
    body.replaceChildren(facts);
    if (verdict.reread.length > 0) {
      const list = element("ul", { class: "quiz-weak" });
      for (const { title: clause, page, url } of verdict.reread) {
        const address = new URL(url, site);
        const here = address.href.startsWith(site);
        const words = `${page}：${clause}`;
        list.append(element("li", {}, here ? element("a", { href: address.href }, words) : words));
      }
      body.append(element("p", {}, verdict.passed ? "下面的条款再读一遍，会更稳：" : words.reread), list);
    }
    const certified = verdict.passed && sitting.invitation && root.dataset.confirm === undefined;
    offer(
      button(verdict.passed ? "完成" : words.again, forget, { class: "quiz-button quiz-button--main" }),
      ...(certified ? [certificateButton(sitting.invitation, site)] : []),
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

/** Return a day such as 2027-11-25 as people read it. */
function dayOf(date) {
  const [year, month, day] = date.split("-").map(Number);
  return `${year}年${month}月${day}日`;
}

/**
 * Say how often and from when somebody who failed may sit again.
 *
 * Of a server that says nothing about it, only the exam's own rule is known.
 */
export function whenAgain({ again_at: againAt, attempts_left: left }, rule = "") {
  if (left === 0) {
    return "次数已经用完。请找培训师：补课以后重新安排，才能再考。";
  }
  if (!(left > 0)) {
    return rule;
  }
  return `${againAt ? `${spoken(againAt)} 以后可以重考，` : ""}还能考 ${left} 次。`;
}

/**
 * Say what the role still wants: links and words for a fact; nothing where there is no more.
 *
 * Without word from the server the page knows the exams, and not who passed them.
 */
export function remainingOf(remaining, besides, site) {
  if (Array.isArray(remaining)) {
    if (remaining.length === 0) {
      return besides ? "没有了，本岗位的考试都考过了" : "";
    }
    return remaining.flatMap(({ title, url, needed_for_work: needed }, number) => [
      ...(number ? ["、"] : []),
      element("a", { href: new URL(url, site).href }, title),
      needed ? "（考过才能上岗）" : "（上岗以后考）",
    ]);
  }
  return besides ? `${besides}，考过的不用再考` : "";
}
