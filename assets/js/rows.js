// The mark of a distance in a figure that has one axis of distances across and another one upwards.

/** @typedef {import("./types.d.ts").Word} Word */

/**
 * @param {Word | null} word
 * @param {{last: number, colour: string}} rows the farthest distance, and the colour of the mark
 * @param {(name: string, values: Record<string, number | string>) => string} fill
 * @returns {{shapes: Record<string, any>[], annotations: Record<string, any>[]}}
 */
export function rowMark(word, { last, colour }, fill) {
  if (!word || word.distance === null || word.distance > last)
    return { shapes: [], annotations: [] };
  const { distance, text, loss } = word;
  const line = { color: colour, width: 2 };
  const late = distance > last / 2;
  return {
    shapes: [
      { type: "line", xref: "x", yref: "y domain", x0: distance, x1: distance, y0: 0, y1: 1, line },
      {
        ...{ type: "rect", xref: "x2 domain", yref: "y2", x0: 0, x1: 1, line },
        ...{ y0: distance - 0.5, y1: distance + 0.5 },
      },
    ],
    annotations: [
      {
        ...{ xref: "x", yref: "y domain", x: distance, y: 0.02, yanchor: "bottom" },
        ...{ xanchor: late ? "right" : "left", xshift: late ? -4 : 4, showarrow: false },
        text: fill("row", { word: text, loss, distance }),
        font: { size: 11, color: colour },
      },
    ],
  };
}
