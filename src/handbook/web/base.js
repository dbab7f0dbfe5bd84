// Where the site's root is, wherever the page stands and however it was opened.

const script = typeof document === "undefined" ? null : document.currentScript;

/** URL of the folder that holds `assets/`; with a slash at its end. */
export function siteRoot() {
  if (!script) throw new Error("siteRoot() needs the script tag of assets/handbook.js");
  return new URL("..", script.src).href;
}
