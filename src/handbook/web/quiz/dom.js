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
 * Make the buttons of a list one stop for Tab, as in a toolbar: arrows, Home and End go
 * from one to the next. Whoever sits an exam of 22 items does not press Tab 22 times.
 */
export function oneStop(list, current = 0) {
  const buttons = [...list.querySelectorAll("button")];
  buttons.forEach((one, at) => one.setAttribute("tabindex", at === current ? "0" : "-1"));
  list.addEventListener("focusin", ({ target }) => {
    for (const one of buttons) {
      one.setAttribute("tabindex", one === target ? "0" : "-1");
    }
  });
  list.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at >= 0 && to !== undefined) {
      event.preventDefault();
      buttons[to]?.focus();
    }
  });
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
