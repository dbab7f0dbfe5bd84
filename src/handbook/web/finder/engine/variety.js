// The order of what was found: best first, but not one meaning of some letters alone.

/** Points of worth by which one meaning is about three times as likely as another. */
const SCALE = 5;
/** What a further entry of a meaning is worth that already has one above it. */
const AGAIN = { initials: 0.12, pinyin: 0.6, sound: 0.6 };
/** How much an entry shows of a further meaning in its title or keywords, in its text. */
const NAMED = 0.8;
const TOLD = 0.5;
/** Points by which an entry shows its meaning about three times as well as another. */
const PLACES = 10;
/** What it is worth in points that an entry has another meaning as likely as the best. */
const SHARED = 5;
/** Entries that may stand for a meaning. */
const EACH = 5;
/** Rows that are chosen in this way: what is in sight. */
const CHOSEN = 10;

/**
 * Returns the best entries, best first.
 *
 * Letters fit many words. So that the word that is meant is in sight, each further row
 * is the one that adds most to the chance that it has been shown: a word's second entry
 * adds little, another likely word more, an entry with two likely words more still.
 *
 * @param {Engine} engine
 * @param {Scores} scores
 * @param {Run} run
 * @returns {number[]} owners
 */
export function varied(engine, scores, run) {
  const order = scores.leading(run.limit);
  if (run.meanings === null || run.meanings.length < 2) return order;
  const { ways } = scores;
  const { meanings } = run;
  const best = Math.max(...meanings.map(({ worth }) => worth));
  /** The chance that is still open of each meaning, up to a factor. */
  const open = meanings.map(({ worth }) => Math.exp((worth - best) / SCALE));
  const heads = headsOf(meanings, open, scores, run);
  const shown = [];
  const placed = new Set();
  // What matched as it was typed keeps its place before the words.
  for (const owner of order) {
    if (run.ways[ways[owner]].worth !== undefined || shown.length >= 2) break;
    shown.push(owner);
    placed.add(owner);
  }
  const most = Math.min(run.limit, CHOSEN);
  while (shown.length < most) {
    let next = -1;
    let gain = 0;
    for (let m = 0; m < meanings.length; m++) {
      for (let i = 0; i < heads[m].length; i++) {
        const { owner, share, beside } = heads[m][i];
        if (placed.has(owner)) continue;
        let sum = open[m] * share;
        for (const [other, part] of beside) sum += part * open[other];
        if (sum > gain) {
          gain = sum;
          next = m * EACH + i;
        }
      }
    }
    if (next < 0) break;
    const m = Math.floor(next / EACH);
    const { owner, beside } = heads[m][next % EACH];
    open[m] *= AGAIN[meanings[m].why] ?? 1;
    for (const [other, part] of beside) open[other] *= 1 - part * (1 - (AGAIN[meanings[other].why] ?? 1));
    shown.push(owner);
    placed.add(owner);
  }
  for (const owner of order) if (shown.length < run.limit && !placed.has(owner)) shown.push(owner);
  return shown;
}

/** The best entries of each meaning, with the other meanings that they have. */
function headsOf(meanings, open, scores, run) {
  const heads = meanings.map(() => []);
  const at = new Map(meanings.map((meaning, index) => [meaning, index]));
  const { touched, count, values, ways } = scores;
  for (let i = 0; i < count; i++) {
    const owner = touched[i];
    const index = at.get(run.ways[ways[owner]]);
    if (index === undefined) continue;
    const named = run.named.of(owner) & ~(1 << index);
    const beside = [];
    for (let bits = named | (run.masks.of(owner) & ~(1 << index)), bit = 0; bits !== 0; bits >>>= 1, bit++) {
      if (bits & 1) beside.push([bit, named & (1 << bit) ? NAMED : TOLD]);
    }
    let value = values[owner];
    for (const [other, part] of beside) value += SHARED * part * open[other];
    const head = heads[index];
    let place = head.length;
    while (place > 0 && (head[place - 1].value < value || (head[place - 1].value === value && head[place - 1].owner > owner))) place--;
    if (place >= EACH) continue;
    head.splice(place, 0, { owner, value, beside, share: 1 });
    if (head.length > EACH) head.pop();
  }
  for (const head of heads) for (const one of head) one.share = Math.exp((values[one.owner] - values[head[0].owner]) / PLACES);
  return heads;
}
