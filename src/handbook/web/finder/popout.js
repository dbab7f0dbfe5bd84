// The finder in a small window of its own, and what makes that page a page.

const WINDOW = "handbook-finder";
const SHAPE = "popup=yes,width=460,height=780";

/** The window in which the small one opens pages: the one it came from. */
export const PAGE = "handbook-page";

/** Opens the small window, or brings it forward; false when the browser forbids it. */
export function popOut(view, root) {
  view.name = PAGE;
  const opened = view.open(`${root}finder.html`, WINDOW, SHAPE);
  opened?.focus();
  return Boolean(opened);
}

/** Whether this document is the small window's page. */
export function isAlone(document) {
  return document.documentElement.classList.contains("hf-page");
}

/** Takes over the reader's light or dark, and offers the page as an app where it can be one. */
export function dress(document, root) {
  const view = document.defaultView;
  const dark = view.matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    const chosen = chosenScheme(view, root);
    document.documentElement.dataset.mdColorScheme = chosen ?? (dark.matches ? "slate" : "default");
  };
  paint();
  dark.addEventListener("change", paint);
  view.addEventListener("storage", paint);
  if (!view.isSecureContext || !document.location.protocol.startsWith("http")) return;
  const manifest = document.createElement("link");
  manifest.rel = "manifest";
  manifest.href = `${root}assets/finder.webmanifest`;
  document.head.append(manifest);
}

/** What the reader chose on the pages; null: what the system says. */
function chosenScheme(view, root) {
  try {
    const { color } = JSON.parse(view.localStorage.getItem(`${new URL(root).pathname}.__palette`)) ?? {};
    return color && color.media !== "(prefers-color-scheme)" && /^(default|slate)$/.test(color.scheme) ? color.scheme : null;
  } catch {
    return null;
  }
}
