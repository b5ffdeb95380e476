// Panels that move: draws what operations say, from a stream of them or from the page itself.
// It knows nothing of what the figures show; the page sends skeletons, texts and operations.

const FRAME = 80; // milliseconds between two drawings of a panel: more often than a run reports
const REST = 0.1; // share of its time that a drawing is followed by rest: training needs the machine
const PATIENCE = 2000; // milliseconds a stream may take to open
const REMIND = 2000; // milliseconds after which a page that has not heard is told again
let plotly = null;
let loading = null;

// The page's HTML already asks for plotly.js; where it could not, it is asked for here, with an
// address relative to the page, so that a proxy's base path works.
function loadPlotly(address) {
  loading ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve();
    let script = document.querySelector("script[data-plotly]");
    if (!script) {
      script = document.createElement("script");
      script.src = new URL(address, document.baseURI);
      document.head.append(script);
    }
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
  }).then(() => (plotly = window.Plotly));
  return loading;
}

class Live {
  constructor(host) {
    this.host = host;
    this.root = element("div", "live");
    this.strip = new Strip();
    this.grid = element("div", "grid");
    this.root.append(this.strip.root, this.grid);
    host.append(this.root);
    this.panels = new Map();
    this.revision = null;
    this.batch = -1;
    this.seq = 0;
    this.rested = 0;
    this.resizes = new ResizeObserver((entries) => entries.forEach((entry) => this.measure(entry)));
    this.sights = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const panel = this.panels.get(target.dataset.figure);
        if (panel?.figure) panel.figure.visible = isIntersecting;
      }
    });
    this.fit = this.fit.bind(this);
    window.addEventListener("resize", this.fit);
    this.above = new ResizeObserver(this.fit);
    this.look = this.look.bind(this);
    document.addEventListener("visibilitychange", this.look);
    this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  update(data, send) {
    this.data = data;
    this.send = send;
    loadPlotly(data.plotly);
    const theme = this.findTheme();
    const changed = data.revision !== this.revision;
    const reworded = changed || data.wording !== this.wording;
    if (reworded) {
      this.labels = new Labels(data.labels, data.locale);
      this.arrange(data.panels);
      this.strip.update(data.strip, this.labels, data.phases);
      this.wording = data.wording;
    }
    if (changed) {
      this.revision = data.revision;
      this.batch = -1;
      this.seq = 0;
      this.news = null;
      for (const panel of this.panels.values()) panel.clear();
      this.root.dataset.revision = data.revision;
    }
    if (reworded || theme !== this.theme) {
      this.theme = theme;
      for (const panel of this.panels.values()) panel.paint(theme);
    }
    const { status } = data.strip;
    this.phase = data.phases[status];
    // What an open stream says is newer than what the page knew when it was written.
    const told = this.source?.readyState === EventSource.OPEN;
    if (changed || (status !== this.status && !told)) this.strip.show(status, this.phase);
    else if (told && this.phase !== "ready") this.remind();
    this.status = status;
    if (data.batch > this.batch) {
      this.batch = data.batch;
      this.receive(data.ops, data.seq);
    }
    this.connect(data.stream, changed);
    this.fit();
  }

  arrange(specs) {
    const act = (name) => this.send.trigger("action", name);
    for (const [id, panel] of this.panels) {
      if (specs.some((spec) => spec.id === id)) continue;
      panel.root.remove();
      this.panels.delete(id);
    }
    for (const spec of specs) {
      const known = this.panels.get(spec.id);
      if (known) known.update(spec, this.labels, act);
      else {
        const panel = new Panel(spec, this.labels, act);
        this.panels.set(spec.id, panel);
        this.grid.append(panel.root);
        this.sights.observe(panel.root);
      }
      const { box } = this.panels.get(spec.id);
      if (box) this.resizes.observe(box);
    }
  }

  connect(stream, afresh) {
    if (this.source && (afresh || stream !== this.stream)) this.disconnect();
    this.stream = stream;
    if (!stream || this.source || this.given || this.idle) return;
    const wanted = this.phase === "ready" ? "await&" : ""; // the run may be still to come
    const source = new EventSource(new URL(`${stream}?${wanted}after=${this.seq}`, document.baseURI));
    this.source = source;
    const late = setTimeout(() => {
      if (source.readyState === EventSource.OPEN || this.source !== source) return;
      this.disconnect();
      this.given = true; // the page feeds this component from now on
      this.send.state("fallback", true);
    }, PATIENCE);
    source.onopen = () => {
      clearTimeout(late);
      this.strip.show(this.strip.status, this.strip.phase);
    };
    source.onmessage = ({ data, lastEventId }) => this.receive(JSON.parse(data), Number(lastEventId));
    source.onerror = () => {
      if (source.readyState === EventSource.CONNECTING) this.strip.say(this.labels.sentences.reconnecting);
    };
  }

  // A browser opens six connections to a server at most: a tab that nobody sees leaves its own,
  // unless a run goes on in it, which the stream keeps from being taken for abandoned.
  get idle() {
    return document.hidden && this.strip.phase !== "active";
  }

  look() {
    if (this.idle) this.disconnect();
    else this.connect(this.stream, false);
  }

  disconnect() {
    this.source?.close();
    this.source = null;
  }

  receive(ops, seq) {
    if (seq > this.seq) this.seq = seq;
    for (const op of ops) {
      if (op.op === "progress") this.strip.progress(op);
      else if (op.op === "status") this.heed(op);
      else if (op.op === "rewind") {
        this.strip.rewind(op.step);
        for (const panel of this.panels.values()) panel.apply(op);
      } else this.panels.get(op.figure)?.apply(op);
    }
  }

  heed({ status, reason, error }) {
    const phase = this.data.phases[status] ?? this.strip.phase;
    this.strip.show(status, phase);
    const trouble = error && this.labels.statuses[error.code]; // of the store, in short
    if (trouble) this.strip.say(trouble);
    if (phase === "final") this.disconnect();
    this.news = { status, reason };
    // That a run has begun the page is about to say itself: it was pressed there.
    if (this.phase === "ready") this.remindLater();
    else this.remind();
  }

  // The page runs again when a phase is news to it, for its buttons must fit: until it knows.
  remind() {
    clearTimeout(this.reminder);
    if (this.strip.phase === this.phase || !this.news) return;
    this.send.trigger("status", this.news);
    this.remindLater();
  }

  remindLater() {
    clearTimeout(this.reminder);
    this.reminder = setTimeout(() => this.remind(), REMIND);
  }

  tick(now) {
    this.frame = requestAnimationFrame((then) => this.tick(then));
    if (!plotly || now < this.rested) return;
    // One drawing a frame, the panel that has waited longest first: the page stays responsive.
    let next = null;
    for (const panel of this.panels.values()) {
      if (!panel.figure?.due(now)) continue;
      if (now - (panel.drawnAt ?? -FRAME) < FRAME) continue;
      if (!next || (panel.drawnAt ?? 0) < (next.drawnAt ?? 0)) next = panel;
    }
    if (!next) return;
    next.drawnAt = now;
    next.figure.draw(this.theme, now).then(() => next.count());
    const spent = performance.now() - now;
    this.rested = now + spent * (1 + REST);
  }

  measure({ target, contentRect }) {
    const panel = [...this.panels.values()].find(({ box }) => box === target);
    panel?.figure.resize(Math.floor(contentRect.width), Math.floor(contentRect.height));
  }

  // Let the rows of panels fill what the window has left below the controls.
  fit() {
    const scroller = scrollParent(this.host);
    if (this.watched !== scroller.firstElementChild) {
      this.above.disconnect();
      this.watched = scroller.firstElementChild;
      if (this.watched) this.above.observe(this.watched);
    }
    const columns = getComputedStyle(this.grid).gridTemplateColumns.split(" ").length;
    const rows = Math.ceil(this.panels.size / columns);
    const offset = this.grid.getBoundingClientRect().top + scroller.scrollTop;
    const free = window.innerHeight - offset - 10 - (rows - 1) * 10;
    const height = columns > 1 ? Math.max(230, Math.floor(free / rows)) : 300;
    if (height !== this.height) this.grid.style.setProperty("--rx-row", `${height}px`);
    this.height = height;
  }

  findTheme() {
    const probe = element("span", "probe");
    this.root.append(probe);
    const [r, g, b] = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
    probe.remove();
    return 0.299 * r + 0.587 * g + 0.114 * b < 128 ? "dark" : "light";
  }

  close() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.reminder);
    window.removeEventListener("resize", this.fit);
    document.removeEventListener("visibilitychange", this.look);
    for (const observer of [this.resizes, this.sights, this.above]) observer.disconnect();
    this.disconnect();
    for (const { box } of this.panels.values()) if (box) plotly?.purge(box);
    this.root.remove();
  }
}

function scrollParent(start) {
  for (let found = start.parentElement; found; found = found.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(found).overflowY)) return found;
  }
  return document.scrollingElement;
}

const lives = new WeakMap();

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  if (!lives.has(parentElement)) lives.set(parentElement, new Live(parentElement));
  const live = lives.get(parentElement);
  live.update(data, { state: setStateValue, trigger: setTriggerValue });
  return () => {
    live.close();
    lives.delete(parentElement);
  };
}
