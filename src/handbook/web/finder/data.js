// What index data must look like, so that damaged data is told before anything breaks.

export const FORMAT = 1;

/** Data that no search can be built from; the face offers to load it again. */
export class DamagedData extends Error {}

const isText = (value) => value === undefined || typeof value === "string";
const isTexts = (value) => value === undefined || (Array.isArray(value) && value.every((text) => typeof text === "string"));

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
  for (let i = 0; i < data.entries.length; i++) {
    if (!isEntry(data.entries[i])) throw new DamagedData(`finder data: entry ${i}`);
    if (i % 8000 === 7999) yield;
  }
}
