/* Light or dark as the reader chose in the handbook, where the theme keeps it for the
   whole origin (theme/assets/palette.js); as the system says where nothing was chosen.
   Stands in the head: so the page is painted in the right colours from the start. */
(function () {
  var dark = document.querySelector("link[data-dark]");
  var key = new URL(".", document.currentScript.src).pathname + ".__palette";
  var system = "(prefers-color-scheme: dark)";

  function follow() {
    var color = null;
    try {
      color = JSON.parse(localStorage.getItem(key)).color;
    } catch {
      // nothing was chosen, or the storage is switched off
    }
    var chosen = color && color.media !== "(prefers-color-scheme)" ? color.scheme : "";
    dark.media = chosen === "slate" ? "screen" : chosen === "default" ? "not all" : system;
  }

  follow();
  addEventListener("storage", follow); // chosen in another tab meanwhile
})();
