// A link to hand on: its address, and a button that copies it and says that it has.

import { element } from "./element.js";

const SAID = 4000; // milliseconds that the button says so

/** @typedef {import("./types.d.ts").LinkData} LinkData */

/**
 * Copy what is selected in a field. Browsers give pages a clipboard over HTTPS only; in a class
 * room's network, over HTTP, the old way is there.
 * @param {HTMLInputElement} field
 */
async function copy(field) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}

class Link {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.root = element("div", "link");
    this.field = element("input");
    this.field.readOnly = true;
    this.field.addEventListener("focus", () => this.field.select());
    this.button = element("button");
    this.button.type = "button";
    this.said = element("span", "said");
    this.said.setAttribute("role", "status");
    this.button.addEventListener("click", async () => {
      if (await copy(this.field)) this.say();
    });
    this.root.append(this.field, this.button, this.said);
    host.append(this.root);
    this.copied = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** @param {LinkData} data */
  update({ address, label, copy, copied }) {
    if (address !== this.field.value) this.said.textContent = "";
    this.field.value = address;
    this.field.setAttribute("aria-label", label);
    this.button.textContent = copy;
    this.button.setAttribute("aria-label", `${copy}: ${label}`);
    this.copied = copied;
  }

  say() {
    this.said.textContent = `✓ ${this.copied}`;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.said.textContent = "";
    }, SAID);
  }

  close() {
    clearTimeout(this.timer);
    this.root.remove();
  }
}

/** @type {WeakMap<HTMLElement, Link>} */
const mounted = new WeakMap();

/** @param {import("./types.d.ts").ComponentArguments<LinkData>} page */
export default function mount({ data, parentElement }) {
  const link = mounted.get(parentElement) ?? new Link(parentElement);
  mounted.set(parentElement, link);
  link.update(data);
  return () => {
    link.close();
    mounted.delete(parentElement);
  };
}
