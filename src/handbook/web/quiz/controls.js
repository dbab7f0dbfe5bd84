/** The controls of an item in the page: reads drafts from them and puts drafts back. */

/** Return type and size of an item from its fieldset. */
export function itemOf(field) {
  const type = field.dataset.type;
  const size = { blank: texts(field).length, order: selects(field).length, match: selects(field).length };
  return { token: field.dataset.item, type, size: size[type] ?? 1 };
}

/** Read what is entered. */
export function readDraft(field) {
  const type = field.dataset.type;
  if (type === "blank") {
    return texts(field).map((input) => input.value);
  }
  if (type === "order" || type === "match") {
    const chosen = selects(field).filter((select) => select.value !== "");
    return Object.fromEntries(chosen.map((select) => [nameOf(select), select.value]));
  }
  return boxes(field).filter((box) => box.checked).map((box) => box.value);
}

/** Put a draft back; what it does not name is emptied. */
export function writeDraft(field, draft) {
  texts(field).forEach((input, gap) => {
    input.value = draft?.[gap] ?? "";
  });
  for (const select of selects(field)) {
    select.value = draft?.[nameOf(select)] ?? "";
  }
  for (const box of boxes(field)) {
    box.checked = Array.isArray(draft) && draft.includes(box.value);
  }
}

/** Say what is wrong with the places given to steps; empty if nothing is. */
export function clashOf(field) {
  if (field.dataset.type !== "order") {
    return "";
  }
  const taken = Object.values(readDraft(field));
  const twice = taken.find((place, index) => taken.indexOf(place) !== index);
  return twice ? `第 ${twice} 步选了两次，请改一下。` : "";
}

const texts = (field) => [...field.querySelectorAll("input[type=text]")];
const selects = (field) => [...field.querySelectorAll("select")];
const boxes = (field) => [...field.querySelectorAll("input[type=radio], input[type=checkbox]")];

function nameOf(select) {
  const row = select.closest("li");
  return row.dataset.option ?? row.dataset.prompt;
}
