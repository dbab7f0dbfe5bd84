/** Chance: strong for exams, repeatable for practice. */

/** Return random bytes; unlike `crypto.subtle`, this is there on plain-http intranets too. */
export function randomBytes(count) {
  return crypto.getRandomValues(new Uint8Array(count));
}

/** Return a version 4 UUID from sixteen random bytes. */
export function uuid(bytes = randomBytes(16)) {
  const marked = Uint8Array.from(bytes);
  marked[6] = (marked[6] & 0x0f) | 0x40;
  marked[8] = (marked[8] & 0x3f) | 0x80;
  const hex = Array.from(marked, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Choose one of several, any but the last one where there is another. */
export function chooseOther(choices, last, bytes = randomBytes) {
  const others = choices.filter((choice) => choice !== last);
  const pool = others.length > 0 ? others : choices;
  const limit = 256 - (256 % pool.length);
  for (;;) {
    const [byte] = bytes(1);
    if (byte < limit) {
      return pool[byte % pool.length];
    }
  }
}

/** Return a list in another order; the same seed gives the same order (mulberry32). */
export function shuffled(list, seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const mixed = [...list];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(next() * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other], mixed[last]];
  }
  return mixed;
}
