// One chart of a page, drawn again in place whenever the page sends it anew: never a blank frame.

import { watch } from "./brush.js";
import { calm } from "./calm.js";
import { enlarged, letterScale } from "./enlarge.js";
import { loadPlotly } from "./plotly.js";
import { apart } from "./words.js";

/** @typedef {import("./types.d.ts").ChartData} ChartData */
/** @typedef {import("./types.d.ts").Plotly} Plotly */
/** @typedef {import("./types.d.ts").Send["trigger"]} Trigger */

// The page chose the colours; when the machine turns dark or light, one chart asks for new ones.
const darkness = matchMedia("(prefers-color-scheme: dark)");
const touch = matchMedia("(pointer: coarse)");
const SETTLING = 500; // milliseconds that Streamlit may take to change its own colours
/** @type {ReturnType<typeof setTimeout> | undefined} one for all charts of the page */
let asking;

/** Whether this browser gives WebGL, by whatever means. */
function drawsSolids() {
  const context = document.createElement("canvas").getContext("webgl");
  context?.getExtension("WEBGL_lose_context")?.loseContext(); // there are few of them
  return context !== null;
}

/**
 * A scene as it fits into a place of this width by its height: in a narrow one it is seen from
 * farther away. A finger scrolls the page.
 * @param {import("./types.d.ts").PlotlyFigure["layout"]} scene @param {number} shape
 */
function inSight(scene, shape) {
  const farther = Math.max(1, 0.95 / shape);
  const { x, y, z } = scene.camera.eye;
  const eye = { x: x * farther, y: y * farther, z: z * farther };
  const dragmode = matchMedia("(pointer: coarse)").matches ? false : scene.dragmode;
  return { ...scene, dragmode, camera: { ...scene.camera, eye } };
}

class Chart {
  /** @param {HTMLElement} host @param {Trigger} send */
  constructor(host, send) {
    this.send = send;
    this.version = "";
    /** @type {number | null} the share of the width that is to be in sight */
    this.at = null;
    /** @type {number | null} pixels of width that the figure needs at the usual size */
    this.needs = null;
    /** @type {import("./types.d.ts").PlotlyFigure | null} */
    this.figure = null;
    /** @type {Plotly | null} */
    this.plotly = null;
    this.brushes = false; // whether boxes may be drawn over it
    this.busy = this.again = this.closed = false;
    this.held = false; // what a person draws with the pointer down is not drawn over
    this.drawn = ""; // version and width of what is drawn
    this.recolour = () => {
      clearTimeout(asking);
      asking = setTimeout(() => this.send("theme", darkness.matches ? "dark" : "light"), SETTLING);
    };
    darkness.addEventListener("change", this.recolour);
    /** @type {import("./types.d.ts").PlotlyBox} */
    this.box = /** @type {any} */ (document.createElement("div")); // Plotly adds its own to it
    this.box.setAttribute("role", "img");
    this.box.addEventListener("pointerdown", () => this.hold());
    // A figure of a width of its own is moved sideways where its place is narrower: the page is not.
    this.place = document.createElement("div");
    this.place.style.overflow = "auto hidden";
    this.place.append(this.box);
    host.append(this.place);
    this.draws = 0;
    this.resizes = new ResizeObserver(() => {
      this.reach();
      this.draw();
    });
    this.resizes.observe(host);
  }

  /** @param {ChartData} data @param {Trigger} send */
  update({ figure, version, name, plotly, solid, at, needs, brushes }, send) {
    this.send = send;
    this.at = at;
    this.brushes = brushes ?? false;
    this.needs = needs;
    this.box.setAttribute("aria-label", name);
    if (version === this.version) return;
    this.version = version;
    /** @type {import("./types.d.ts").PlotlyFigure} */
    const parsed = JSON.parse(figure);
    this.figure = parsed;
    const { width, height } = parsed.layout;
    Object.assign(this.box.style, { width: width ? `${width}px` : "100%", height: `${height}px` });
    if (solid && !drawsSolids()) return send("failure", "webgl");
    const drawn = loadPlotly(plotly).then((loaded) => {
      this.plotly = loaded;
      this.draw();
    });
    if (solid) drawn.catch(() => this.send("failure", "script"));
  }

  // What can be moved sideways can be by the keys, too.
  reach() {
    if (this.place.scrollWidth > this.place.clientWidth) this.place.tabIndex = 0;
    else this.place.removeAttribute("tabindex");
  }

  // Asked for again while it draws, it draws once more afterwards: the newest wins.
  draw() {
    const width = this.figure?.layout.width ?? Math.floor(this.box.clientWidth);
    if (!this.plotly || !this.figure || !width || this.closed) return;
    if (this.busy || this.held) {
      this.again = true;
      return;
    }
    const usual = letterScale();
    const scale = this.needs ? Math.min(usual, Math.max(1, width / this.needs)) : usual;
    const height = Math.round((this.figure.layout.height * scale) / usual);
    this.box.style.height = `${height}px`;
    const drawn = `${this.version} ${width} ${scale}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.busy = true;
    const { data, layout } = enlarged(this.readable(width / scale, height / scale), scale);
    const zooms = layout.dragmode === "zoom" && !touch.matches;
    const dragmode = this.brushes ? "select" : zooms && "zoom"; // a finger scrolls the page
    const config = {
      displayModeBar: false,
      scrollZoom: false,
      doubleClick: "reset",
      edits: { shapePosition: this.brushes },
    };
    const settled = () => {
      this.busy = false;
      this.draws += 1;
      this.box.dataset.draws = String(this.draws);
      this.reach();
      this.show();
      if (this.draws === 1) this.listen();
      this.catchUp();
    };
    const fitted = { ...layout, dragmode, width, height };
    if (this.brushes) fitted.selectionrevision = fitted.editrevision = this.version;
    if (layout.scene) fitted.scene = inSight(layout.scene, width / height);
    this.plotly.react(this.box, data, fitted, config).then(settled, settled);
  }

  // Its words stand apart, at the size that it has with the usual letters.
  readable(/** @type {number} */ width, /** @type {number} */ height) {
    const figure = /** @type {import("./types.d.ts").PlotlyFigure} */ (this.figure);
    const { l, r, t, b } = figure.layout.margin;
    return apart(figure, { width: width - l - r, height: height - t - b });
  }

  listen() {
    this.box.on("plotly_click", (event) => this.click(event));
    if (this.brushes) watch(this.box, (told) => this.send("brush", told));
  }

  hold() {
    this.held = true;
    const release = () => {
      removeEventListener("pointerup", release);
      removeEventListener("pointercancel", release);
      // Plotly hears of the end of it after this.
      setTimeout(() => {
        this.held = false;
        this.catchUp();
      });
    };
    addEventListener("pointerup", release);
    addEventListener("pointercancel", release);
  }

  catchUp() {
    if (!this.again || this.busy || this.held) return;
    this.again = false;
    this.draw();
  }

  // Where the chart is wider than its place, bring the active part into sight.
  show() {
    const place = this.box.closest(".st-key-cell-frame");
    if (this.at === null || !place || place.scrollWidth <= place.clientWidth) return;
    const left = this.at * this.box.clientWidth - place.clientWidth / 2;
    place.scrollTo({ left, behavior: calm() ? "auto" : "smooth" });
  }

  /** @param {{points: {customdata?: unknown}[]}} event */
  click({ points }) {
    const chosen = points.find((point) => point.customdata !== undefined);
    if (chosen) this.send("click", chosen.customdata);
  }

  close() {
    this.closed = true;
    this.resizes.disconnect();
    darkness.removeEventListener("change", this.recolour);
    if (this.draws) this.plotly?.purge(this.box);
    this.place.remove();
  }
}

/** @type {WeakMap<HTMLElement, Chart>} */
const mounted = new WeakMap();

/** @param {import("./types.d.ts").ComponentArguments<ChartData>} page */
export default function mount({ data, parentElement, setTriggerValue }) {
  const chart = mounted.get(parentElement) ?? new Chart(parentElement, setTriggerValue);
  mounted.set(parentElement, chart);
  chart.update(data, setTriggerValue);
  return () => {
    chart.close();
    mounted.delete(parentElement);
  };
}
