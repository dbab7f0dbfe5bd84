// What belongs to the customer of this moment: blanks and the basket, in memory only.

import { isOwn } from "./own.js";

const CHANNEL = "handbook-finder";
/**
 * Milliseconds without a key or a tap in the finder after which the next search is taken
 * to be for another customer. Within a call pauses are mostly shorter; from one call's
 * last phrase to the next call's first they are mostly longer (goodbye, notes, ringing).
 * Either guess costs one key where it is wrong, and is told.
 */
const PAUSE = 3 * 60_000;
/** After so long nobody is still the same customer: nothing is left to be put back. */
const OVER = 30 * 60_000;
/** Other pages are told of keys this often at most. */
const TOLD = 5_000;

/**
 * The call that is being handled. Other open pages of the handbook hold the same one: a
 * page that opens asks them, and every change is told to them. Nothing is written down
 * anywhere; with the last page it is gone.
 */
export class Call {
  /**
   * @param {typeof BroadcastChannel | undefined} Channel
   * @param {{get: (key: string) => string | undefined}} own answers that hold for every
   *   call, where none was typed in this one
   * @param {() => number} now milliseconds
   */
  constructor(Channel, own = new Map(), now = Date.now) {
    /** What was typed, by the blank's key. */
    this.values = new Map();
    this.own = own;
    /** Phrases to be said in one go: their ids and words, blanks unfilled. */
    this.basket = [];
    /** What was put aside when another call seemed to begin; null: nothing. */
    this.aside = null;
    this.now = now;
    /** When any page last used the finder, and when the others were last told; 0: never. */
    this.usedAt = 0;
    this.toldAt = 0;
    this.Channel = Channel;
    this.channel = null;
    this.listeners = [];
  }

  /** Joins the other open pages and asks them what is known. */
  join() {
    if (!this.Channel || this.channel) return;
    try {
      this.channel = new this.Channel(CHANNEL);
    } catch {
      return; // some sandboxes refuse it; then this page is on its own
    }
    this.channel.onmessage = ({ data }) => this.hear(data);
    this.tell({ say: "hello" });
  }

  /** Leaves them: a page that goes away, perhaps to be kept for the way back. */
  leave() {
    this.channel?.close();
    this.channel = null;
  }

  onChange(listener) {
    this.listeners.push(listener);
  }

  get(key) {
    return this.values.has(key) ? this.values.get(key) : this.own.get(key);
  }

  /** What was typed about this customer, by the blank's key; not the agent's own answers. */
  get typed() {
    return [...this.values].filter(([key, value]) => value && !isOwn(key));
  }

  /** Whether anything of this customer is held. */
  get holds() {
    return this.typed.length > 0 || this.basket.length > 0;
  }

  // Where one call ends and the next begins

  /** A key or a tap in the finder: the call goes on. */
  use() {
    this.usedAt = this.now();
    if (this.usedAt - this.toldAt < TOLD) return;
    this.toldAt = this.usedAt;
    this.tell({ say: "used", at: this.usedAt });
  }

  /**
   * Somebody looks for something. After a long pause it is for another customer: what was
   * typed for the last one is put aside on every page, and can be taken back.
   *
   * @returns {boolean} whether something was put aside
   */
  seek() {
    const idle = this.now() - this.usedAt;
    if (idle < PAUSE) return false;
    if (idle >= OVER) this.aside = null;
    if (!this.holds) return false;
    const message = { say: "next", keep: idle < OVER };
    this.next(message);
    this.tell(message);
    return true;
  }

  next({ keep }) {
    const { typed, basket } = this;
    for (const [key] of typed) this.values.delete(key);
    this.basket = [];
    this.aside = keep ? { values: typed, basket } : null;
  }

  /** It is the same customer after all; what was typed since stays. */
  takeBack() {
    this.restore();
    this.tell({ say: "back" });
  }

  restore() {
    for (const [key, value] of this.aside?.values ?? []) if (!this.values.get(key)) this.values.set(key, value);
    this.basket = [...(this.aside?.basket ?? []), ...this.basket];
    this.aside = null;
  }

  set(key, value) {
    this.use();
    this.put(key, value);
    this.tell({ say: "value", key, value });
  }

  /** An emptied blank stays empty, also where an own answer could stand in it. */
  put(key, value) {
    if (value || this.own.get(key)) this.values.set(key, value);
    else this.values.delete(key);
  }

  setBasket(basket) {
    this.use();
    this.basket = basket;
    this.tell({ say: "basket", basket });
  }

  /** Forgets everything: the next customer. */
  clear() {
    this.forget();
    this.tell({ say: "clear" });
  }

  forget() {
    this.values.clear();
    this.basket = [];
    this.aside = null;
  }

  hearUse(at) {
    if (Number.isFinite(at)) this.usedAt = Math.max(this.usedAt, at);
  }

  tell(message) {
    this.channel?.postMessage(message);
  }

  hear(message) {
    if (message === null || typeof message !== "object") return;
    const { say, key, value } = message;
    if (say === "hello") {
      if (this.values.size || this.basket.length || this.aside) {
        const { basket, aside, usedAt } = this;
        this.tell({ say: "all", values: [...this.values], basket, aside, at: usedAt });
      }
      return;
    }
    if (say === "used") return this.hearUse(message.at);
    if (say === "all") {
      this.hearUse(message.at);
      for (const [key, typed] of readValues(message.values)) if (!this.values.has(key)) this.values.set(key, typed);
      if (!this.basket.length) this.basket = readBasket(message.basket);
      if (message.aside) this.aside ??= { values: readValues(message.aside.values), basket: readBasket(message.aside.basket) };
    } else if (say === "value" && isText(key) && isText(value)) {
      this.put(key, value);
      this.hearUse(this.now());
    } else if (say === "basket") this.basket = readBasket(message.basket);
    else if (say === "next") this.next({ keep: message.keep === true });
    else if (say === "back") this.restore();
    else if (say === "clear") this.forget();
    else return;
    for (const listener of this.listeners) listener(say);
  }
}

function readValues(value) {
  if (!Array.isArray(value)) return [];
  return value.filter((pair) => isText(pair?.[0]) && isText(pair[1])).map(([key, typed]) => [key, typed]);
}

function readBasket(value) {
  if (!Array.isArray(value)) return [];
  return value.filter((one) => isText(one?.id) && isText(one.text)).map(({ id, text }) => ({ id, text }));
}

function isText(value) {
  return typeof value === "string";
}
