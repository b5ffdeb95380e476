// Panels that move: draws what operations say, from a stream of them or from the page itself.
// It knows nothing of what the figures show; the page sends skeletons, texts and operations.

import { Drawings } from "./drawings.js";
import { element, scrollParent } from "./element.js";
import { letterScale } from "./enlarge.js";
import { STALE } from "./figure.js";
import { Labels } from "./labels.js";
import { Linked } from "./linked.js";
import { Notifier } from "./notifier.js";
import { Panel } from "./panel.js";
import { loadPlotly } from "./plotly.js";
import { WORD } from "./sentence.js";
import { Spotlight } from "./spotlight.js";
import { Strip } from "./strip.js";

/** @typedef {import("./types.d.ts").Op} Op */
/** @typedef {import("./types.d.ts").PanelsData} PanelsData */
/** @typedef {import("./types.d.ts").PanelSpec} PanelSpec */
/** @typedef {import("./types.d.ts").Send} Send */
/** @typedef {import("./types.d.ts").Theme} Theme */

const PATIENCE = 2000; // milliseconds a stream may take to open

class Panels {
  /** @param {HTMLElement} host @param {PanelsData} data @param {Send} send */
  constructor(host, data, send) {
    this.host = host;
    this.data = data;
    this.send = send;
    this.labels = new Labels(data.labels, data.locale);
    /** @type {EventSource | null} */
    this.source = null;
    /** @type {string | null} */
    this.stream = null;
    this.wording = "";
    this.status = "";
    this.fedByPage = false;
    this.height = 0;
    this.notifier = new Notifier((news) => this.send.trigger("status", news));
    this.root = element("div", "live");
    this.strip = new Strip();
    this.grid = element("div", "grid");
    this.root.append(this.strip.root, this.grid);
    host.append(this.root);
    this.root.addEventListener(STALE, () => this.drawings.wake());
    const told = /** @param {any} event */ (event) => this.linked.point(event.detail);
    this.root.addEventListener(WORD, told);
    /** @type {Map<string, Panel>} */
    this.panels = new Map();
    this.linked = new Linked(this.root, this.panels, () => this.drawings.wake());
    this.drawings = new Drawings(this.panels);
    this.fit = this.fit.bind(this);
    this.spotlight = new Spotlight(this.grid, this.fit);
    this.scale = 1; // of letters: where they grow, figures grow with them
    /** @type {string | null} */
    this.revision = null;
    this.batch = -1;
    this.seq = 0;
    this.nextDrawAt = 0;
    this.resizes = new ResizeObserver((entries) => {
      for (const entry of entries) this.measure(entry);
    });
    this.visibility = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const panel = [...this.panels.values()].find(({ root }) => root === target);
        if (panel?.figure) panel.figure.visible = isIntersecting;
      }
      this.drawings.wake();
    });
    window.addEventListener("resize", this.fit);
    this.aboveObserver = new ResizeObserver(this.fit);
    /** @type {Element | null} the element above the panels, whose height they leave free */
    this.above = null;
    this.onVisibility = this.onVisibility.bind(this);
    document.addEventListener("visibilitychange", this.onVisibility);
  }

  /** @param {PanelsData} data @param {Send} send */
  update(data, send) {
    this.data = data;
    this.send = send;
    loadPlotly(data.plotly).then((plotly) => {
      this.drawings.plotly = plotly;
      this.drawings.wake();
    });
    const { status, standing } = data.strip;
    const phase = data.phases[status];
    const theme = this.findTheme();
    const changed = data.revision !== this.revision;
    const reworded = changed || data.wording !== this.wording;
    if (reworded) {
      this.labels = new Labels(data.labels, data.locale);
      this.arrange(data.panels);
      this.wording = data.wording;
    }
    if (changed) this.strip.begin(data.strip, this.labels, phase);
    else if (reworded) this.strip.reword(data.strip, this.labels);
    else this.strip.plan(data.strip);
    if (changed) {
      this.revision = data.revision;
      this.batch = -1;
      this.seq = 0;
      this.notifier.forget();
      for (const panel of this.panels.values()) panel.clear();
      this.root.dataset.revision = data.revision;
    }
    const scale = letterScale();
    if (reworded || theme !== this.drawings.theme || scale !== this.scale) {
      this.drawings.theme = theme;
      this.scale = scale;
      for (const panel of this.panels.values()) panel.paint(theme);
    }
    this.notifier.pagePhase = phase;
    // What an open stream says is newer than what the page knew when it was written.
    const streaming = this.source?.readyState === EventSource.OPEN;
    if (status !== this.status && !streaming) this.strip.show(status, phase, standing);
    else if (streaming && phase !== "ready") this.notifier.notify();
    this.status = status;
    if (data.batch > this.batch) {
      this.batch = data.batch;
      this.receive(data.ops, data.seq);
    }
    this.connect(data.stream, changed);
    this.linked.join(data.link ?? null);
    this.fit();
    this.drawings.wake();
  }

  /** @param {PanelSpec[]} specs */
  arrange(specs) {
    /** @param {string} name */
    const act = (name) => this.send.trigger("action", name);
    for (const [id, panel] of this.panels) {
      if (specs.some((spec) => spec.id === id)) continue;
      panel.root.remove();
      this.panels.delete(id);
    }
    for (const spec of specs) {
      let panel = this.panels.get(spec.id);
      if (panel) panel.update(spec, this.labels, act);
      else {
        panel = new Panel(spec, this.labels, act);
        panel.onUpdate = (update) => this.linked.across(update);
        this.panels.set(spec.id, panel);
        this.grid.append(panel.root);
        this.visibility.observe(panel.root);
      }
      if (panel.box) this.resizes.observe(panel.box);
    }
  }

  /** @param {string | null} stream @param {boolean} afresh whether its run is another one */
  connect(stream, afresh) {
    if (this.source && (afresh || stream !== this.stream)) this.disconnect();
    this.stream = stream;
    if (!stream || this.source || this.fedByPage || this.idle) return;
    const wanted = this.notifier.pagePhase === "ready" ? "await&" : ""; // the run may be still to come
    const address = new URL(`${stream}?${wanted}after=${this.seq}`, document.baseURI);
    const source = new EventSource(address);
    this.source = source;
    const late = setTimeout(() => {
      if (source.readyState === EventSource.OPEN || this.source !== source) return;
      this.disconnect();
      this.fedByPage = true; // the page feeds this component from now on
      this.send.state("fallback", true);
    }, PATIENCE);
    source.onopen = () => {
      clearTimeout(late);
      this.strip.show(this.strip.status, this.strip.phase, this.strip.standing);
    };
    source.onmessage = ({ data, lastEventId }) => {
      this.receive(JSON.parse(data), Number(lastEventId));
    };
    source.onerror = () => {
      if (source.readyState !== EventSource.CONNECTING) return;
      this.strip.say(this.labels.sentences.reconnecting);
    };
  }

  // A browser opens six connections to a server at most: a tab that nobody sees leaves its own,
  // unless a run goes on in it, which the stream keeps from being taken for abandoned.
  get idle() {
    return document.hidden && !this.strip.going;
  }

  onVisibility() {
    if (this.idle) this.disconnect();
    else this.connect(this.stream, false);
  }

  disconnect() {
    this.source?.close();
    this.source = null;
  }

  /** @param {Op[]} ops @param {number} seq number of the last record among them */
  receive(ops, seq) {
    if (seq > this.seq) this.seq = seq;
    /** @type {Record<string, number>} */
    const changed = {};
    for (const op of ops) {
      if (op.op === "mark") changed[op.setting] = op.new;
      if (op.op === "progress") this.strip.progress(op, this.data.settings?.pace);
      else if (op.op === "status") this.onStatus(op);
      else if (op.op === "rewind") {
        this.strip.rewind(op.step);
        for (const panel of this.panels.values()) panel.apply(op);
      } else this.panels.get(op.figure)?.apply(op);
    }
    this.compare(changed);
    this.drawings.wake();
  }

  /**
   * The page runs again when a setting was changed that it shows otherwise: in another tab.
   * @param {Record<string, number>} changed
   */
  compare(changed) {
    const { settings } = this.data;
    if (settings && Object.keys(changed).some((name) => changed[name] !== settings[name])) {
      this.send.trigger("status", { changed });
    }
  }

  /** @param {import("./types.d.ts").StatusOp} op */
  onStatus({ status, standing, reason, error, place }) {
    const phase = this.data.phases[status] ?? this.strip.phase;
    this.strip.show(status, phase, standing);
    if (place) this.strip.queue(place);
    const trouble = error && this.labels.statuses[error.code]; // of the store, in short
    if (trouble) this.strip.say(trouble);
    if (phase === "final") this.disconnect();
    this.notifier.report({ status, reason }, phase);
  }

  /** @param {ResizeObserverEntry} entry */
  measure({ target, contentRect }) {
    const panel = [...this.panels.values()].find(({ box }) => box === target);
    panel?.figure?.resize(Math.floor(contentRect.width), Math.floor(contentRect.height));
    this.drawings.wake();
  }

  // Let the rows of panels fill what the window has left below the controls.
  fit() {
    const scroller = scrollParent(this.host);
    if (this.above !== scroller.firstElementChild) {
      this.aboveObserver.disconnect();
      this.above = scroller.firstElementChild;
      if (this.above) this.aboveObserver.observe(this.above);
    }
    const columns = getComputedStyle(this.grid).gridTemplateColumns.split(" ").length;
    const rows = this.spotlight.on ? 1 : Math.ceil(this.panels.size / columns);
    const offset = this.grid.getBoundingClientRect().top + scroller.scrollTop;
    const free = window.innerHeight - offset - 10 - (rows - 1) * 10;
    const alone = columns > 1 || this.spotlight.on;
    const height = alone ? Math.max(230, Math.floor(free / rows)) : 300;
    if (height !== this.height) this.grid.style.setProperty("--rx-row", `${height}px`);
    this.height = height;
  }

  /** @returns {Theme} the theme of the page, by the lightness of its ground */
  findTheme() {
    const probe = element("span", "probe");
    this.root.append(probe);
    const [r, g, b] = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? []).map(Number);
    probe.remove();
    return 0.299 * r + 0.587 * g + 0.114 * b < 128 ? "dark" : "light";
  }

  close() {
    this.linked.leave();
    this.drawings.stop();
    this.spotlight.end();
    this.notifier.stop();
    window.removeEventListener("resize", this.fit);
    document.removeEventListener("visibilitychange", this.onVisibility);
    for (const observer of [this.resizes, this.visibility, this.aboveObserver])
      observer.disconnect();
    this.disconnect();
    for (const { box } of this.panels.values()) if (box) window.Plotly?.purge(box);
    this.root.remove();
  }
}

/** @type {WeakMap<HTMLElement, Panels>} */
const mounted = new WeakMap();

/** @param {import("./types.d.ts").ComponentArguments<PanelsData>} page */
export default function mount({ data, parentElement, setStateValue, setTriggerValue }) {
  const send = { state: setStateValue, trigger: setTriggerValue };
  const panels = mounted.get(parentElement) ?? new Panels(parentElement, data, send);
  mounted.set(parentElement, panels);
  panels.update(data, send);
  return () => {
    panels.close();
    mounted.delete(parentElement);
  };
}
