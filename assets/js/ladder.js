// The lines that a curve falls past: what is written beside them, and when the curve passed each.

/** @typedef {import("./types.d.ts").PlotlyFigure["data"][number]} Trace */

const ROOM = 12.5; // pixels from a label to the next

/**
 * Bits as a distance above a floor, for a logarithmic axis: what is nearer, or below, is `nearest`.
 * @param {number} bits
 * @param {{floor: number, nearest: number}} above
 */
export function distance(bits, { floor, nearest }) {
  return Math.max(bits - floor, nearest);
}

/** A trace whose points are drawn by their bits above a floor. @param {Trace} trace @returns {Trace} */
export function aboveFloor(trace) {
  const { above } = trace.meta ?? {};
  if (!above || !trace.customdata) return trace;
  return {
    ...trace,
    y: trace.customdata.map((/** @type {number[]} */ [bits]) => distance(bits, above)),
  };
}

/** When a falling curve has first reached each of some levels. */
export class Passing {
  /** @param {(number | null)[]} levels null for a line that is none */
  constructor(levels) {
    this.levels = levels;
    /** @type {Map<number, number>} where, by level */
    this.at = new Map();
    /** @type {[number, number][]} the points that were lower than all before */
    this.lows = [];
  }

  /** Take other levels: the curve may have passed some of them. @param {(number | null)[]} levels */
  climb(levels) {
    this.levels = levels;
    this.at.clear();
    for (const [x, y] of this.lows) this.reach(x, y);
  }

  /** The curve goes on; whether it has passed something new. @param {number} x @param {number} y */
  note(x, y) {
    const before = this.at.size;
    if (y < (this.lows.at(-1)?.[1] ?? Infinity)) {
      this.lows.push([x, y]);
      this.reach(x, y);
    }
    return this.at.size > before;
  }

  /** @param {number} x @param {number} y lower than all before */
  reach(x, y) {
    for (const level of this.levels) {
      if (level !== null && y <= level && !this.at.has(level)) this.at.set(level, x);
    }
  }

  /** Forget what came later. @param {number} x */
  rewind(x) {
    this.lows = this.lows.filter(([place]) => place <= x);
    for (const [level, place] of this.at) if (place > x) this.at.delete(level);
  }
}

/**
 * Places from the top down, moved as little as keeps them `room` apart and within `length`.
 * @param {number[]} places ascending, at most length / room + 1 of them
 * @param {number} room
 * @param {number} length
 */
export function spread(places, room, length) {
  /** @type {number[]} */
  const apart = [];
  for (const place of places) apart.push(Math.max(place, (apart.at(-1) ?? -room) + room));
  let limit = length;
  for (let last = apart.length - 1; last >= 0 && apart[last] > limit; last -= 1) {
    apart[last] = limit;
    limit -= room;
  }
  return apart;
}

/**
 * The trace of labels as it fits the plot, and thin lines from the ladder to them: across the axis
 * x2, which is a strip beside the plot, from 0 to 1.
 * @param {Trace} trace with a label at every y, from top to bottom
 * @param {{range: [number, number], length: number, fixed: boolean}} plot range as powers of ten,
 *   length in pixels, and whether the range stays as it is whatever is drawn
 * @param {(bits: number) => string} tick what follows the label of a level
 * @returns {Trace[]}
 */
export function besides(trace, { range: [low, high], length, fixed }, tick) {
  const bits = trace.meta.ladder.bits;
  let lines = trace.y.map((/** @type {number} */ y, /** @type {number} */ index) => ({
    place: ((high - Math.log10(y)) / (high - low)) * length,
    text: trace.text[index] + (bits[index] === null ? "" : tick(bits[index])),
    colour: trace.textfont.color[index],
  }));
  /** @type {(line: {place: number}) => boolean} */
  const inside = ({ place }) => place > -1 && place < length + 1;
  lines = lines.filter(inside);
  /** @type {number[]} */
  let own = lines.map((/** @type {{place: number}} */ { place }) => place);
  // An axis that adapts would make room for labels beyond the lines, which would then move further.
  const [first, last] = fixed ? [0, length] : [own[0] ?? 0, own.at(-1) ?? 0];
  const most = Math.floor((last - first) / ROOM) + 1;
  while (lines.length > most) lines.splice(-2, 1); // the last line is the one to end on
  own = lines.map((/** @type {{place: number}} */ { place }) => place);
  const places = spread(own, ROOM, last);
  const axes = { xaxis: "x2", cliponaxis: false, hoverinfo: "skip" };
  /** @param {number} place */
  const up = (place) => 10 ** (high - (place / length) * (high - low));
  return [
    {
      ...trace,
      ...axes,
      x: lines.map(() => 1),
      y: places.map(up),
      text: lines.map((/** @type {{text: string}} */ { text }) => `\u00a0${text}`),
      textfont: {
        ...trace.textfont,
        color: lines.map((/** @type {{colour: string}} */ { colour }) => colour),
      },
    },
    {
      ...axes,
      uid: "leaders",
      type: "scatter",
      mode: "lines",
      line: trace.line,
      x: lines.flatMap(() => [0, 1, null]),
      y: lines.flatMap((/** @type {{place: number}} */ { place }, /** @type {number} */ index) => [
        up(place),
        up(places[index]),
        null,
      ]),
    },
  ];
}
