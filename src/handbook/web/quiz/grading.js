/** Marks practice answers by the rules of `handbook.grading.marks`; no exam key comes here. */

/**
 * Return what an answer is worth, as an exact fraction of 1: `"0"`, `"1"` or `"2/3"`.
 * `item` is an item of a practice pack, of which `type`, `scoring` and `key` are read.
 */
export function creditOf(item, answer) {
  const [hits, wrong, total] = tally(item, answer);
  if (hits === total && wrong === 0) {
    return "1";
  }
  if (item.scoring === "net_correct") {
    return fraction(Math.max(0, hits - wrong), total);
  }
  return item.scoring === "subset" && wrong === 0 ? fraction(hits, total) : "0";
}

/** Say whether one gap's text is among its accepted wordings. */
export function accepted(wordings, text) {
  return wordings.map(fold).includes(fold(text));
}

/** Return hits, wrong parts, and how many hits there can be. */
function tally(item, answer) {
  if (item.type === "blank") {
    const given = answer ?? [];
    const hits = item.key.filter((wordings, gap) => accepted(wordings, given[gap] ?? "")).length;
    return [hits, given.filter((text) => fold(text) !== "").length - hits, item.key.length];
  }
  if (item.type === "match") {
    const pairs = Object.entries(answer ?? {});
    const hits = pairs.filter(([prompt, option]) => item.key[prompt] === option).length;
    return [hits, pairs.length - hits, Object.keys(item.key).length];
  }
  const given = answer ?? [];
  if (item.type === "order") {
    const same = given.length === item.key.length && given.every((step, at) => step === item.key[at]);
    return same ? [1, 0, 1] : [0, 1, 1];
  }
  const right = item.type === "true_false" ? [item.key] : item.key;
  const hits = given.filter((token) => right.includes(token)).length;
  return [hits, given.length - hits, right.length];
}

function fraction(part, total) {
  const shared = divisor(part, total);
  return total === shared ? String(part / shared) : `${part / shared}/${total / shared}`;
}

function divisor(one, other) {
  return other === 0 ? one : divisor(other, one % other);
}

/**
 * Return a wording without what does not make it another answer: width, case, white
 * space, marks at the end. Digits are never folded into other digits: NFKC would make
 * `10²` into `102`. A space between Latin words or digits stays.
 */
export function fold(text) {
  const wide = Array.from(text, compatible).join("").toLowerCase();
  const spaced = Array.from(wide, (one) => {
    if (/\p{Cf}/u.test(one)) {
      return "";
    }
    return /[\p{Z}\p{Cc}]/u.test(one) ? " " : one;
  }).join("");
  let whole = spaced;
  // Composing may make a letter Latin no more, and a space beside it loose.
  for (let before = ""; before !== whole; ) {
    before = whole;
    whole = tightened(before).normalize("NFC");
  }
  return whole.replace(/[。.!?;,、:]+$/, "") || whole;
}

function tightened(text) {
  // Older Safari knows no look-behind, and would refuse the whole script for one.
  return text.replace(/ +/g, (run, at) =>
    isWord(text[at - 1]) && isWord(text[at + run.length]) ? " " : "",
  );
}

function compatible(one) {
  const plain = one.normalize("NFKC");
  return /[０-９]/.test(one) || !/[0-9]/.test(plain) ? plain : one;
}

function isWord(one) {
  return one !== undefined && /[0-9a-z]/.test(one);
}
