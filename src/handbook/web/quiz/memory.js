/**
 * How well an item is remembered, and when it should come again: FSRS-6.
 *
 * Free Spaced Repetition Scheduler, version 6, with its published default parameters and
 * without steps of minutes: a day is the shortest wait. Jarrett Ye et al., "A Stochastic
 * Shortest Path Algorithm for Optimizing Spaced Repetition Scheduling" (KDD 2022), and
 * https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm. The tests
 * hold it against the Python package `fsrs`.
 *
 * Days are whole numbers, counted from any fixed day. A memory is plain data:
 * `stability` (days until recall falls to 90 %), `difficulty` (1 to 10), the day of the
 * `last` answer and the day it is `due`.
 */

export const RATINGS = { again: 1, hard: 2, good: 3 };

const W = [
  0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
  1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
];
const DECAY = -W[20];
const FACTOR = 0.9 ** (1 / DECAY) - 1;
const EASY = 4;
const LEAST_STABILITY = 0.001;
/** Nobody should wait longer: passes hold for a year, and rules change. Days. */
export const LONGEST_WAIT = 180;

/** How likely it is, from 0 to 1, that the item is still remembered on a day. */
export function recallOf({ stability, last }, day) {
  return (1 + (FACTOR * Math.max(0, day - last)) / stability) ** DECAY;
}

/** What is remembered after an answer; `before` is null for the first one. */
export function remember(before, rating, day) {
  const stability = Math.max(LEAST_STABILITY, stabilityAfter(before, rating, day));
  const difficulty = between(1, before ? difficultyAfter(before, rating) : firstDifficulty(rating), 10);
  return { stability, difficulty, last: day, due: day + waitFor(stability) };
}

function stabilityAfter(before, rating, day) {
  if (before === null) return W[rating - 1];
  const { stability, difficulty, last } = before;
  if (day <= last) {
    const growth = Math.exp(W[17] * (rating - 3 + W[18])) * stability ** -W[19];
    return stability * (rating === RATINGS.again ? growth : Math.max(1, growth));
  }
  const forgotten = 1 - recallOf(before, day);
  if (rating === RATINGS.again) {
    return Math.min(
      W[11] * difficulty ** -W[12] * ((stability + 1) ** W[13] - 1) * Math.exp(forgotten * W[14]),
      stability / Math.exp(W[17] * W[18]),
    );
  }
  const penalty = rating === RATINGS.hard ? W[15] : 1;
  const growth = Math.exp(W[8]) * (11 - difficulty) * stability ** -W[9] * (Math.exp(forgotten * W[10]) - 1);
  return stability * (1 + growth * penalty);
}

function firstDifficulty(rating) {
  return W[4] - Math.exp(W[5] * (rating - 1)) + 1;
}

function difficultyAfter({ difficulty }, rating) {
  const moved = difficulty - (W[6] * (rating - 3) * (10 - difficulty)) / 9;
  return W[7] * firstDifficulty(EASY) + (1 - W[7]) * moved;
}

/** Days until recall falls to 90 %, which is what stability says. */
function waitFor(stability) {
  return between(1, Math.round(stability), LONGEST_WAIT);
}

function between(least, value, most) {
  return Math.min(most, Math.max(least, value));
}
