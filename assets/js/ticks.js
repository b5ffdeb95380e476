// What of an upright axis has room where its plot is low: ticks that do not touch, a title as a whole.

import { widthOf } from "./marks.js";

const ROOM = 13; // pixels from one number to the next
const LOW = 100; // pixels of a plot below which what has no room is left to the panel
const NAME = 16; // pixels that such a name takes
const LABELS = 8; // numbers that an axis has by decades and what lies between, as a rule

/** @typedef {import("./types.d.ts").PlotlyFigure["layout"]} Axis an open dictionary of Plotly's */

/**
 * The axis with so many of its ticks, and its title, as `length` pixels have room for.
 * @param {Axis} axis
 * @param {number} length in pixels of usual letters; 0 where it is not known
 * @returns {Axis}
 */
export function roomy(axis, length) {
  if (!axis || length <= 0) return axis;
  const fitted = { ...axis };
  if (axis.title?.text && widthOf(axis.title.text) > length) {
    fitted.title = { ...axis.title, text: "" };
  }
  const { tickvals, ticktext, dtick } = axis;
  if (tickvals) {
    const step = Math.max(1, Math.ceil((tickvals.length * ROOM) / length));
    const zero = Math.max(0, tickvals.indexOf(0)); // 10⁰ stays
    const kept = (/** @type {unknown} */ _, /** @type {number} */ place) =>
      (place - zero) % step === 0;
    fitted.tickvals = tickvals.filter(kept);
    if (ticktext) fitted.ticktext = ticktext.filter(kept);
  } else if (dtick === "D2" || dtick === "D1") {
    if (length < LABELS * ROOM) fitted.dtick = 1; // powers of ten alone
  }
  return fitted;
}

/**
 * The layout of a plot that is `height` pixels high; a low one leaves out what its axes across are
 * called, and is higher by that.
 * @param {Axis} layout @param {number} height in pixels of usual letters
 * @returns {Axis}
 */
export function heightened(layout, height) {
  const across = Object.entries(layout).filter(
    ([name, axis]) => /^xaxis\d*$/.test(name) && axis.title?.text,
  );
  if (height >= LOW || !across.length) return layout;
  const unnamed = across.map(([name, axis]) => [name, { ...axis, title: { text: "" } }]);
  const margin = { ...layout.margin, b: layout.margin.b - NAME };
  return { ...layout, ...Object.fromEntries(unnamed), margin };
}

/** All upright axes of a layout. @param {Axis} layout @param {number} length */
export function roomyAxes(layout, length) {
  const upright = Object.entries(layout).filter(([name]) => /^yaxis\d*$/.test(name));
  return Object.fromEntries(upright.map(([name, axis]) => [name, roomy(axis, length)]));
}

/** How long the upright axes of a plot came out: labels below may have taken some of its height. */
export class Room {
  length = 0;

  /** Whether it is another length than was known. @param {number} length */
  learn(length) {
    const known = this.length;
    this.length = Math.round(length);
    return known !== this.length;
  }
}
