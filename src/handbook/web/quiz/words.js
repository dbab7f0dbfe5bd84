/** What an exam's page says, and what the page of a change to be confirmed says instead. */

const EXAM = {
  what: "考试",
  begin: "开始考试",
  passed: "通过了",
  failed: "这次没有通过",
  again: "完成，准备重考",
  reread: "重考以前，先把下面的条款重读一遍：",
  yours: "这门考试",
};

const CONFIRM = {
  what: "确认",
  begin: "开始确认",
  passed: "确认好了",
  failed: "没有答对，还没有确认",
  again: "完成，准备再确认",
  reread: "先把下面的条款重读一遍，再来确认：",
  yours: "这次确认",
};

/** Return the words for what stands in a page. */
export function wordsOf(root) {
  return root.dataset.confirm === undefined ? EXAM : CONFIRM;
}

/** Return the name of what was sat: the whole exam, or only what changed of it. */
export function paperName(root, delta) {
  return `${root.dataset.title}${delta ? "（补考改动部分）" : ""}`;
}
