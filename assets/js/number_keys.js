// Arrow keys and a list of usual values for number boxes. A box stays Streamlit's own text input:
// what happens here happens as if a person had typed it, and the page alone decides what it means.

const FIELD = '[data-testid="stTextInputRootElement"]';
const THEME = [
  "text-color",
  "background-color",
  "secondary-background-color",
  "primary-color",
  "border-color",
  "base-radius",
  "font",
];
const SETTLE = 150; // milliseconds after the last step until the value is taken

/** @typedef {import("./types.d.ts").NumberBox} NumberBox */
/** @typedef {import("./types.d.ts").NumberKeysData} NumberKeysData */

// React notices a new value only where its own setter was not told of it.
const setValue = () => Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set;

/** Write as a person would. @param {HTMLInputElement} input @param {string} text */
function write(input, text) {
  setValue()?.call(input, text);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Take what the box holds. @param {HTMLInputElement} input */
function take(input) {
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", bubbles: true }));
}

/**
 * The number that a text means where that is plain to see, else NaN.
 * @param {string} text
 * @param {Pick<NumberBox, "usual">} box
 */
export function read(text, box) {
  const known = box.usual.find(([, word]) => word === text.trim());
  if (known) return known[0];
  return /\d/.test(text) ? Number(text.trim().replace(",", ".")) : Number.NaN;
}

/**
 * The value that an arrow key steps to from `now`; undefined where there is none.
 * @param {Pick<NumberBox, "usual" | "whole">} box
 * @param {number} now
 * @param {boolean} up
 * @param {boolean} doubling whether to double or halve rather than take the next usual value
 */
export function next(box, now, up, doubling) {
  const values = box.usual.map(([value]) => value);
  let found = up ? values.find((value) => value > now) : values.findLast((value) => value < now);
  if (doubling) found = up ? now * 2 : now / 2;
  return found === undefined || (box.whole && !Number.isInteger(found)) ? undefined : found;
}

/**
 * A number that is taken is in force, for Escape, before the page has said so.
 * @param {HTMLInputElement} input
 * @param {NumberBox} box
 */
function accept(input, box) {
  if (Number.isFinite(read(input.value, box))) box.text = input.value;
}

class NumberKeys {
  /** @param {HTMLElement} host */
  constructor(host) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.seeking = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.start = "";
    this.list = document.createElement("ul");
    this.list.className = "nk-list";
    this.list.popover = "manual";
    this.list.ariaHidden = "true"; // everything in it the arrow keys give, too
    this.host = host;
    /** @type {NumberKeysData["boxes"]} */
    this.boxes = {};
    /** @type {NumberKeysData["helps"]} */
    this.helps = {};
    this.over = new AbortController();
    const watch = { signal: this.over.signal, capture: true };
    document.addEventListener("keydown", (event) => this.key(event), watch);
    document.addEventListener("pointerdown", (event) => this.point(event), watch);
    document.addEventListener("click", () => this.seek(5), watch);
    document.addEventListener("focusin", ({ target }) => this.dress(target), watch);
    document.addEventListener("focusout", () => this.close(), watch);
    document.addEventListener(
      "scroll",
      ({ target }) => target !== this.list && this.close(),
      watch,
    );
    window.addEventListener("resize", () => this.close(), watch);
  }

  /** @param {NumberKeysData} data */
  update({ boxes, start, helps }) {
    this.boxes = boxes;
    this.helps = helps;
    this.start = start;
    this.seek();
  }

  // Boxes come a moment after the page has asked for them, folded ones when they are unfolded.
  seek(tries = 20) {
    clearTimeout(this.seeking);
    for (const name of Object.keys(this.boxes))
      this.dress(document.querySelector(`.${name} input`));
    for (const [name, help] of Object.entries(this.helps)) {
      const widget = document.querySelector(`.${name}`);
      widget?.querySelector('input, [role="slider"]')?.setAttribute("aria-description", help);
      widget?.querySelector(".stTooltipIcon button")?.setAttribute("tabindex", "-1");
    }
    if (tries) this.seeking = setTimeout(() => this.seek(tries - 1), 100);
  }

  /** The box that an element belongs to. @param {EventTarget | null} element */
  find(element) {
    const holder = element instanceof Element && element.closest('[class*="st-key-"]');
    const name = holder && [...holder.classList].find((found) => found in this.boxes);
    return name ? this.boxes[name] : null;
  }

  /** @param {EventTarget | null} input */
  dress(input) {
    if (!(input instanceof HTMLInputElement)) return;
    const box = this.find(input);
    if (!box) return;
    input.setAttribute("role", "spinbutton");
    input.setAttribute("inputmode", "decimal");
    input.setAttribute("aria-valuenow", String(box.value));
    input.setAttribute("aria-valuetext", box.text);
    if (box.refused) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { key, target: input } = event;
    if (!event.isTrusted || event.isComposing || event.ctrlKey || event.metaKey || event.altKey)
      return;
    if (!(input instanceof HTMLInputElement)) return;
    const box = this.find(input);
    if (!box) return;
    if (key === "ArrowUp" || key === "ArrowDown") {
      event.preventDefault();
      this.step(input, box, key === "ArrowUp", event.shiftKey);
    } else if (key === "Escape") {
      this.close();
      write(input, box.text);
      take(input);
    } else if (key === "Enter") {
      this.close();
      accept(input, box);
    } else if (key === " " && input.value !== box.text && Number.isFinite(read(input.value, box))) {
      event.preventDefault();
      take(input);
      input.blur();
      /** @type {HTMLElement | null} */
      const button = document.querySelector(`.${this.start} button`);
      button?.click();
    }
  }

  /** @param {HTMLInputElement} input @param {NumberBox} box @param {boolean} up @param {boolean} doubling */
  step(input, box, up, doubling) {
    const typed = read(input.value, box);
    const now = Number.isFinite(typed) ? typed : box.value;
    const found = next(box, now, up, doubling);
    if (found !== undefined) this.give(input, box, found);
  }

  /** @param {HTMLInputElement} input @param {NumberBox} box @param {number} value */
  give(input, box, value) {
    const known = box.usual.find(([usual]) => usual === value);
    write(input, known ? known[1] : String(value));
    this.mark(value);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      accept(input, box);
      take(input);
    }, SETTLE);
  }

  /** @param {PointerEvent} event */
  point(event) {
    const { target } = event;
    if (!(target instanceof HTMLElement)) return;
    if (this.list.contains(target)) return event.preventDefault(); // the box keeps the focus
    const open = this.list.isConnected && this.list.parentElement;
    this.close();
    // Beside the input there is only the arrow, drawn by the style.
    const box = target.matches(FIELD) && this.find(target);
    if (!box || event.button) return;
    event.preventDefault();
    const input = target.querySelector("input");
    if (!input || input.disabled) return;
    if (event.pointerType === "mouse") input.focus(); // a finger wants no keyboard
    if (open !== target.parentElement) this.open(target, input, box);
  }

  /** @param {HTMLElement} field @param {HTMLInputElement} input @param {NumberBox} box */
  open(field, input, box) {
    this.list.replaceChildren(
      ...box.usual.map(([value, text]) => {
        const item = document.createElement("li");
        item.textContent = text;
        item.dataset.value = String(value);
        item.addEventListener("click", () => {
          this.give(input, box, value);
          this.close();
        });
        return item;
      }),
    );
    this.mark(read(input.value, box));
    // Beside the field, so that it counts as part of whatever the field is part of.
    field.parentElement?.append(this.list);
    this.list.showPopover();
    const place = field.getBoundingClientRect();
    const below = window.innerHeight - place.bottom;
    const high = this.list.offsetHeight + 8;
    const top = below > high || below > place.top ? place.bottom + 4 : place.top - high + 4;
    this.list.style.cssText = `left:${place.left}px; top:${top}px; min-width:${place.width}px`;
    const theme = getComputedStyle(this.host); // only here it is at hand
    for (const name of THEME)
      this.list.style.setProperty(`--st-${name}`, theme.getPropertyValue(`--st-${name}`));
    this.list.querySelector(".nk-now")?.scrollIntoView({ block: "nearest" });
  }

  /** Show a value as the one in the box. @param {number} value */
  mark(value) {
    for (const item of this.list.querySelectorAll("li")) {
      item.classList.toggle("nk-now", Number(item.dataset.value) === value);
    }
  }

  close() {
    this.list.remove();
  }

  end() {
    this.over.abort();
    clearTimeout(this.seeking);
    this.close();
  }
}

/** @type {WeakMap<HTMLElement, NumberKeys>} */
const helpers = new WeakMap();

/** @param {import("./types.d.ts").ComponentArguments<NumberKeysData>} page */
export default function mount({ data, parentElement }) {
  const helper = helpers.get(parentElement) ?? new NumberKeys(parentElement);
  helpers.set(parentElement, helper);
  helper.update(data);
  return () => {
    helper.end();
    helpers.delete(parentElement);
  };
}
