// Tokens as chips with their ids: in the text's order, or in rows of inputs and targets.

import { element } from "./element.js";

/** @typedef {import("./types.d.ts").ChipsData} ChipsData */
const LONG = 24; // letters that may be more than a chip has room for

/** @typedef {ChipsData["rows"][number]["chips"][number]} Given */

/**
 * @template {"li" | "div"} Tag
 * @param {Tag} tag
 * @param {Given} given
 */
function chip(tag, [token, id, unknown]) {
  const made = element(tag, "chip");
  const shown = element("bdi", undefined, token); // of any script, in the order of the others
  shown.dir = "auto";
  if (token.length > LONG) shown.title = token;
  made.append(shown, element("span", undefined, String(id)));
  made.dataset.id = String(id);
  made.dataset.unknown = String(unknown);
  return made;
}

/** @param {ChipsData} data */
function running({ name, rows }) {
  const list = element("ol");
  list.setAttribute("aria-label", name);
  list.append(...rows.flatMap((row) => row.chips.map((given) => chip("li", given))));
  return list;
}

/** @param {ChipsData} data */
function table({ name, rows }) {
  const made = element("table");
  made.setAttribute("aria-label", name);
  rows.forEach((row, number) => {
    if (number > 0) {
      const arrows = made.insertRow();
      arrows.className = "rx-arrows";
      arrows.setAttribute("aria-hidden", "true");
      arrows.append(...["", ...row.chips.map(() => "↓")].map((one) => element("td", "", one)));
    }
    const line = made.insertRow();
    const head = element("th", undefined, row.name);
    head.scope = "row";
    line.append(head);
    for (const given of row.chips) line.insertCell().append(chip("div", given));
  });
  return made;
}

/** Mark what has the same id as the chip that is pointed at. @param {HTMLElement} host */
function watch(host) {
  /** @param {string | undefined} id */
  const mark = (id) => {
    for (const one of host.querySelectorAll(".rx-chip")) {
      if (one instanceof HTMLElement) one.dataset.equal = String(one.dataset.id === id);
    }
  };
  host.addEventListener("pointerover", ({ target }) => {
    const over = target instanceof Element ? target.closest(".rx-chip") : null;
    mark(over instanceof HTMLElement ? over.dataset.id : undefined);
  });
  host.addEventListener("pointerleave", () => mark(undefined));
}

/** @param {import("./types.d.ts").ComponentArguments<ChipsData>} page */
export default function mount({ data, parentElement }) {
  const host = element("div", "chips");
  host.append(data.table ? table(data) : running(data));
  if (data.table) {
    host.tabIndex = 0; // wider than a phone: so keys can scroll it
    host.setAttribute("role", "group");
    host.setAttribute("aria-label", data.name);
  }
  watch(host);
  parentElement.querySelector(".rx-chips")?.remove();
  parentElement.append(host);
}
