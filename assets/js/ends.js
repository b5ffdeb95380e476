// The names of curves and lines, beside the plot: each as high as its own ends, and none on another.

import { spread } from "./ladder.js";

/** @typedef {import("./types.d.ts").PlotlyFigure["data"][number]} Trace */

const ROOM = 13; // pixels from a name to the next

/**
 * A name for every trace with `meta.tip`, at the right edge of the plot, and a fine line to it from
 * where its curve ends: level to the edge, and there to the name. They are drawn on the axis y2, from 0 at the top of the plot to 1.
 * @param {Trace[]} traces a line that is compared with has `meta.level`
 * @param {{x: number[], y: number[]}} view ranges of the axes, as powers of ten where logarithmic
 * @param {{length: number, log: boolean}} plot its height in pixels, and whether it is logarithmic
 * @returns {Trace[]}
 */
export function tips(traces, { x: [, edge], y: [low, high] }, { length, log }) {
  const names = traces.flatMap(({ uid, meta, line, x, y }) => {
    if (!meta?.tip || !x?.length) return [];
    const end = log ? Math.log10(y.at(-1)) : y.at(-1);
    const place = ((high - end) / (high - low)) * length;
    if (!Number.isFinite(place) || (meta.level && (place < -1 || place > length + 1))) return [];
    const from = Math.min(x.at(-1), edge);
    return { uid, text: meta.tip, colour: line.color, from, place };
  });
  names.sort((a, b) => a.place - b.place);
  const own = names.map(({ place }) => Math.max(0, Math.min(place, length)));
  const room = Math.min(ROOM, length / Math.max(1, names.length - 1));
  return spread(own, room, length).map((place, rank) => ({
    uid: `${names[rank].uid}-tip`,
    type: "scatter",
    mode: "lines+text",
    meta: { of: names[rank].uid, beside: true },
    x: [edge, edge, names[rank].from],
    y: [place, own[rank], own[rank]].map((pixel) => pixel / length),
    yaxis: "y2",
    text: [`\u00a0${names[rank].text}`, "", ""],
    textposition: "middle right",
    textfont: { size: 12, color: names[rank].colour },
    line: { color: names[rank].colour, width: 1, dash: "dot" },
    cliponaxis: false,
    hoverinfo: "skip",
  }));
}
