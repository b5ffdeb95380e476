// Words beside the points of a chart, apart from each other.

import { widthOf } from "./marks.js";
import { placed, scaleOf } from "./plane.js";

/** @typedef {import("./types.d.ts").PlotlyFigure} PlotlyFigure */
/** @typedef {import("./plane.js").Spot} Spot */

const MEASURED = 11; // pixels of the letters that widthOf measures
const LED = 2; // the ring from which on a line leads from a word to its point

/**
 * The figure with the words of its traces (`meta.apart`: as they are read, without markup) beside
 * their points, the first words nearest. A word for which no room is left is not drawn: who points
 * at its point is told it.
 * @param {PlotlyFigure} figure whose axes have ranges
 * @param {{width: number, height: number}} plot in pixels
 * @returns {PlotlyFigure}
 */
export function apart({ data, layout }, plot) {
  const traces = data.filter((trace) => trace.meta?.apart);
  if (!traces.length) return { data, layout };
  const frame = { x: layout.xaxis.range, y: layout.yaxis.range };
  const { place, value } = scaleOf(frame, plot.width, plot.height);
  const words = traces.flatMap((trace) =>
    trace.meta.apart.map((/** @type {string} */ word, /** @type {number} */ at) => ({
      spot: place(trace.x[at], trace.y[at]),
      width: (widthOf(word) * trace.textfont.size) / MEASURED + 4,
    })),
  );
  const found = placed(
    words,
    words.map(({ spot }) => spot),
    plot,
  );
  let next = 0;
  /** @type {any[]} */
  const lines = [];
  const moved = data.map((trace) => {
    if (!trace.meta?.apart) return trace;
    const own = found.slice(next, next + trace.x.length);
    const spots = words.slice(next, next + trace.x.length).map(({ spot }) => spot);
    next += trace.x.length;
    for (const [at, to] of own.entries())
      if (to && to.far >= LED) lines.push(led(value(spots[at]), value(to), trace.textfont.color));
    const values = own.map((spot) => spot && value(spot));
    return {
      ...trace,
      textposition: "middle center",
      x: values.map((at) => at?.x ?? null),
      y: values.map((at) => at?.y ?? null),
    };
  });
  return { data: moved, layout: { ...layout, shapes: [...(layout.shapes ?? []), ...lines] } };
}

/** @param {Spot} from @param {Spot} to @param {string} color */
function led(from, to, color) {
  const line = { color, width: 0.8 };
  const [x0, y0, x1, y1] = [from.x, from.y, to.x, to.y];
  return { type: "line", layer: "below", opacity: 0.35, x0, y0, x1, y1, line };
}
