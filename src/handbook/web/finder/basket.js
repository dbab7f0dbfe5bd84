// Several phrases put together: their order, and the words of all of them.

/** A basket with one more phrase at its end. */
export function added(basket, { id, text }) {
  return [...basket, { id, text: text ?? "" }];
}

/** A basket with one phrase moved by some places, as far as there is room. */
export function moved(basket, index, step) {
  const to = Math.max(0, Math.min(basket.length - 1, index + step));
  const others = basket.filter((_, at) => at !== index);
  return [...others.slice(0, to), basket[index], ...others.slice(to)];
}

/** A basket without one phrase. */
export function without(basket, index) {
  return basket.filter((_, at) => at !== index);
}

/** All words, a line for each phrase. */
export function joined(basket) {
  return basket.map(({ text }) => text).join("\n");
}
