// The lowest of a curve's values, and where it was.

/** @typedef {{step: number, value: number}} Low */

export class Lowest {
  constructor() {
    /** @type {Low[]} each lower than those before it */
    this.lows = [];
    this.partial = false; // whether values of a part of the text are compared
  }

  clear() {
    this.lows = [];
    this.partial = false;
  }

  /**
   * Note a value. Values of a part of the text and of the whole do not compare: where there are
   * some of a part, only those count.
   * @param {number} step
   * @param {number} value
   * @param {boolean} partial
   */
  note(step, value, partial) {
    if (partial && !this.partial) this.clear();
    if (!partial && this.partial) return;
    this.partial = partial;
    const lowest = this.best;
    if (!lowest || value < lowest.value) this.lows.push({ step, value });
  }

  /** Forget what was found after a step. @param {number} step */
  rewind(step) {
    this.lows = this.lows.filter((low) => low.step <= step);
  }

  /** @returns {Low | null} */
  get best() {
    return this.lows.at(-1) ?? null;
  }
}
