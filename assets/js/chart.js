// One chart of a page, drawn again in place whenever the page sends it anew: never a blank frame.

let loading = null;

// The page's HTML already asks for plotly.js; where it could not, it is asked for here.
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
  });
  return loading;
}

// The page chose the colours; when the machine turns dark or light, one chart asks for new ones.
const darkness = matchMedia("(prefers-color-scheme: dark)");
const SETTLING = 500; // milliseconds that Streamlit may take to change its own colours
let asking = null;

class Chart {
  constructor(host) {
    this.recolour = () => {
      clearTimeout(asking);
      asking = setTimeout(() => this.send("theme", darkness.matches ? "dark" : "light"), SETTLING);
    };
    darkness.addEventListener("change", this.recolour);
    this.box = document.createElement("div");
    this.box.setAttribute("role", "img");
    host.append(this.box);
    this.draws = 0;
    this.resizes = new ResizeObserver(() => this.draw());
    this.resizes.observe(host);
  }

  update({ figure, version, name, plotly }, send) {
    this.send = send;
    this.box.setAttribute("aria-label", name);
    if (version === this.version) return;
    this.version = version;
    this.figure = JSON.parse(figure);
    const { width, height } = this.figure.layout;
    Object.assign(this.box.style, { width: width ? `${width}px` : "100%", height: `${height}px` });
    loadPlotly(plotly).then(() => this.draw());
  }

  // Asked for again while it draws, it draws once more afterwards: the newest wins.
  draw() {
    const width = this.figure?.layout.width ?? Math.floor(this.box.clientWidth);
    if (!window.Plotly || !this.figure || !width || this.closed) return;
    if (this.busy) {
      this.again = true;
      return;
    }
    const drawn = `${this.version} ${width}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.busy = true;
    const { data, layout } = this.figure;
    const dragmode = layout.dragmode ?? false; // so that a finger scrolls the page
    const config = { displayModeBar: false, scrollZoom: false, doubleClick: "reset" };
    const settled = () => {
      this.busy = false;
      this.box.dataset.draws = this.draws += 1;
      if (this.draws === 1) this.box.on("plotly_click", (event) => this.click(event));
      if (this.again) {
        this.again = false;
        this.draw();
      }
    };
    window.Plotly.react(this.box, data, { ...layout, dragmode, width }, config).then(settled, settled);
  }

  click({ points }) {
    const chosen = points.find((point) => point.customdata !== undefined);
    if (chosen) this.send("click", chosen.customdata);
  }

  close() {
    this.closed = true;
    this.resizes.disconnect();
    darkness.removeEventListener("change", this.recolour);
    if (this.draws) window.Plotly.purge(this.box);
    this.box.remove();
  }
}

const charts = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  if (!charts.has(parentElement)) charts.set(parentElement, new Chart(parentElement));
  const chart = charts.get(parentElement);
  chart.update(data, setTriggerValue);
  return () => {
    chart.close();
    charts.delete(parentElement);
  };
}
