// What belongs to the customer of this moment: blanks and the basket, in memory only.

const CHANNEL = "handbook-finder";

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
   */
  constructor(Channel, own = new Map()) {
    /** What was typed, by the blank's key. */
    this.values = new Map();
    this.own = own;
    /** Phrases to be said in one go: their ids and words, blanks unfilled. */
    this.basket = [];
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

  /** How many blanks hold words of this call. */
  get typed() {
    return [...this.values.values()].filter(Boolean).length;
  }

  set(key, value) {
    this.put(key, value);
    this.tell({ say: "value", key, value });
  }

  /** An emptied blank stays empty, also where an own answer could stand in it. */
  put(key, value) {
    if (value || this.own.get(key)) this.values.set(key, value);
    else this.values.delete(key);
  }

  setBasket(basket) {
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
  }

  tell(message) {
    this.channel?.postMessage(message);
  }

  hear(message) {
    if (message === null || typeof message !== "object") return;
    const { say, key, value } = message;
    if (say === "hello") {
      if (this.values.size || this.basket.length) this.tell({ say: "all", values: [...this.values], basket: this.basket });
      return;
    }
    if (say === "all") {
      for (const pair of Array.isArray(message.values) ? message.values : []) {
        if (isText(pair?.[0]) && isText(pair[1]) && !this.values.has(pair[0])) this.values.set(pair[0], pair[1]);
      }
      if (!this.basket.length) this.basket = readBasket(message.basket);
    } else if (say === "value" && isText(key) && isText(value)) {
      this.put(key, value);
    } else if (say === "basket") this.basket = readBasket(message.basket);
    else if (say === "clear") this.forget();
    else return;
    for (const listener of this.listeners) listener(say);
  }
}

function readBasket(value) {
  if (!Array.isArray(value)) return [];
  return value.filter((one) => isText(one?.id) && isText(one.text)).map(({ id, text }) => ({ id, text }));
}

function isText(value) {
  return typeof value === "string";
}
