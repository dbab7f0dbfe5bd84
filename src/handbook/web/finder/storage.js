// What this browser keeps for the finder: small JSON, which may be missing or broken.

/** The browser's own storage, or null where it is refused. */
export function storageOf(view) {
  try {
    return view.localStorage;
  } catch {
    return null; // some browsers refuse even to name it
  }
}

/** A kept list; null when there is none, storage is off or holds something else. */
export function readList(storage, key) {
  try {
    const kept = JSON.parse(storage?.getItem(key) ?? "null");
    return Array.isArray(kept) ? kept : null;
  } catch {
    return null;
  }
}

/** Keeps a list; where storage is off or full it holds until the page is closed. */
export function writeList(storage, key, list) {
  try {
    storage?.setItem(key, JSON.stringify(list));
  } catch {
    // said nowhere: nobody can help it mid-call
  }
}
