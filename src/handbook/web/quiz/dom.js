/** Builds elements; what goes into them is text, never markup. */

/** Make an element; functions among the attributes listen to the event they are named after. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      made.addEventListener(name, value);
    } else if (value === true) {
      made.setAttribute(name, "");
    } else if (value !== false && value !== undefined && value !== null) {
      made.setAttribute(name, value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Make a button that does something. */
export function button(text, action, more = {}) {
  return element("button", { type: "button", class: "quiz-button", click: action, ...more }, text);
}

/** Make a live region; each text is spoken once, and again when it is said again. */
export function speaker() {
  const region = element("p", { class: "quiz-unseen", role: "status" });
  return {
    region,
    say(text) {
      region.textContent = "";
      setTimeout(() => {
        region.textContent = text;
      }, 60);
    },
  };
}

/** Move the focus to something that is no control, so that it is read next. */
export function focusOn(target) {
  if (!target.hasAttribute("tabindex")) {
    target.setAttribute("tabindex", "-1");
  }
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "start" });
}

/**
 * Keep bare letters typed inside from the page's own shortcuts: the theme turns the
 * page on `n` and `p`, which nobody wants in the middle of a quiz.
 */
export function keepKeys(container) {
  container.addEventListener("keydown", (event) => {
    const bare = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (bare && event.key.length === 1) {
      event.stopPropagation();
    }
  });
}
