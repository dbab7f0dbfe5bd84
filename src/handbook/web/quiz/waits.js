/**
 * Remembers on this computer when somebody who failed may sit again.
 *
 * Without an invitation the server is not asked beforehand: whoever could ask for any
 * staff number would learn who failed. So a page tells only what came back to it, and
 * keeps of the number no more than a hash.
 */

import { sha256 } from "./sha256.js";

/** Return the notes of one exam. */
export function openWaits(store, name, zone) {
  const key = `${name}:wait`;
  const whose = (number) => sha256(`${name}\n${number}`);
  return {
    /** Note what a server said after a hand-in: a time, or null for a pass. */
    note(number, until) {
      if (until) {
        store.set(key, { who: whose(number), until });
      } else {
        store.remove(key);
      }
    },
    /** Return until when somebody must wait, in words; empty if nothing is known. */
    left(number, now) {
      const noted = store.get(key);
      const waiting = noted && noted.who === whose(number) && Date.parse(noted.until) > now;
      return waiting ? spoken(noted.until, zone) : "";
    },
  };
}

/**
 * Return a time as people read it, in the zone that the page names: as the trainers' pages
 * tell it, wherever the computer thinks it is.
 */
export function spoken(time, timeZone) {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toLocaleString("zh-CN", { hour12: false, timeZone });
}
