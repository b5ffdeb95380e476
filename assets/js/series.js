// The data behind one trace: a curve or a heat map that only grows, thinned evenly when it is long.

/** @typedef {import("./types.d.ts").Point} Point */

const END = 0.8; // where the last fifth begins

/**
 * The points that an operation brings.
 * @param {import("./types.d.ts").ExtendOp} op
 * @returns {import("./types.d.ts").Point[]}
 */
export function pointsOf({ x, y, customdata }) {
  return x.map((at, place) => ({
    x: at,
    y: y[place],
    ...(customdata && { customdata: customdata[place] }),
  }));
}

export class Series {
  /** @param {number} limit the most points that are kept */
  constructor(limit) {
    this.limit = limit;
    /** @type {Point[]} */
    this.points = [];
    /** @type {Point | null} the newest point, where thinning leaves it out for now */
    this.tail = null;
    this.stride = 1; // every so many points one is kept
    this.count = 0;
  }

  clear() {
    this.points = [];
    this.tail = null;
    this.stride = 1;
    this.count = 0;
  }

  get last() {
    return this.tail ?? this.points.at(-1) ?? null;
  }

  /**
   * Add a point; one that is older than the last is ignored, one of the same place takes its place.
   * @param {Point} point
   */
  push(point) {
    if (this.last && point.x < this.last.x) return;
    if (this.last && point.x === this.last.x) {
      if (this.tail) this.tail = point;
      else this.points[this.points.length - 1] = point;
      return;
    }
    if (this.count % this.stride === 0) {
      this.points.push(point);
      this.tail = null;
    } else this.tail = point;
    this.count += 1;
    if (this.points.length > this.limit) {
      const newest = this.last;
      this.points = this.points.filter((_, place) => place % 2 === 0);
      this.stride *= 2;
      this.tail = newest === this.points.at(-1) ? null : newest;
    }
  }

  /** Drop the points beyond x. @param {number} x */
  rewind(x) {
    this.points = this.points.filter((point) => point.x <= x);
    if (this.tail && this.tail.x > x) this.tail = null;
    this.count = this.points.length * this.stride;
  }

  /** The points as Plotly wants them: an array for each attribute. */
  attributes() {
    const all = this.tail ? [...this.points, this.tail] : this.points;
    /** @type {Record<string, unknown[]>} */
    const attributes = {};
    for (const name of Object.keys(all[0] ?? {})) {
      attributes[name] = all.map((point) => point[name]);
    }
    return attributes;
  }
}

/**
 * A trace as it looks beside another one that has points, where that is otherwise than alone.
 * @param {import("./types.d.ts").PlotlyFigure["data"][number]} trace
 * @param {Map<string, Series>} series by trace
 */
export function besideAnother(trace, series) {
  const { beside } = trace.meta ?? {};
  return beside && series.get(beside.trace)?.last ? { ...trace, ...beside.look } : trace;
}

/**
 * Axes that show the last fifth of some curves, the vertical one logarithmic.
 * @param {import("./types.d.ts").PlotlyFigure["layout"]} layout
 * @param {import("./types.d.ts").PlotlyFigure["data"]} curves
 * @param {number} end the last update
 */
export function closeUp({ xaxis, yaxis }, curves, end) {
  const heights = curves
    .flatMap(({ x, y }) =>
      y.filter((/** @type {number} */ _, /** @type {number} */ at) => x[at] >= END * end),
    )
    .map(Math.log10);
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const room = Math.max(0.08 * (high - low), 0.02);
  const near = { autorange: false, uirevision: "near" };
  return {
    xaxis: { ...xaxis, ...near, range: [END * end, (1 + (1 - END) / 20) * end] },
    yaxis: { ...yaxis, ...near, range: [low - room, high + room] },
  };
}

/**
 * A trace that shows the mean of the newest points of another, up to each of them.
 * @param {import("./types.d.ts").PlotlyFigure["data"][number]} trace
 * @param {import("./types.d.ts").PlotlyFigure["data"]} traces
 */
export function meanOf(trace, traces) {
  const { of, over } = trace.meta.mean;
  const { x = [], y = [] } = traces.find(({ uid }) => uid === of) ?? {};
  const means = y.map((/** @type {number} */ _, /** @type {number} */ at) => {
    const newest = y.slice(Math.max(0, at + 1 - over), at + 1);
    return (
      newest.reduce((/** @type {number} */ sum, /** @type {number} */ one) => sum + one, 0) /
      newest.length
    );
  });
  return { ...trace, x, y: means };
}
