// The best score of every entry for one term, and the best entries of many.

/** Cleared by a new stamp, not by filling. */
export class Scores {
  constructor(size) {
    this.stamps = new Int32Array(size);
    this.values = new Float32Array(size);
    /** By which way of the run an entry came. */
    this.ways = new Int32Array(size);
    this.touched = new Int32Array(size);
    this.count = 0;
    this.stamp = 0;
    this.best = -Infinity;
  }

  clear() {
    this.stamp++;
    this.count = 0;
    this.best = -Infinity;
  }

  has(owner) {
    return this.stamps[owner] === this.stamp;
  }

  raise(owner, value, way) {
    if (this.stamps[owner] !== this.stamp) {
      this.stamps[owner] = this.stamp;
      this.touched[this.count++] = owner;
    } else if (this.values[owner] >= value) return;
    this.values[owner] = value;
    this.ways[owner] = way;
    if (value > this.best) this.best = value;
  }

  /** Adds to what an entry has; `ways` begin at 0. */
  add(owner, value) {
    if (this.has(owner)) this.values[owner] += value;
    else this.raise(owner, value, 0);
  }

  /** The best entries, best first; the rest is never sorted. */
  leading(limit) {
    const { values, touched, count } = this;
    const best = new Int32Array(limit + 1);
    let size = 0;
    let least = -Infinity;
    for (let i = 0; i < count; i++) {
      const owner = touched[i];
      const value = values[owner];
      if (size === limit && (value < least || (value === least && owner > best[size - 1]))) continue;
      let at = size;
      while (at > 0) {
        const other = best[at - 1];
        if (values[other] > value || (values[other] === value && other < owner)) break;
        best[at] = other;
        at--;
      }
      best[at] = owner;
      if (size < limit) size++;
      if (size === limit) least = values[best[size - 1]];
    }
    return Array.from(best.subarray(0, size));
  }
}

/** Which of some meanings every entry has, as bits; cleared by a new stamp. */
export class Masks {
  constructor(size) {
    this.stamps = new Int32Array(size);
    this.bits = new Int32Array(size);
    this.stamp = 0;
  }

  clear() {
    this.stamp++;
  }

  add(owner, bit) {
    if (this.stamps[owner] !== this.stamp) {
      this.stamps[owner] = this.stamp;
      this.bits[owner] = 0;
    }
    this.bits[owner] |= bit;
  }

  of(owner) {
    return this.stamps[owner] === this.stamp ? this.bits[owner] : 0;
  }
}
