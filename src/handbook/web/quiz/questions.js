/** The questions of a practice page: read once, put into order, marked after a check. */

import { shuffled } from "./chance.js";
import { itemOf } from "./controls.js";
import { element } from "./dom.js";
import { accepted } from "./grading.js";

/** Take the questions out of the page: their controls, explanations and keys. */
export function readQuestions(root) {
  const questions = new Map();
  const data = root.querySelector("script.quiz-data");
  const keys = new Map(JSON.parse(data?.textContent ?? "[]").map((item) => [item.token, item]));
  for (const card of root.querySelectorAll(".quiz-card")) {
    const field = card.querySelector(".quiz-item");
    const explanation = card.querySelector(".quiz-explanation");
    const whys = new Map();
    const choices = ["single", "multiple"].includes(field.dataset.type);
    if (choices) {
      for (const line of explanation.querySelectorAll("[data-why]")) {
        whys.set(line.dataset.why, line.querySelector("span").textContent);
      }
      explanation.querySelector(".quiz-whys")?.remove();
    }
    questions.set(field.dataset.item, {
      ...keys.get(field.dataset.item),
      ...itemOf(field),
      field,
      explanation,
      whys,
      sources: [...explanation.querySelectorAll("a[data-source]")],
    });
  }
  return questions;
}

/** Put options into the order of this try. */
export function arrange({ field, type, token }, seed) {
  const own = seed ^ Number.parseInt(token.slice(0, 8), 16);
  if (["single", "multiple", "order"].includes(type)) {
    const list = field.querySelector(".quiz-options, .quiz-rows");
    const rows = [...list.children].sort(byName);
    list.append(...shuffled(rows, own));
  } else if (type === "match") {
    for (const select of field.querySelectorAll("select")) {
      const [none, ...options] = [...select.options];
      select.append(none, ...shuffled(options.sort((one, other) => (one.value < other.value ? -1 : 1)), own));
    }
  }
}

function byName(one, other) {
  return one.dataset.option < other.dataset.option ? -1 : 1;
}

export function stateOf(credit) {
  if (credit === undefined) {
    return { name: "open", text: "未做" };
  }
  if (credit === "1") {
    return { name: "right", text: "答对", verdict: "答对了。" };
  }
  if (credit === "0") {
    return { name: "wrong", text: "答错", verdict: "没有答对，看看为什么。" };
  }
  return { name: "part", text: "部分答对", verdict: `部分答对，得 ${credit} 题的分。` };
}

/** Take marks of an earlier check off a question. */
export function clear({ field }) {
  for (const mark of field.querySelectorAll(".quiz-tag, .quiz-why")) {
    mark.remove();
  }
  for (const row of field.querySelectorAll("li")) {
    row.classList.remove("quiz-is-right", "quiz-is-wrong", "quiz-is-missed");
  }
}

/** Mark each part of a checked question, in words as well as in colour. */
export function explain(question, draft) {
  clear(question);
  const { field, type, key, whys } = question;
  const rows = [...field.querySelectorAll("li")];
  if (type === "blank") {
    rows.forEach((row, gap) => {
      const hit = accepted(key[gap], draft[gap] ?? "");
      mark(row, hit ? "right" : "wrong", hit ? "正确" : `应填：${key[gap].join(" 或 ")}`);
    });
  } else if (type === "order") {
    for (const row of rows) {
      const place = String(key.indexOf(row.dataset.option) + 1);
      const hit = draft[row.dataset.option] === place;
      mark(row, hit ? "right" : "wrong", hit ? "正确" : `应是第 ${place} 步`);
    }
  } else if (type === "match") {
    for (const row of rows) {
      const right = key[row.dataset.prompt];
      const hit = draft[row.dataset.prompt] === right;
      const option = [...row.querySelectorAll("option")].find(({ value }) => value === right);
      mark(row, hit ? "right" : "wrong", hit ? "正确" : `应选：${option.textContent}`);
    }
  } else {
    const right = type === "true_false" ? [key] : key;
    for (const row of rows) {
      const token = row.dataset.option;
      const chosen = draft.includes(token);
      if (chosen) {
        const hit = right.includes(token);
        mark(row, hit ? "right" : "wrong", hit ? "您选的，正确" : "您选的，不正确");
      } else if (right.includes(token)) {
        mark(row, "missed", "正确答案");
      }
      if (whys.has(token)) {
        row.append(element("p", { class: "quiz-why" }, whys.get(token)));
      }
    }
  }
}

function mark(row, state, text) {
  row.classList.add(`quiz-is-${state}`);
  row.querySelector("label").append(element("span", { class: "quiz-tag" }, text));
}
