/** One text for one value: keys sorted, no white space, as Python's `json` writes it. */

/**
 * Return canonical JSON of strings, whole numbers, booleans, null, arrays and objects.
 * Keys are sorted by code point, as Python does; a plain sort goes by UTF-16 unit and
 * puts a rare character beyond U+FFFF in another place.
 */
export function canonical(value) {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(",")}]`;
  }
  if (value !== null && typeof value === "object") {
    const keys = Object.keys(value).sort(byCodePoint);
    return `{${keys.map((key) => `${canonical(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

function byCodePoint(left, right) {
  const one = Array.from(left);
  const other = Array.from(right);
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const gap = one[index].codePointAt(0) - other[index].codePointAt(0);
    if (gap !== 0) {
      return gap;
    }
  }
  return one.length - other.length;
}
