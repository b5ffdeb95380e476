// plotly.js, loaded once a page.

/** @typedef {import("./types.d.ts").Plotly} Plotly */

/** @type {Promise<Plotly> | null} */
let loading = null;

/**
 * Resolves to Plotly. The page's HTML already asks for the script; where it could not, it is asked
 * for here, by an address relative to the page, so that a proxy's base path works.
 * @param {string} address
 * @returns {Promise<Plotly>}
 */
export function loadPlotly(address) {
  loading ??= new Promise((resolve, reject) => {
    const ready = () => (window.Plotly ? resolve(window.Plotly) : reject());
    if (window.Plotly) return ready();
    let script = document.querySelector("script[data-plotly]");
    if (!script) {
      const added = document.createElement("script");
      added.src = new URL(address, document.baseURI).href;
      document.head.append(added);
      script = added;
    }
    script.addEventListener("load", ready);
    script.addEventListener("error", reject);
  });
  return loading;
}
