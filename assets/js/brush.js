// Boxes that a person draws over a chart, moves, resizes, or takes away by a double click.

/** @typedef {import("./types.d.ts").PlotlyBox} PlotlyBox */
/** @typedef {import("./types.d.ts").BrushTold} BrushTold */

const SHAPE = /^shapes\[(\d+)\]/;

/**
 * What Plotly tells of a box that was drawn: its ends on each axis it lies on.
 * @param {{range?: Record<string, number[]>} | undefined} event
 * @returns {BrushTold | null}
 */
export function drawn(event) {
  return event?.range ? { at: null, range: event.range } : null;
}

/**
 * What Plotly tells of a box that was there and has been moved: its number, and its new ends.
 * @param {Record<string, unknown>} change
 * @param {any[]} shapes as they stand now
 * @returns {BrushTold | null}
 */
export function moved(change, shapes) {
  const found = Object.keys(change).map((key) => SHAPE.exec(key)?.[1]);
  const at = found.find((number) => number !== undefined);
  const shape = at === undefined ? undefined : shapes?.[Number(at)];
  if (!shape) return null;
  const { x0, x1, y0, y1, xref = "x", yref = "y" } = shape;
  return { at: Number(at), range: { [xref]: [x0, x1], [yref]: [y0, y1] } };
}

/** @param {PlotlyBox} box @param {(told: BrushTold) => void} tell */
export function watch(box, tell) {
  /** @param {BrushTold | null} told */
  const say = (told) => told && tell(told);
  box.on("plotly_selected", (event) => say(drawn(event)));
  box.on("plotly_relayout", (change) => say(moved(change, box.layout?.shapes)));
  box.on("plotly_deselect", () => tell({ at: null, range: null }));
}
