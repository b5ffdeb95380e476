// Figures with larger letters, where the page has larger ones: presented to a class.

/** @typedef {import("./types.d.ts").PlotlyFigure} PlotlyFigure */

const USUAL = 14; // pixels of the root's letters (.streamlit/config.toml)
const PIXELS = new Set(["standoff", "xshift", "yshift", "l", "r", "t", "b"]);

let known = 0; // the scale as last read, 0 after a change of the root's attributes
/** @type {MutationObserver | undefined} */
let changes;

/** How much larger than usual the page's letters are. Asking for a style costs a layout: a figure in
 *  motion would pay it several times a frame. */
export function letterScale() {
  const root = document.documentElement;
  if (!changes) {
    changes = new MutationObserver(() => {
      known = 0;
    });
    changes.observe(root, { attributes: true });
  }
  known ||= Number.parseFloat(getComputedStyle(root).fontSize) / USUAL || 1;
  return known;
}

/**
 * What a figure of some size leaves to its plot, in pixels of usual letters: where they are larger,
 * there is room for fewer.
 * @param {{width: number, height: number}} size
 * @param {{l: number, r: number, t: number, b: number}} margin not enlarged yet
 */
export function innerSize({ width, height }, { l, r, t, b }) {
  const scale = letterScale();
  return { width: width / scale - l - r, height: height / scale - t - b };
}

/**
 * The figure with letters, lines, markers and margins larger by a factor.
 * @param {PlotlyFigure} figure
 * @param {number} scale
 * @returns {PlotlyFigure}
 */
export function enlarged({ data, layout }, scale) {
  if (scale === 1) return { data, layout };
  return { data: data.map((trace) => grown(trace, "", scale)), layout: grown(layout, "", scale) };
}

/**
 * @param {any} part @param {string} name under which it stands @param {number} scale
 * @returns {any}
 */
function grown(part, name, scale) {
  if (Array.isArray(part)) {
    const figures = /^(shapes|annotations)$/.test(name);
    return figures ? part.map((one) => grown(one, "", scale)) : part;
  }
  if (part === null || typeof part !== "object" || name === "meta") return part;
  const sized = /font$|^marker$/.test(name);
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => {
      if ((sized && key === "size") || (name === "line" && key === "width"))
        return [key, Array.isArray(value) ? value.map((one) => one * scale) : value * scale];
      if (typeof value === "number" && PIXELS.has(key)) return [key, value * scale];
      return [key, grown(value, key, scale)];
    }),
  );
}
