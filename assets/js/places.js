// What the browser's Back goes through: pages that were turned to and links that were followed.

/**
 * Whether an address is a place of its own, to come back from, or what the present one says by now:
 * Streamlit makes an entry of each, so that Back would go through every value of every control, and
 * after each turned page through its address without a query.
 * @param {URL} here
 * @param {URL} next
 * @param {boolean} followed whether a link was pressed last
 */
export function isPlace(here, next, followed) {
  const run = here.searchParams.get("run");
  const left = run !== null && next.searchParams.get("run") !== run;
  return next.pathname !== here.pathname || followed || left;
}

/** Let the history of a window hold places alone. @param {Window} page */
export function onePlaceAPage({ document, history, location }) {
  let followed = false;
  document.addEventListener(
    "click",
    ({ target }) => {
      followed = target instanceof Element && target.closest("a[href]") !== null;
    },
    true,
  );
  const push = history.pushState.bind(history);
  history.pushState = (state, unused, address) => {
    const here = new URL(location.href);
    const next = new URL(address ?? here, here);
    if (isPlace(here, next, followed)) push(state, unused, address);
    else history.replaceState(state, unused, address);
    followed = false;
  };
}
