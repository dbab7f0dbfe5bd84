// Paper forms: a button prints the sheet. Without this script the browser's own menu does.

/** Show the print buttons of a page's forms. */
export function start(document) {
  for (const button of document.querySelectorAll("[data-print][hidden]")) {
    button.hidden = false;
    button.addEventListener("click", () => document.defaultView.print());
  }
}
