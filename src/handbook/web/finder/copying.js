// Copying that works on https, plain http and from a file.

/**
 * Puts text on the clipboard.
 *
 * @param {Document} document
 * @param {string} text
 * @param {Element} host where a helper box may stand: inside an open dialog, because
 *   what is outside of it cannot be selected
 * @returns {Promise<boolean>} whether it is there
 */
export async function copyText(document, text, host = document.body) {
  const clipboard = document.defaultView.navigator.clipboard;
  if (clipboard) {
    try {
      await clipboard.writeText(text);
      return true;
    } catch {
      // Not allowed here; the old way may be.
    }
  }
  const before = document.activeElement;
  const box = document.createElement("textarea");
  box.value = text;
  box.setAttribute("aria-hidden", "true");
  box.className = "hf-clip";
  host.append(box);
  box.focus({ preventScroll: true });
  box.select();
  let copied = false;
  try {
    copied = document.execCommand("copy");
  } catch {
    copied = false;
  }
  box.remove();
  before?.focus?.({ preventScroll: true });
  return copied;
}
