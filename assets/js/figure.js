// One plot: a skeleton that came as JSON, the data that operations bring, and its drawing.

import { tips } from "./ends.js";
import { enlarged, innerSize, letterScale } from "./enlarge.js";
import { aboveFloor, besides, Passing } from "./ladder.js";
import { drawnMarks } from "./marks.js";
import { rowMark } from "./rows.js";
import { besideAnother, closeUp, meanOf, pointsOf, Series } from "./series.js";
import { sketch } from "./sketch.js";
import { heightened, Room, roomyAxes } from "./ticks.js";

/** @typedef {import("./types.d.ts").Theme} Theme */
/** @typedef {import("./types.d.ts").PlotlyFigure} PlotlyFigure */
/** @typedef {import("./types.d.ts").Themed<PlotlyFigure>} Skeleton */
/** @typedef {PlotlyFigure["data"][number]} Trace an open dictionary of Plotly's */

const SETTLE = 1000; // milliseconds that quick drawings may follow each other before a full one
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
    this.width = this.height = 0;
    this.room = new Room();
    this.owing = false; // a quick drawing waits for its full one
    this.drawn = 0;
    this.busy = false;
    this.visible = true;
    this.settledAt = -Infinity;
    this.shown = ""; // the last full drawing, as JSON
    this.near = false; // only the end of the curves
    /** @type {import("./walk.js").Walk | null} */
    this.walk = null;
    /** @type {import("./types.d.ts").Word | null} that is pointed at, in whatever panel */
    this.word = null;
    /** @type {import("./plane.js").Frame | null} of a walk, as drawn: a person may have zoomed */
    this.view = null;
    this.update = /** @type {number | null} */ (null); // that the curves mark
    /** @type {(at: number | null, update: number | null) => void} called when a person points at a state of the walk, or at a curve */
    this.onPoint = () => {};
    /** @type {{range: [number, number], length: number, fixed: boolean, log: boolean} | null} the plot as drawn */
    this.plotted = null;
    /** @type {[number, number] | null} the range of the updates */
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
    /** @type {import("./types.d.ts").MarkOp[]} */
    this.marks = [];
    this.passing = new Passing(this.ladder?.bits ?? []);
    this.plotted = this.view = null;
    this.walk?.clear();
    /** @type {Set<string>} traces whose data are newer than what is drawn */
    this.moved = new Set();
    this.renew();
  }

  renew() {
    this.stale = true; // more than data has changed: only a full drawing shows it
  }

  /** @param {number} width @param {number} height */
  resize(width, height) {
    Object.assign(this, { width, height });
    this.renew();
  }

  /** When there is something to draw: in milliseconds, Infinity for nothing. */
  get due() {
    if (this.busy || !this.visible || this.width <= 0) return Number.POSITIVE_INFINITY;
    if (this.stale || this.moved.size > 0) return 0;
    return this.owing ? this.settledAt + SETTLE : Number.POSITIVE_INFINITY;
  }

  /** @param {string} uid @returns {Trace} */
  trace(uid) {
    return this.themes.light.data.find((trace) => trace.uid === uid);
  }

  /** The lines that a curve falls past, if there are some: the curve, and the bits of each. */
  get ladder() {
    return this.trace("labels")?.meta?.ladder ?? null;
  }

  /** Whether curves have their names beside the plot. */
  get tipped() {
    return this.themes.light.data.some(({ meta }) => meta?.tip);
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

  /** @param {import("./types.d.ts").Op} op */
  apply(op) {
    if (op.op === "extend") {
      const series = this.grow(op.trace);
      for (const point of pointsOf(op)) {
        series.push(point);
        if (op.trace !== this.ladder?.curve) continue;
        const [bits] = /** @type {number[]} */ (point.customdata);
        if (this.passing.note(point.x, bits)) this.renew();
      }
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
   * @param {import("./types.d.ts").Plotly} plotly @param {Theme} theme
   * @param {number} now in milliseconds @returns {Promise<void>}
   */
  draw(plotly, theme, now) {
    const traces = this.traces(theme);
    const moved = traces.filter(
      ({ uid, meta }) => meta?.beside || this.moved.has(meta?.of ?? meta?.mean?.of ?? uid),
    );
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
      aboveFloor({
        ...besideAnother(trace, this.series),
        ...this.series.get(trace.uid)?.attributes(),
        ...this.replaced.get(trace.uid)?.set,
      }),
    );
    for (const [place, trace] of traces.entries()) {
      if (trace.meta?.mean) traces[place] = meanOf(trace, traces);
    }
    const labels = traces.findIndex(({ meta }) => meta?.ladder);
    if (labels >= 0) traces.splice(labels, 1, ...this.labelled(traces[labels]));
    if (this.walk) return this.walked(this.walk, traces, theme);
    if (!this.tipped || !this.view || !this.plotted) return traces;
    return [...traces, ...tips(traces, this.view, this.plotted)];
  }

  // Keep how the plot came out: what stands beside it has to fit.
  look() {
    const { xaxis, yaxis } = this.box._fullLayout ?? {};
    if (xaxis) this.across = xaxis.range.slice();
    if (yaxis && this.room.learn(yaxis._length / letterScale())) this.renew();
    if (!(this.ladder || this.walk || this.tipped) || !yaxis) return;
    if (!this.watched) this.watch();
    const [fixed, length] = [!yaxis.autorange, yaxis._length / letterScale()];
    const plotted = { range: yaxis.range.slice(), length, fixed, log: yaxis.type === "log" };
    const view = (this.walk || this.tipped) && { x: xaxis.range.slice(), y: yaxis.range.slice() };
    if (JSON.stringify([plotted, view]) === JSON.stringify([this.plotted, this.view])) return;
    Object.assign(this, { plotted, view });
    this.renew();
    this.box.dispatchEvent(new Event(STALE, { bubbles: true }));
  }

  // Hear of what a person does in the plot. Small points of the cloud are found before the larger
  // ones of words that they stand near to.
  watch() {
    this.watched = true;
    this.box.on("plotly_relayout", () => this.look());
    this.box.on("plotly_hover", ({ points: [{ x, y }] }) => {
      this.onPoint(this.walk?.near(x, y) ?? null, this.ladder ? x : null);
    });
    this.box.on("plotly_unhover", () => this.onPoint(null, null));
  }

  /**
   * Traces of a walk, in a frame that holds them all.
   * @param {import("./walk.js").Walk} walk @param {Trace[]} traces @param {Theme} theme
   */
  walked(walk, traces, theme) {
    if (walk.reframe(traces)) {
      this.view = null;
      this.renew();
    }
    const [frame, { margin }] = [this.view ?? walk.frame, this.themes[theme].layout];
    return frame ? walk.dress(traces, theme, frame, innerSize(this, margin)) : traces;
  }

  /** The labels of the ladder, beside a plot that is known. @param {Trace} trace */
  labelled(trace) {
    if (!this.plotted) return [];
    return besides(trace, this.plotted, (bits) => {
      const passed = this.passing.at.get(bits);
      return passed === undefined ? "" : ` ✓\u2009${this.labels.integer.format(passed)}`;
    });
  }

  /** @param {PlotlyFigure["layout"]} skeleton @param {Trace[]} traces */
  layout({ meta = {}, ...whole }, traces) {
    const layout = heightened(whole, innerSize(this, whole.margin).height);
    const { width, height } = innerSize(this, layout.margin);
    const marks = drawnMarks(this.marks, (mark) => this.labels.mark(mark), {
      width: width * (layout.xaxis.domain?.[1] ?? 1),
      height,
      range: this.across,
      update: this.update,
      colour: meta.mark,
      ground: meta.ground,
    });
    if (meta.headroom) {
      const end = Math.max(0, ...[...this.series.values()].map(({ last }) => last?.x ?? 0));
      const include = [...layout.xaxis.autorangeoptions.include, end * (1 + meta.headroom)];
      layout.xaxis = { ...layout.xaxis, autorangeoptions: { include } };
      const curves = traces.filter(({ uid }) => this.series.has(uid));
      if (this.near && end) Object.assign(layout, closeUp(layout, curves, end));
    }
    const notes = [];
    const fill = this.labels.fill.bind(this.labels);
    if (this.walk?.frame) {
      layout.xaxis = { ...layout.xaxis, range: this.walk.frame.x };
      layout.yaxis = { ...layout.yaxis, range: this.walk.frame.y };
      const step = this.replaced.get("tokens")?.step ?? 0;
      notes.push(...this.walk.notes(fill, meta.note, step, height));
    }
    const row = meta.rows && rowMark(this.word, meta.rows, fill);
    return {
      ...layout,
      ...roomyAxes(layout, this.room.length || height),
      width: this.width,
      height: this.height,
      dragmode: this.touch ? false : "zoom",
      shapes: [...(layout.shapes ?? []), ...marks.shapes, ...(row?.shapes ?? [])],
      annotations: [
        ...(layout.annotations ?? []),
        ...marks.annotations,
        ...notes,
        ...(row?.annotations ?? []),
      ],
    };
  }
}
