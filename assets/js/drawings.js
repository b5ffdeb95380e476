// When panels are drawn: one a frame, the one that has waited longest first, so that the page stays
// responsive. A page at rest asks for no frames.

import { calm } from "./calm.js";

/** @typedef {import("./types.d.ts").Plotly} Plotly */
/** @typedef {import("./types.d.ts").Theme} Theme */
/** @typedef {import("./panel.js").Panel} Panel */

const FRAME = 80; // milliseconds between two drawings of a panel: more often than a run reports
const CALM = 1000; // the same for people who have asked their system for less motion
const REST = 0.1; // share of its time that a drawing is followed by rest: training needs the machine
const PAUSE = 20; // milliseconds between two looks at what is to be drawn soon

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

  // Something may have to be drawn.
  wake() {
    if (!this.frame) this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  stop() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.pause);
  }

  /** @param {number} now in milliseconds */
  tick(now) {
    this.frame = 0;
    if (!this.plotly || !this.theme) return;
    const pending = [...this.panels.values()].filter(({ figure }) => figure?.pending);
    if (!pending.length) return;
    if (now >= this.nextAt) this.draw(this.plotly, this.theme, pending, now);
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.wake(), PAUSE);
  }

  /**
   * @param {Plotly} plotly
   * @param {Theme} theme
   * @param {Panel[]} pending panels with something to draw, now or soon
   * @param {number} now in milliseconds
   */
  draw(plotly, theme, pending, now) {
    const apart = calm() ? CALM : FRAME;
    const due = pending.filter(({ figure, drawnAt }) => figure?.due(now) && now - drawnAt >= apart);
    if (!due.length) return;
    const panel = due.reduce((next, other) => (other.drawnAt < next.drawnAt ? other : next));
    panel.drawnAt = now;
    panel.figure?.draw(plotly, theme, now).then(() => panel.count());
    const spent = performance.now() - now;
    this.nextAt = now + spent * (1 + REST);
  }
}
