/* Applies the reader's light or dark scheme before the page is painted. */
(function () {
  var palette = __md_get("__palette");
  if (!palette || !palette.color) return;
  var color = palette.color;
  if (color.media === "(prefers-color-scheme)") {
    var light = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
    var input = document.querySelector(
      "[data-md-color-media='(prefers-color-scheme: " + light + ")']",
    );
    for (var name of ["media", "scheme", "primary", "accent"]) {
      color[name] = input.getAttribute("data-md-color-" + name);
    }
  }
  for (var key of Object.keys(color)) {
    document.body.setAttribute("data-md-color-" + key, color[key]);
  }
})();
