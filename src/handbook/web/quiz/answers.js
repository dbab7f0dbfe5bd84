/** What a learner has entered, and what of it is an answer. */

/**
 * A draft is what the controls hold, by type: single, multiple, true_false: list of
 * chosen values; blank: list of texts; order: step token to its place (`"1"` …);
 * match: prompt token to option token. Only what was entered is in it.
 */

/** Say how far a draft is: `open`, `part` or `done`; `size` counts gaps, steps or prompts. */
export function progressOf(type, draft, size) {
  const entered = count(type, draft);
  if (entered === 0) {
    return "open";
  }
  if (type === "order") {
    return places(draft).length === size ? "done" : "part";
  }
  const whole = type === "blank" || type === "match" ? size : 1;
  return entered >= whole ? "done" : "part";
}

/**
 * Return a draft as the answer file states it; undefined if it is no answer.
 * Steps that are not all in a place of their own are no order yet.
 */
export function answerOf(type, draft, size) {
  const progress = progressOf(type, draft, size);
  if (progress === "open" || (type === "order" && progress !== "done")) {
    return undefined;
  }
  if (type === "order") {
    return Object.keys(draft).sort((one, other) => Number(draft[one]) - Number(draft[other]));
  }
  if (type === "blank") {
    return Array.from({ length: size }, (_, gap) => whole(draft[gap] ?? ""));
  }
  return type === "match" ? { ...draft } : [...draft];
}

function count(type, draft) {
  if (!draft) {
    return 0;
  }
  if (type === "blank") {
    return draft.filter((text) => text.trim() !== "").length;
  }
  return Array.isArray(draft) ? draft.length : Object.keys(draft).length;
}

function places(draft) {
  return [...new Set(Object.values(draft))];
}

/** Half of a character outside the basic plane cannot be written as UTF-8. */
export function whole(text) {
  return Array.from(text, (one) => (/^[\ud800-\udfff]$/.test(one) ? "\ufffd" : one)).join("");
}
