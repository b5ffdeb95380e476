// The slim line above the panels: how the run stands, how far it is, how fast, how long still.

import { element } from "./element.js";

/** @typedef {import("./types.d.ts").Phase} Phase */
/** @typedef {import("./types.d.ts").Progress} Progress */
/** @typedef {import("./labels.js").Labels} Labels */

const RATES = 20; // newest rates that the shown speed is the mean of

/**
 * Seconds until `total` updates are done, at `rate` tokens a second and `unit` tokens an update.
 * @param {{total: number, unit: number}} progress
 * @param {number} done
 * @param {number} rate
 */
export function secondsLeft({ total, unit }, done, rate) {
  return ((total - done) * unit) / rate;
}

/**
 * Tokens a second of a training that makes at most `pace` updates a second; 0 sets no bound.
 * @param {number} rate at which it could train
 * @param {number} unit tokens an update
 * @param {number} pace
 */
export function paced(rate, unit, pace) {
  return pace ? Math.min(rate, pace * unit) : rate;
}

export class Strip {
  constructor() {
    /** @type {Phase} */
    this.phase = "none";
    this.status = "";
    this.standing = "";
    this.reached = { done: 0, epoch: 0 };
    this.root = element("div", "strip");
    this.state = element("span", "state");
    this.state.setAttribute("role", "status");
    this.place = element("span", "number");
    this.speed = element("span", "number");
    this.left = element("span", "number");
    this.fill = element("i", "fill");
    const bar = element("div", "bar");
    bar.append(this.fill);
    this.root.append(this.state, bar, this.place, this.speed, this.left);
    /** @type {number[]} */
    this.rates = [];
    this.pace = 0;
  }

  /** Whether the run trains, or will as soon as it has a place. */
  get going() {
    return this.phase === "active" || this.phase === "waiting";
  }

  /** Show another run. @param {Progress} strip @param {Labels} labels @param {Phase} phase */
  begin(strip, labels, phase) {
    this.rates = [];
    this.reached = { done: strip.done, epoch: strip.epoch };
    this.status = strip.status;
    this.standing = strip.standing ?? "";
    this.phase = phase;
    this.reword(strip, labels);
  }

  /** Say the same in another language. @param {Progress} strip @param {Labels} labels */
  reword(strip, labels) {
    this.strip = strip;
    this.labels = labels;
    this.place.textContent = this.speed.textContent = this.left.textContent = "";
    this.show(this.status, this.phase, this.standing);
    this.progress({ ...this.reached, rate: 0 });
    if (this.rates.length) this.tell(strip);
  }

  /**
   * @param {string} status
   * @param {Phase} phase
   * @param {string} [standing] how it ended, where the status does not say that
   */
  show(status, phase, standing = "") {
    this.phase = phase;
    this.status = status;
    this.standing = standing;
    this.root.dataset.phase = phase;
    this.root.dataset.status = status;
    this.say(this.labels?.statuses[standing || status] ?? status);
    if (phase !== "active") this.left.textContent = "";
  }

  /** A run that was to go on makes more updates than it was started with. @param {Progress} strip */
  plan({ total, epochs }) {
    if (!this.strip || total === this.strip.total) return;
    this.strip = { ...this.strip, total, epochs };
    this.progress({ ...this.reached, rate: 0 });
  }

  /** @param {{done: number, epoch: number, rate: number}} progress @param {number} [pace] */
  progress({ done, epoch, rate }, pace = 0) {
    this.reached = { done, epoch };
    if (!this.strip || !this.labels) return;
    const { total, epochs } = this.strip;
    this.root.dataset.done = String(done);
    this.fill.style.transform = `scaleX(${total ? Math.min(done / total, 1) : 0})`;
    this.place.textContent = this.labels.fill("place", { done, total, epoch, epochs });
    if (!rate) return;
    this.rates = [...this.rates.slice(1 - RATES), rate];
    this.pace = pace;
    this.tell(this.strip);
  }

  /** Say how fast it trains, by its newest rates, and how long it will still take.
   *  @param {Progress} strip */
  tell(strip) {
    if (!this.labels) return;
    const able = this.rates.reduce((sum, value) => sum + value, 0) / this.rates.length;
    const mean = paced(able, strip.unit, this.pace);
    this.speed.textContent = this.labels.fill("speed", { rate: mean });
    const time = this.labels.duration(secondsLeft(strip, this.reached.done, mean));
    this.left.textContent = this.phase === "active" ? this.labels.fill("left", { time }) : "";
  }

  /** @param {number} step */
  rewind(step) {
    if (!this.strip) return;
    const { total, epochs } = this.strip;
    this.progress({ done: step, epoch: Math.floor((step * epochs) / total) + 1, rate: 0 });
  }

  /** A run waits for its turn. @param {number} place 1 is next */
  queue(place) {
    this.say(`${this.labels?.statuses.waiting} · ${this.labels?.fill("queue", { place })}`);
  }

  /** @param {string} text */
  say(text) {
    if (this.state.textContent !== text) this.state.textContent = text; // it is read out
  }
}
