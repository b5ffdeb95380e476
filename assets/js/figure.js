// One plot: a skeleton that came as JSON, the data that operations bring, and its drawing.

const SETTLE = 1000; // milliseconds that quick drawings may follow each other before a full one
const CONFIG = { displayModeBar: false, doubleClick: "reset", scrollZoom: false };
const touch = matchMedia("(pointer: coarse)").matches;

class Figure {
  constructor(box, labels) {
    this.box = box; // the element Plotly draws in
    this.labels = labels;
    this.drawn = 0;
    this.busy = false;
    this.visible = true;
    this.settledAt = -Infinity;
    this.clear();
  }

  // `themes` is {light, dark}, each a figure of the same traces.
  setSkeleton(themes) {
    this.themes = themes;
    this.renew();
  }

  clear() {
    this.series = new Map();
    this.replaced = new Map();
    this.marks = [];
    this.moved = new Set(); // traces whose data are newer than what is drawn
    this.renew();
  }

  // More than data has changed: only a full drawing shows it.
  renew() {
    this.stale = true;
  }

  resize(width, height) {
    Object.assign(this, { width, height });
    this.renew();
  }

  due(now) {
    if (this.busy || !this.visible || !this.width) return false;
    return this.stale || this.moved.size > 0 || (this.owing && now - this.settledAt >= SETTLE);
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
      this.marks = this.marks.filter((mark) => mark.x <= op.step);
      this.renew();
    }
  }

  // Quickly where that shows the new data truly, in full once in a while and under the pointer,
  // which asks Plotly what is there.
  draw(theme, now) {
    const traces = this.traces(theme);
    const moved = traces.filter(({ uid }) => this.moved.has(uid));
    const quick = !this.stale && now - this.settledAt < SETTLE && !this.box.matches(":hover");
    this.moved.clear();
    if (quick && sketch(this.box, moved)) {
      this.owing = true;
      this.drawn += 1;
      return Promise.resolve();
    }
    this.stale = this.owing = false;
    this.settledAt = now;
    this.busy = true;
    const settled = () => {
      this.busy = false;
      this.drawn += 1;
    };
    const layout = this.layout(this.themes[theme].layout, traces);
    return plotly.react(this.box, traces, layout, CONFIG).then(settled, settled);
  }

  traces(theme) {
    const traces = this.themes[theme].data.map((trace) => ({
      ...trace,
      ...this.series.get(trace.uid)?.attributes(),
      ...this.replaced.get(trace.uid)?.set,
    }));
    const tipped = traces.filter((trace) => trace.meta?.tip && trace.x.length);
    tipped.sort((a, b) => b.y.at(-1) - a.y.at(-1));
    return [...traces, ...tipped.map((trace, rank) => this.tip(trace, rank, tipped.length))];
  }

  // The name of a curve at its end; the lowest of several stands below its curve.
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

  layout({ meta = {}, ...layout }, traces) {
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
    if (meta.headroom) {
      const end = Math.max(0, ...[...this.series.values()].map(({ last }) => last?.x ?? 0));
      const include = [...layout.xaxis.autorangeoptions.include, end * (1 + meta.headroom)];
      layout.xaxis = { ...layout.xaxis, autorangeoptions: { include } };
    }
    return {
      ...layout,
      width: this.width,
      height: this.height,
      dragmode: touch ? false : "zoom",
      shapes: [...(layout.shapes ?? []), ...lines],
      annotations: [...(layout.annotations ?? []), ...texts],
    };
  }

  markText({ setting, old, new: now }) {
    const name = this.labels.settings[setting] ?? this.labels.sentences[setting] ?? setting;
    return `${name} ${this.labels.number(old)} → ${this.labels.number(now)}`;
  }
}
