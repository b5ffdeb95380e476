// Tells the page of a phase that the stream has reported, until the page knows it.

/** @typedef {import("./types.d.ts").Phase} Phase */
/** @typedef {{status: string, reason: string | null}} News */

export const AGAIN = 2000; // milliseconds after which a page that has not reacted is told again

/**
 * The page runs again when it is told of a phase, for its buttons must fit. A message may get
 * lost while the page is busy, so it is repeated until the page's own phase has caught up.
 */
export class Notifier {
  /** @param {(news: News) => void} send */
  constructor(send) {
    this.send = send;
    /** @type {Phase} */
    this.pagePhase = "none";
    /** @type {Phase} */
    this.streamPhase = "none";
    /** @type {News | null} */
    this.news = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** @param {News} news @param {Phase} phase */
  report(news, phase) {
    this.news = news;
    this.streamPhase = phase;
    // The page reports by itself that a run has started: Start was pressed there.
    if (this.pagePhase === "ready") this.notifyLater();
    else this.notify();
  }

  notify() {
    this.stop();
    if (!this.news || this.streamPhase === this.pagePhase) return;
    this.send(this.news);
    this.notifyLater();
  }

  notifyLater() {
    this.stop();
    this.timer = setTimeout(() => this.notify(), AGAIN);
  }

  forget() {
    this.news = null;
  }

  stop() {
    clearTimeout(this.timer);
  }
}
