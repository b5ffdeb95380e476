// A text whose tokens are coloured by a measure; a click chooses a token.

import { element } from "./element.js";

/** @typedef {import("./types.d.ts").ColouredData} ColouredData */

/** @param {ColouredData["tokens"][number]} given @param {number} number */
function token({ text, ground, ink, title, kind }, number) {
  const made = element("bdi", "token", text); // of any script, in the order of the others
  made.dir = "auto";
  made.title = title;
  made.dataset.number = String(number);
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
  data.tokens.forEach((given, number) => {
    const made = token(given, number);
    if (number === data.chosen) made.dataset.chosen = "true";
    host.append(made);
    if (given.ends) host.append(element("br"));
    else if (data.spaced) host.append(" ");
  });
  host.addEventListener("click", ({ target }) => {
    const chosen = target instanceof Element ? target.closest(".rx-token") : null;
    if (chosen instanceof HTMLElement && chosen.dataset.kind !== "prompt") {
      setTriggerValue("click", Number(chosen.dataset.number));
    }
  });
  parentElement.querySelector(".rx-coloured")?.remove();
  parentElement.append(host);
}
