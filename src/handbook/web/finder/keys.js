// Which key does what, while the finder is open.

const ALT = {
  KeyA: "add",
  KeyC: "channel",
  KeyK: "keep",
  KeyM: "remember",
  KeyN: "next-step",
  KeyO: "pop-out",
  KeyP: "pin",
  KeyR: "take-back",
  KeyS: "basket",
  KeyX: "clear",
  KeyZ: "undo",
};
const LIST = { ArrowDown: "down", ArrowUp: "up", PageDown: "page-down", PageUp: "page-up", Enter: "use" };

/**
 * What a key asks for.
 *
 * @param {KeyboardEvent} event
 * @param {object} where
 * @param {boolean} where.box whether the search box has the focus
 * @param {boolean} where.field whether a blank has the focus
 * @param {boolean} where.choice whether that blank is a choice, which needs its arrows
 * @returns {string | null} null: the key is not ours
 */
export function commandOf(event, { box, field, choice }) {
  // While an IME composes, keys are its own; 229 is what some browsers say instead.
  if (event.isComposing || event.keyCode === 229) return null;
  const command = event.ctrlKey || event.metaKey;
  const digit = /^Digit([1-9])$/.exec(event.code ?? "")?.[1];
  if (event.altKey && !command) {
    if (event.shiftKey) return null;
    return digit ? `use ${digit}` : (ALT[event.code] ?? null);
  }
  if (event.altKey) return null; // AltGr writes characters
  if (event.key === "Escape") return "back";
  if (event.key === "Enter" && command) return "use-marked";
  if (command) return null;
  if (digit && choice && !event.shiftKey) return `choose ${digit}`;
  if (event.key === "Tab" && box && !event.shiftKey) return "to-card";
  if (event.key === "Tab" && event.shiftKey && !box) return "to-box";
  if (event.key === "Enter" && field) return "use";
  if (box || (field && !choice)) return LIST[event.key] ?? null;
  return null;
}

/** Whether a key on a page opens the finder, typed outside of any field. */
export function opens(event) {
  if (event.isComposing || event.defaultPrevented) return null;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") return "command";
  const bare = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
  return bare && (event.key === "/" || event.code === "Slash") ? "slash" : null;
}
