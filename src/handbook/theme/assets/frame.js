/* Global names that the theme's bundle expects. The theme writes them inline into every
   page; here they come from a file, so that pages carry no inline script. */
var __md_scope = new URL("..", document.currentScript.src);

var __md_hash = (text) =>
  [...text].reduce((hash, char) => (hash << 5) - hash + char.charCodeAt(0), 0);

var __md_get = (key, storage, scope = __md_scope) => {
  try {
    return JSON.parse((storage || localStorage).getItem(scope.pathname + "." + key));
  } catch {
    return null; // storage is switched off, or holds something else
  }
};

var __md_set = (key, value, storage, scope = __md_scope) => {
  try {
    (storage || localStorage).setItem(scope.pathname + "." + key, JSON.stringify(value));
  } catch {
    // storage is full or switched off: the choice holds for this page only
  }
};
