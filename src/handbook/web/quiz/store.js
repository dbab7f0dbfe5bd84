/** What the browser keeps from one visit to the next, if it keeps anything. */

/**
 * Open the part of local storage that belongs to one handbook.
 *
 * Storage can be switched off or full. Then values last as long as the page, and
 * `lasting` says so; nothing ever throws.
 */
export function openStore(area, site) {
  const prefix = `handbook:${site}:`;
  const memory = new Map();
  const store = {
    lasting: works(area, prefix),
    prefix,
    get(name) {
      let text = memory.get(name);
      if (store.lasting) {
        try {
          text = area.getItem(prefix + name) ?? text;
        } catch {
          store.lasting = false;
        }
      }
      try {
        return text === undefined ? null : JSON.parse(text);
      } catch {
        return null;
      }
    },
    set(name, value) {
      const text = JSON.stringify(value);
      if (store.lasting) {
        try {
          area.setItem(prefix + name, text);
          memory.delete(name);
          return;
        } catch {
          store.lasting = false;
        }
      }
      memory.set(name, text);
    },
    remove(name) {
      memory.delete(name);
      try {
        area?.removeItem(prefix + name);
      } catch {
        store.lasting = false;
      }
    },
  };
  return store;
}

/** Return the page's local storage, or null where the browser forbids even to ask. */
export function localArea() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

function works(area, prefix) {
  try {
    area.setItem(`${prefix}?`, "1");
    area.removeItem(`${prefix}?`);
    return true;
  } catch {
    return false;
  }
}
