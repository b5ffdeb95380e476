// One plot: a skeleton that came as JSON, the data that operations bring, and its drawing.

import { enlarged, letterScale } from "./enlarge.js";
import { aboveFloor, besides, Passing } from "./ladder.js";
import { closeUp, meanOf, ofKinds, Series, stagger, widthOf } from "./series.js";
import { sketch } from "./sketch.js";

/** @typedef {import("./types.d.ts").Op} Op */
/** @typedef {import("./types.d.ts").MarkOp} MarkOp */
/** @typedef {import("./types.d.ts").Theme} Theme */
/** @typedef {import("./types.d.ts").PlotlyFigure} PlotlyFigure */
/** @typedef {import("./types.d.ts").Themed<PlotlyFigure>} Skeleton */
/** @typedef {PlotlyFigure["data"][number]} Trace an open dictionary of Plotly's */

const SETTLE = 1000; // milliseconds that quick drawings may follow each other before a full one
const ROW = 13; // pixels from the text of a mark to the one below
const CONFIG = { displayModeBar: false, doubleClick: "reset", scrollZoom: false };

/** The event of a box that has to be drawn again though nothing has come. */
export const STALE = "rx-stale";

export class Figure {
  /**
   * @param {import("./types.d.ts").PlotlyBox} box the element that Plotly draws in
   * @param {import("./labels.js").Labels} labels
   * @param {Skeleton} themes
   */
  constructor(box, labels, themes) {
    this.box = box;
    this.labels = labels;
    this.themes = themes;
    this.touch = matchMedia("(pointer: coarse)").matches;
    this.width = 0;
    this.height = 0;
    this.owing = false; // a quick drawing waits for its full one
    this.drawn = 0;
    this.busy = false;
    this.visible = true;
    this.settledAt = -Infinity;
    this.shown = ""; // the last full drawing, as JSON
    this.near = false; // only the end of the curves
    /** @type {{range: [number, number], length: number, fixed: boolean} | null} the plot as drawn */
    this.plotted = null;
    /** @type {{range: [number, number], length: number} | null} the same of the updates */
    this.across = null;
    this.watched = false; // whether a person's zoom is told
    this.passing = new Passing([]);
    this.clear();
  }

  /** @param {Skeleton} themes figures of the same traces */
  setSkeleton(themes) {
    if (themes !== this.themes) this.plotted = null;
    this.themes = themes;
    this.passing.climb(this.ladder?.bits ?? []);
    this.renew();
  }

  clear() {
    /** @type {Map<string, Series>} */
    this.series = new Map();
    /** @type {Map<string, import("./types.d.ts").ReplaceOp>} */
    this.replaced = new Map();
    /** @type {MarkOp[]} */
    this.marks = [];
    this.passing = new Passing(this.ladder?.bits ?? []);
    this.plotted = null;
    /** @type {Set<string>} traces whose data are newer than what is drawn */
    this.moved = new Set();
    this.renew();
  }

  // More than data has changed: only a full drawing shows it.
  renew() {
    this.stale = true;
  }

  /** @param {number} width @param {number} height */
  resize(width, height) {
    Object.assign(this, { width, height });
    this.renew();
  }

  /** Whether there is something to draw, now or soon. */
  get pending() {
    return this.visible && this.width > 0 && (this.stale || this.moved.size > 0 || this.owing);
  }

  /** Whether there is something to draw now. @param {number} now in milliseconds */
  due(now) {
    if (this.busy || !this.pending) return false;
    return this.stale || this.moved.size > 0 || now - this.settledAt >= SETTLE;
  }

  /** @param {string} uid @returns {Trace} */
  trace(uid) {
    return this.themes.light.data.find((trace) => trace.uid === uid);
  }

  /** The lines that a curve falls past, if there are some: the curve, and the bits of each. */
  get ladder() {
    return this.trace("labels")?.meta?.ladder ?? null;
  }

  /** The series of a trace, new where it has none. @param {string} uid */
  grow(uid) {
    let series = this.series.get(uid);
    if (!series) {
      series = new Series(this.trace(uid)?.meta?.limit ?? 1500);
      this.series.set(uid, series);
    }
    return series;
  }

  /** @param {Op} op */
  apply(op) {
    if (op.op === "extend") {
      const series = this.grow(op.trace);
      const kinds = this.trace(op.trace)?.meta?.kinds;
      op.x.forEach((x, place) => {
        /** @type {import("./types.d.ts").Point} */
        const point = { x, y: op.y[place] };
        if (op.customdata) point.customdata = op.customdata[place];
        if (kinds) point.kind = op.kinds?.[place] ?? null;
        series.push(point);
        if (op.trace !== this.ladder?.curve) return;
        if (this.passing.note(x, /** @type {number[]} */ (point.customdata)[0])) this.renew();
      });
      this.moved.add(op.trace);
    } else if (op.op === "column") {
      this.grow(op.trace).push({ x: op.x, z: op.z });
      this.owing = true;
    } else if (op.op === "replace") {
      if (JSON.stringify(op) === JSON.stringify(this.replaced.get(op.trace))) return;
      this.replaced.set(op.trace, op);
      this.moved.add(op.trace);
    } else if (op.op === "mark") {
      const known = this.marks.some((mark) => mark.x === op.x && mark.setting === op.setting);
      if (!known) this.marks.push(op);
      this.renew();
    } else if (op.op === "rewind") {
      for (const series of this.series.values()) series.rewind(op.step);
      this.passing.rewind(op.step);
      this.marks = this.marks.filter((mark) => mark.x <= op.step);
      this.renew();
    }
  }

  /**
   * Quickly where that shows the new data truly, in full once in a while and under the pointer,
   * which asks Plotly what is there.
   * @param {import("./types.d.ts").Plotly} plotly
   * @param {Theme} theme
   * @param {number} now in milliseconds
   * @returns {Promise<void>}
   */
  draw(plotly, theme, now) {
    const traces = this.traces(theme);
    const moved = traces.filter(({ uid, meta }) => this.moved.has(meta?.mean?.of ?? uid));
    const quick = !this.stale && now - this.settledAt < SETTLE && !this.box.matches(":hover");
    this.moved.clear();
    if (quick && sketch(this.box, moved)) {
      this.owing = true;
      this.shown = "";
      this.drawn += 1;
      return Promise.resolve();
    }
    this.stale = this.owing = false;
    this.settledAt = now;
    const layout = this.layout(this.themes[theme].layout, traces);
    const figure = enlarged({ data: traces, layout }, letterScale());
    const shown = JSON.stringify(figure);
    if (shown === this.shown) return Promise.resolve();
    this.shown = shown;
    this.busy = true;
    const settled = () => {
      this.busy = false;
      this.drawn += 1;
      this.look();
    };
    return plotly.react(this.box, figure.data, figure.layout, CONFIG).then(settled, settled);
  }

  /** @param {Theme} theme @returns {Trace[]} */
  traces(theme) {
    const traces = this.themes[theme].data.map((trace) =>
      aboveFloor(
        ofKinds({
          ...trace,
          ...this.series.get(trace.uid)?.attributes(),
          ...this.replaced.get(trace.uid)?.set,
        }),
      ),
    );
    for (const [place, trace] of traces.entries()) {
      if (trace.meta?.mean) traces[place] = meanOf(trace, traces);
    }
    const labels = traces.findIndex(({ meta }) => meta?.ladder);
    if (labels >= 0) traces.splice(labels, 1, ...this.labelled(traces[labels]));
    const tipped = traces.filter((trace) => trace.meta?.tip && trace.x.length);
    tipped.sort((a, b) => b.y.at(-1) - a.y.at(-1));
    return [...traces, ...tipped.map((trace, rank) => this.tip(trace, rank, tipped.length))];
  }

  // Keep how the plot came out: what stands beside it has to fit.
  look() {
    const { xaxis, yaxis } = this.box._fullLayout ?? {};
    if (xaxis) this.across = { range: xaxis.range.slice(), length: xaxis._length };
    if (!this.ladder || !yaxis) return;
    if (!this.watched) this.box.on("plotly_relayout", () => this.look());
    this.watched = true;
    const fixed = !yaxis.autorange;
    const plotted = { range: yaxis.range.slice(), length: yaxis._length, fixed };
    if (JSON.stringify(plotted) === JSON.stringify(this.plotted)) return;
    this.plotted = plotted;
    this.renew();
    this.box.dispatchEvent(new Event(STALE, { bubbles: true }));
  }

  /** The labels of the ladder, beside a plot that is known. @param {Trace} trace */
  labelled(trace) {
    if (!this.plotted) return [];
    return besides(trace, this.plotted, (bits) => {
      const passed = this.passing.at.get(bits);
      return passed === undefined ? "" : ` ✓\u2009${this.labels.integer.format(passed)}`;
    });
  }

  /**
   * The name of a curve at its end; the lowest of several stands below its curve.
   * @param {Trace} trace
   * @param {number} rank
   * @param {number} number
   */
  tip({ uid, meta, line, x, y }, rank, number) {
    if (this.moved.has(uid)) this.moved.add(`${uid}-tip`);
    return {
      uid: `${uid}-tip`,
      type: "scatter",
      mode: "text",
      x: x.slice(-1),
      y: y.slice(-1),
      text: [` ${meta.tip}`],
      textposition: `${rank && rank === number - 1 ? "bottom" : "top"} right`,
      textfont: { size: 12, color: line.color },
      cliponaxis: false,
      hoverinfo: "skip",
    };
  }

  /** @param {PlotlyFigure["layout"]} skeleton @param {Trace[]} traces */
  layout({ meta = {}, ...layout }, traces) {
    const line = { color: meta.mark, width: 1, dash: "dash" };
    const lines = this.marks.map(({ x }) => {
      return { type: "line", x0: x, x1: x, yref: "paper", y0: 0, y1: 1, line, layer: "below" };
    });
    const rows = this.rowsOfMarks();
    const row = Math.max(0.07, ROW / (this.height - layout.margin.t - layout.margin.b));
    const texts = this.marks.map((mark, place) => ({
      x: mark.x,
      yref: "paper",
      y: 1 - row * rows[place],
      xanchor: "left",
      yanchor: "top",
      xshift: 2,
      text: this.markText(mark),
      showarrow: false,
      font: { size: 11, color: meta.mark },
    }));
    if (meta.headroom) {
      const end = Math.max(0, ...[...this.series.values()].map(({ last }) => last?.x ?? 0));
      const include = [...layout.xaxis.autorangeoptions.include, end * (1 + meta.headroom)];
      layout.xaxis = { ...layout.xaxis, autorangeoptions: { include } };
      const curves = traces.filter(({ uid }) => this.series.has(uid));
      if (this.near && end) Object.assign(layout, closeUp(layout, curves, end));
    }
    return {
      ...layout,
      width: this.width,
      height: this.height,
      dragmode: this.touch ? false : "zoom",
      shapes: [...(layout.shapes ?? []), ...lines],
      annotations: [...(layout.annotations ?? []), ...texts],
    };
  }

  // In which row, from the top, the text of each mark stands, so that none runs into another.
  rowsOfMarks() {
    const { range, length } = this.across ?? { range: [0, 1], length: 0 };
    const pixels = length / (range[1] - range[0]);
    return stagger(
      this.marks.map((m) => ({ left: m.x * pixels, width: widthOf(this.markText(m)) })),
    );
  }

  /** @param {MarkOp} mark */
  markText({ setting, old, new: now }) {
    const name = this.labels.settings[setting] ?? this.labels.sentences[setting] ?? setting;
    return `${name} ${this.labels.number(old, setting)} → ${this.labels.number(now, setting)}`;
  }
}
