// A text whose tokens are coloured by a measure; a click chooses a token.

import { element } from "./element.js";

/** @typedef {import("./types.d.ts").ColouredData} ColouredData */

/** @param {ColouredData["tokens"][number]} given */
function token({ text, ground, ink, title, kind, first }) {
  const made = element("bdi", "token", text); // of any script, in the order of the others
  made.dir = "auto";
  made.title = title;
  made.dataset.number = String(first);
  made.dataset.kind = kind;
  if (ground) Object.assign(made.style, { background: ground, color: ink });
  return made;
}

/** @param {import("./types.d.ts").ComponentArguments<ColouredData>} page */
export default function mount({ data, parentElement, setTriggerValue }) {
  const host = element("div", "coloured");
  host.dataset.spaced = String(data.spaced);
  host.setAttribute("role", "group");
  host.setAttribute("aria-label", data.name);
  const chosen = data.chosen ?? -1;
  for (const given of data.tokens) {
    const made = token(given);
    if (given.first <= chosen && chosen <= given.last) made.dataset.chosen = "true";
    host.append(made);
    if (given.ends) host.append(element("br"));
    else if (data.spaced) host.append(" ");
  }
  host.addEventListener("click", ({ target }) => {
    const clicked = target instanceof Element ? target.closest(".rx-token") : null;
    if (clicked instanceof HTMLElement && clicked.dataset.kind !== "prompt") {
      setTriggerValue("click", Number(clicked.dataset.number));
    }
  });
  parentElement.querySelector(".rx-coloured")?.remove();
  parentElement.append(host);
}
