// The marks of live changes on a curve: a dashed line each, with what was changed written beside it.

/** @typedef {import("./types.d.ts").MarkOp} MarkOp */
/** @typedef {{side: 1 | -1, row: number}} Standing to the right or left of its line, and how low */

const ROW = 13; // pixels from the text of a mark to the one below
const LOWEST = 0.07; // of the plot's height that a row takes at least
const APART = 2; // pixels from a line to its text

/**
 * Where texts beside lines stand so that no text and no line runs into a text: a line ends at its
 * own text, and a text that would leave the plot on the right stands to the left of its line.
 * @param {{left: number, width: number}[]} texts lines from left to right, in pixels
 * @param {number} length of the plot
 * @returns {Standing[]}
 */
export function standings(texts, length) {
  /** @type {Standing[]} */
  const found = texts.map(() => ({ side: 1, row: 0 }));
  let turned = Number.POSITIVE_INFINITY; // where the texts begin that stand to the left
  for (let at = texts.length - 1; at >= 0; at -= 1) {
    const { left, width } = texts[at];
    const crossed = left >= turned;
    if (left < width && crossed) return onlyRightwards(texts);
    if (left < width || (left + width <= length && !crossed)) continue;
    found[at].side = -1;
    turned = Math.min(turned, left - width);
  }
  return inRows(texts, found);
}

/** All to the right, though one may leave the plot. @param {{left: number, width: number}[]} texts */
function onlyRightwards(texts) {
  return inRows(
    texts,
    texts.map(() => ({ side: 1, row: 0 })),
  );
}

/** @param {{left: number, width: number}[]} texts @param {Standing[]} found */
function inRows(texts, found) {
  const order = [...found.keys()];
  const rightwards = order.filter((at) => found[at].side > 0);
  const leftwards = order.filter((at) => found[at].side < 0).reverse();
  /** @type {{from: number, to: number, row: number}[]} */
  const placed = [];
  for (const at of [...rightwards, ...leftwards]) {
    const { left, width } = texts[at];
    const end = left + found[at].side * width;
    const [from, to] = [Math.min(left, end), Math.max(left, end)];
    const above = placed.filter((other) => other.from < to && from < other.to);
    found[at].row = 1 + Math.max(-1, ...above.map(({ row }) => row));
    placed.push({ from, to, row: found[at].row });
  }
  return found;
}

/** About how many pixels a text of the size of a mark's takes. @param {string} text */
export function widthOf(text) {
  return [...text].reduce((width, letter) => width + (letter >= "\u1100" ? 11 : 6), 0);
}

/**
 * Lines and texts as Plotly's shapes and annotations.
 * @param {MarkOp[]} marks
 * @param {(mark: MarkOp) => string} say
 * @param {{range: [number, number] | null, width: number, height: number, colour: string, ground: string, update?: number | null}} plot `ground` is what the texts stand on, `update` has a line of its own
 */
export function drawnMarks(marks, say, { range, width, height, colour, ground, update = null }) {
  const [low, high] = range ?? [0, 1];
  const ordered = [...marks].sort((a, b) => a.x - b.x);
  const texts = ordered.map((mark) => ({
    left: ((mark.x - low) / (high - low)) * width,
    width: widthOf(say(mark)) + APART,
  }));
  const places = standings(texts, width);
  const step = Math.max(LOWEST, ROW / height);
  return {
    shapes: [
      ...ordered.map(({ x }, at) => upright(x, 1 - step * places[at].row, colour, "dash")),
      ...(update === null ? [] : [upright(update, 1, colour, "dot")]),
    ],
    annotations: ordered.map((mark, at) => ({
      x: mark.x,
      yref: "paper",
      y: 1 - step * places[at].row,
      xanchor: places[at].side > 0 ? "left" : "right",
      yanchor: "top",
      xshift: APART * places[at].side,
      text: say(mark),
      showarrow: false,
      bgcolor: ground, // no rung of the ladder runs through it
      borderpad: 0,
      font: { size: 11, color: colour },
    })),
  };
}

/** A line from the bottom of the plot. @param {number} x @param {number} top @param {string} color @param {string} dash */
function upright(x, top, color, dash) {
  const line = { color, width: 1, dash };
  return { type: "line", x0: x, x1: x, yref: "paper", y0: 0, y1: top, line, layer: "below" };
}
