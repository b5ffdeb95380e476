// When panels are drawn: the one that has waited longest first, and in the same frame those that there
// is time for, so that the page stays responsive. A page at rest asks for no frames.

import { calm } from "./calm.js";

/** @typedef {import("./types.d.ts").Plotly} Plotly */
/** @typedef {import("./types.d.ts").Theme} Theme */
/** @typedef {import("./panel.js").Panel} Panel */

const FRAME = 80; // milliseconds between two drawings of a panel: more often than a run reports
const CALM = 1000; // the same for people who have asked their system for less motion
const TOGETHER = 8; // milliseconds of drawing after which a frame takes no other panel
const REST = 0.1; // share of its time that a drawing is followed by rest: training needs the machine

export class Drawings {
  /** @param {Map<string, Panel>} panels those of the page at any time */
  constructor(panels) {
    this.panels = panels;
    /** @type {Plotly | null} */
    this.plotly = null;
    /** @type {Theme | null} */
    this.theme = null;
    this.frame = 0; // the frame that was asked for, 0 for none
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.pause = undefined;
    this.nextAt = 0; // milliseconds
  }

  // Something may have to be drawn: ask for a frame when it is time, and for none before, as each
  // makes the browser work.
  wake() {
    clearTimeout(this.pause);
    if (this.frame || !this.plotly || !this.theme) return;
    const due = Math.min(...[...this.panels.values()].map((panel) => this.due(panel)));
    if (due === Number.POSITIVE_INFINITY) return;
    const left = due - performance.now();
    if (left > 0) this.pause = setTimeout(() => this.wake(), left);
    else this.frame = requestAnimationFrame(() => this.tick(performance.now()));
  }

  stop() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.pause);
  }

  /** When a panel is to be drawn: in milliseconds, Infinity for not. @param {Panel} panel */
  due({ figure, drawnAt }) {
    if (!figure) return Number.POSITIVE_INFINITY;
    return Math.max(figure.due, drawnAt + (calm() ? CALM : FRAME), this.nextAt);
  }

  /** @param {number} now in milliseconds */
  tick(now) {
    this.frame = 0;
    const due = [...this.panels.values()].filter((panel) => this.due(panel) <= now);
    due.sort((one, other) => one.drawnAt - other.drawnAt);
    const began = performance.now();
    for (const panel of due) {
      this.draw(panel, now);
      if (performance.now() - began >= TOGETHER) break;
    }
    const done = performance.now();
    if (due.length) this.nextAt = done + (done - began) * REST;
    this.wake();
  }

  /** @param {Panel} panel @param {number} now in milliseconds */
  draw(panel, now) {
    if (!panel.figure || !this.plotly || !this.theme) return;
    panel.drawnAt = now;
    panel.figure.draw(this.plotly, this.theme, now).then(() => {
      panel.count();
      this.wake();
    });
  }
}
