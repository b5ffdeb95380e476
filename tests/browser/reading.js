// What a test reads off the Overview's live panels: what is drawn, not what was sent.

window.rx = {
  ids: ["perplexity", "gradients", "states", "samples"],
  panel: (id) => document.querySelector(`[data-figure="${id}"]`),
  strip: () => document.querySelector(".rx-strip")?.dataset ?? {},
  plot: (id) => rx.panel(id)?.querySelector(".rx-plot"),
  trace: (id, uid) => rx.plot(id)?.data?.find((trace) => trace.uid === uid),
  last: (id, uid) => rx.trace(id, uid)?.x?.at(-1) ?? -1,
  curve: (id, uid) => rx.plot(id)?.querySelector(`.trace${uid} path.js-line`)?.getAttribute("d") ?? "",
  texts: (id, part) => [...(rx.panel(id)?.querySelectorAll(part) ?? [])].map((e) => e.textContent),
  readouts: (id) => rx.texts(id, ".rx-readout:not([hidden]) .rx-value"),
  draws: () => rx.ids.map((id) => Number(rx.panel(id)?.dataset.draws ?? 0)),
  range: (id, axis) => rx.plot(id)._fullLayout[axis].range.slice(),
  annotations: (id) => rx.plot(id)?.layout?.annotations?.map((note) => note.text) ?? [],

  // What of each panel has something in it that can be seen, by panel.
  filled: () => ({
    perplexity: Boolean(rx.plot("perplexity")?.querySelector(".trace path")?.getAttribute("d")),
    gradients:
      rx.curve("gradients", "profile").length > 20 &&
      Boolean(rx.plot("gradients").querySelector(".heatmaplayer image")?.getAttribute("href")),
    states: (rx.plot("states")?.querySelectorAll(".tracetokens path.point").length ?? 0) > 1,
    samples: rx.texts("samples", ".rx-text").some((text) => text.trim()),
  }),
  complete: () =>
    rx.ids.every((id) => rx.panel(id)?.dataset.draws > 0) &&
    Object.values(rx.filled()).every(Boolean) &&
    !rx.readouts("perplexity").includes("–"),

  // Milliseconds from the next click to the first curve that is more than a point.
  time_start() {
    rx.latency = new Promise((resolve) => {
      const clicked = () => {
        const began = performance.now();
        const look = () =>
          rx.curve("perplexity", "train").includes("L")
            ? resolve(performance.now() - began)
            : requestAnimationFrame(look);
        look();
      };
      addEventListener("click", clicked, { capture: true, once: true });
    });
  },

  // Press a button, and another when so many milliseconds have passed.
  press_both(first, second, milliseconds) {
    const press = (key) =>
      document.querySelector(`.st-key-${key} button:not([aria-checked=true])`).click();
    press(first);
    return new Promise((resolve) => setTimeout(() => resolve(press(second)), milliseconds));
  },

  // Let the tab believe that it is seen, or that it is not.
  see(seen) {
    Object.defineProperty(document, "hidden", { get: () => !seen, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  },

  // Look at every frame until there were so many and each panel was drawn so many times more:
  // then `watched` is true, and `blank` names the panels that were blank, frame by frame.
  watch(frames, draws) {
    const before = rx.draws();
    rx.watched = false;
    rx.blank = [];
    const look = () => {
      frames -= 1;
      const missing = Object.entries(rx.filled()).filter(([, filled]) => !filled);
      if (missing.length) rx.blank.push(missing.map(([id]) => id));
      rx.watched = frames <= 0 && rx.draws().every((now, place) => now >= before[place] + draws);
      if (!rx.watched) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  },

  // Drawings a second of each panel over so many milliseconds.
  rates: (duration) =>
    new Promise((resolve) => {
      const before = rx.draws();
      const began = performance.now();
      setTimeout(() => {
        const seconds = (performance.now() - began) / 1000;
        resolve(rx.draws().map((draws, place) => (draws - before[place]) / seconds));
      }, duration);
    }),
};

// When, after the page's opening, everything was first to be seen.
const look = () => {
  if (document.body && rx.complete()) rx.opened = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
