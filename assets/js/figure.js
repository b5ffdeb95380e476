// One plot: a skeleton that came as JSON, the data that operations bring, and its drawing.

const CONFIG = { displayModeBar: false, doubleClick: "reset", scrollZoom: false };
const touch = matchMedia("(pointer: coarse)").matches;

class Figure {
  constructor(box, labels) {
    this.box = box; // the element Plotly draws in
    this.labels = labels;
    this.drawn = 0;
    this.busy = false;
    this.visible = true;
    this.dirty = true;
    this.clear();
  }

  // `themes` is {light, dark}, each a figure of the same traces.
  setSkeleton(themes) {
    this.themes = themes;
    this.dirty = true;
  }

  clear() {
    this.series = new Map();
    this.replaced = new Map();
    this.marks = [];
    this.dirty = true;
  }

  trace(uid) {
    return this.themes.light.data.find((trace) => trace.uid === uid);
  }

  grow(uid) {
    if (!this.series.has(uid)) {
      this.series.set(uid, new Series(this.trace(uid)?.meta?.limit ?? 1500));
    }
    return this.series.get(uid);
  }

  apply(op) {
    if (op.op === "extend") {
      const series = this.grow(op.trace);
      op.x.forEach((x, place) => {
        const point = { x, y: op.y[place] };
        if (op.customdata) point.customdata = op.customdata[place];
        series.push(point);
      });
    } else if (op.op === "column") this.grow(op.trace).push({ x: op.x, z: op.z });
    else if (op.op === "replace") {
      if (JSON.stringify(op) === JSON.stringify(this.replaced.get(op.trace))) return;
      this.replaced.set(op.trace, op);
    } else if (op.op === "mark") {
      const known = this.marks.some((mark) => mark.x === op.x && mark.setting === op.setting);
      if (!known) this.marks.push(op);
    } else if (op.op === "rewind") {
      for (const series of this.series.values()) series.rewind(op.step);
      this.marks = this.marks.filter((mark) => mark.x <= op.step);
    } else return;
    this.dirty = true;
  }

  draw(theme) {
    const skeleton = this.themes[theme];
    const traces = skeleton.data.map((trace) => ({
      ...trace,
      ...this.series.get(trace.uid)?.attributes(),
      ...this.replaced.get(trace.uid)?.set,
    }));
    this.dirty = false;
    this.busy = true;
    const settled = () => {
      this.busy = false;
      this.drawn += 1;
    };
    return plotly.react(this.box, traces, this.layout(skeleton), CONFIG).then(settled, settled);
  }

  layout(skeleton) {
    const { meta = {}, ...layout } = skeleton.layout;
    const ends = skeleton.data
      .filter((trace) => trace.meta?.tip && this.series.get(trace.uid)?.last)
      .map((trace) => ({ trace, point: this.series.get(trace.uid).last }));
    const logarithmic = layout.yaxis?.type === "log";
    ends.sort((a, b) => b.point.y - a.point.y);
    const tips = ends.map(({ trace, point }, place) => ({
      x: point.x,
      y: logarithmic ? Math.log10(point.y) : point.y,
      text: trace.meta.tip,
      showarrow: false,
      xanchor: "left",
      yanchor: place === ends.length - 1 && place > 0 ? "top" : "bottom",
      xshift: 3,
      font: { size: 12, color: trace.line.color },
    }));
    const line = { color: meta.mark, width: 1, dash: "dash" };
    const lines = this.marks.map(({ x }) => {
      return { type: "line", x0: x, x1: x, yref: "paper", y0: 0, y1: 1, line, layer: "below" };
    });
    const texts = this.marks.map((mark, place) => ({
      x: mark.x,
      yref: "paper",
      y: 1 - 0.07 * (place % 4),
      xanchor: "left",
      yanchor: "top",
      xshift: 2,
      text: this.markText(mark),
      showarrow: false,
      font: { size: 11, color: meta.mark },
    }));
    if (meta.headroom && ends.length) {
      const end = Math.max(...ends.map(({ point }) => point.x));
      const include = [...layout.xaxis.autorangeoptions.include, end * (1 + meta.headroom)];
      layout.xaxis = { ...layout.xaxis, autorangeoptions: { include } };
    }
    return {
      ...layout,
      width: this.width,
      height: this.height,
      dragmode: touch ? false : "zoom",
      shapes: [...(layout.shapes ?? []), ...lines],
      annotations: [...(layout.annotations ?? []), ...texts, ...tips],
    };
  }

  markText({ setting, old, new: now }) {
    const name = this.labels.settings[setting] ?? setting;
    return `${name} ${this.labels.number(old)} → ${this.labels.number(now)}`;
  }
}
