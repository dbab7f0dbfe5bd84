// What index data must look like, so that damaged data is told before anything breaks.

export const FORMAT = 1;

const SLICE = 8000;

/** Data that no search can be built from; the face offers to load it again. */
export class DamagedData extends Error {}

const isText = (value) => value === undefined || typeof value === "string";

function isTexts(value) {
  if (value === undefined) return true;
  if (!Array.isArray(value)) return false;
  for (let i = 0; i < value.length; i++) if (typeof value[i] !== "string") return false;
  return true;
}

function isEntry(entry) {
  return (
    entry !== null &&
    typeof entry === "object" &&
    typeof entry.id === "string" &&
    typeof entry.title === "string" &&
    isText(entry.text) &&
    isText(entry.when) &&
    isText(entry.page) &&
    isTexts(entry.keywords) &&
    isTexts(entry.scene) &&
    isTexts(entry.never) &&
    isTexts(entry.variants) &&
    isTexts(entry.channels)
  );
}

/**
 * Checks data in short steps.
 *
 * @throws {DamagedData}
 */
export function* checking(data) {
  const whole =
    data !== null &&
    typeof data === "object" &&
    data.format === FORMAT &&
    Array.isArray(data.entries) &&
    typeof data.syllables === "string" &&
    typeof data.traditional === "string" &&
    Array.isArray(data.synonyms) &&
    data.synonyms.every((group) => Array.isArray(group) && isTexts(group)) &&
    Array.isArray(data.lexicon) &&
    isTexts(data.lexicon);
  if (!whole) throw new DamagedData("finder data");
  for (let from = 0; from < data.entries.length; from += SLICE) {
    const wrong = firstWrong(data.entries, from, Math.min(data.entries.length, from + SLICE));
    if (wrong >= 0) throw new DamagedData(`finder data: entry ${wrong}`);
    yield;
  }
}

function firstWrong(entries, from, to) {
  for (let i = from; i < to; i++) if (!isEntry(entries[i])) return i;
  return -1;
}
