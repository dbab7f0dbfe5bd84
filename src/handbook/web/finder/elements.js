// Making elements from plain values: text is always text, never markup.

/**
 * Makes an element.
 *
 * @param {Document} document
 * @param {string} tag
 * @param {Record<string, string | boolean | ((event: any) => void)>} attributes
 *   functions become listeners of the event that they are named for
 * @param {...(Node | string | number | null | undefined | false)} children
 */
export function element(document, tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter(Boolean));
  return made;
}

/** The magnifying glass. */
export function lens(document) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "hf-lens");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", "M9.5 3a6.5 6.5 0 0 1 5.2 10.4l5 5-1.4 1.4-5-5A6.5 6.5 0 1 1 9.5 3m0 2a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9");
  svg.append(path);
  return svg;
}
