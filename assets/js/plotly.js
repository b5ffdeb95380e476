// plotly.js, each bundle loaded once a page.

/** @typedef {import("./types.d.ts").Plotly} Plotly */

/** @type {Map<string, Promise<Plotly>>} by address */
const loading = new Map();
/** Every bundle calls itself window.Plotly: one is loaded after the other. @type {Promise<unknown>} */
let before = Promise.resolve();

/**
 * Resolves to Plotly, by an address relative to the page, so that a proxy's base path works. What
 * could not be fetched is fetched again when it is asked for again.
 * @param {string} address
 * @returns {Promise<Plotly>}
 */
export function loadPlotly(address) {
  let asked = loading.get(address);
  if (!asked) {
    asked = before.then(() => load(new URL(address, document.baseURI).href));
    loading.set(address, asked);
    before = asked.catch(() => loading.delete(address));
  }
  return asked;
}

/**
 * The page's HTML already asks for one bundle, which stays window.Plotly.
 * @param {string} url
 * @returns {Promise<Plotly>}
 */
async function load(url) {
  /** @type {HTMLScriptElement | null} */
  const early = document.querySelector("script[data-plotly]");
  if (early && !window.Plotly) await over(early).catch(() => {});
  const first = window.Plotly;
  if (early?.src === url && first) return first;
  const added = document.createElement("script");
  added.src = url;
  document.head.append(added);
  await over(added);
  const brought = window.Plotly;
  if (first) window.Plotly = first;
  if (!brought) throw new Error(`${url} brought no Plotly`);
  return brought;
}

/** @param {HTMLScriptElement} script */
function over(script) {
  return new Promise((resolve, reject) => {
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
  });
}
