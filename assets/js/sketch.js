// A quick drawing between two full ones: curves, points and words move to their new data on the
// axes that are there. A full drawing lays everything out anew, and training would pay for it.
// This is the one file that reads private fields of Plotly (`_fullData`, `_fullLayout`, an axis's
// `d2p` and `_length`) and the class names of its SVG: requirements.txt bounds plotly to the
// versions that the browser tests have run on.

/** @typedef {import("./types.d.ts").PlotlyBox} PlotlyBox */
/** @typedef {{uid: string, x: number[], y: number[]}} Moved */
/** @typedef {{autorange: boolean, _length: number, d2p(value: number): number}} Axis */
/** @typedef {NodeListOf<SVGElement>} Elements */
/** @typedef {{lines: Elements, points: Elements, words: Elements, across: number[], down: number[]}} Stroke */

/**
 * Leaves the plot as it was and returns false where only a full drawing will do: a trace that has
 * not been drawn yet, a gap, a value beyond an axis that adapts.
 * @param {PlotlyBox} box
 * @param {Moved[]} changed
 */
export function sketch(box, changed) {
  /** @type {Stroke[]} */
  const strokes = [];
  for (const { uid, x, y } of changed) {
    const trace = box._fullData?.find((full) => full.uid === uid);
    const drawn = box.querySelector(`.scatterlayer > .trace${CSS.escape(uid)}`);
    if (!trace || !drawn) return false;
    const across = place(x, axisOf(box, trace.xaxis));
    const down = place(y, axisOf(box, trace.yaxis));
    if (!across || !down) return false;
    /** @type {Elements} */
    const lines = drawn.querySelectorAll(":scope > .lines > path");
    /** @type {Elements} */
    const points = drawn.querySelectorAll(":scope > .points > path");
    /** @type {Elements} */
    const words = drawn.querySelectorAll(":scope > .text text");
    if (lines.length !== (trace.mode.includes("lines") ? 1 : 0)) return false;
    if (Math.max(points.length, words.length) > x.length) return false;
    strokes.push({ lines, points, words, across, down });
  }
  for (const stroke of strokes) move(stroke);
  return true;
}

/** @param {PlotlyBox} box @param {string} id such as "x2" @returns {Axis} */
function axisOf(box, id) {
  return box._fullLayout[`${id[0]}axis${id.slice(1)}`];
}

/** Values as pixels along an axis; null if one cannot be shown. @param {number[]} values @param {Axis} axis */
function place(values, axis) {
  const pixels = values.map((value) => axis.d2p(value));
  /** @param {number} pixel */
  const inside = (pixel) => pixel > -1 && pixel < axis._length + 1;
  return pixels.every(axis.autorange ? inside : Number.isFinite) ? pixels : null;
}

/** @param {Stroke} stroke */
function move({ lines, points, words, across, down }) {
  /** @param {number} pixel */
  const round = (pixel) => String(Math.round(pixel * 10) / 10);
  const at = across.map((pixel, index) => [round(pixel), round(down[index])]);
  for (const line of lines) line.setAttribute("d", `M${at.join("L")}`);
  // Points that are new come with the next full drawing.
  points.forEach((point, index) => {
    point.setAttribute("transform", `translate(${at[index]})`);
  });
  words.forEach((word, index) => {
    word.setAttribute("x", at[index][0]);
    word.setAttribute("y", at[index][1]);
  });
}
