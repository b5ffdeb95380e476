// One panel: head with readouts, a sentence, perhaps a row of chips, a plot and a list of lines.

import { element } from "./element.js";
import { Figure, STALE } from "./figure.js";
import { Lines } from "./lines.js";
import { Lowest } from "./lowest.js";
import { Menu } from "./menu.js";
import { markInText, Sentence } from "./sentence.js";
import { Walk } from "./walk.js";

/** @typedef {import("./types.d.ts").Op} Op */
/** @typedef {import("./types.d.ts").PanelSpec} PanelSpec */
/** @typedef {import("./types.d.ts").Theme} Theme */
/** @typedef {import("./labels.js").Labels} Labels */
/** @typedef {import("./types.d.ts").Readout & {shown: HTMLElement, named: Text, value: HTMLElement}} ShownReadout */

const QUIET = 1000; // milliseconds between two changes of what a screen reader says of a plot
export class Panel {
  /** @param {PanelSpec} spec @param {Labels} labels @param {(action: string) => void} act */
  constructor(spec, labels, act) {
    this.id = spec.id;
    this.spec = spec;
    this.labels = labels;
    this.drawnAt = -Infinity; // milliseconds
    /** @type {Figure | null} */
    this.figure = null;
    /** @type {Lines | null} */
    this.list = null;
    this.root = element("section", "panel");
    this.root.dataset.figure = spec.id;
    this.head = element("header", "head");
    this.title = element("button", "turn");
    this.title.type = "button";
    this.title.ariaPressed = "false";
    this.caption = element("p", "caption");
    this.words = new Sentence();
    /** @type {Walk | null} the same sentence in the plot */
    this.walk = null;
    /** @type {(update: number | null) => void} called when a person points at a curve */
    this.onUpdate = () => {};
    /** @type {number | undefined} the word that is pointed at */
    this.pointed = undefined;
    /** @type {Theme} */
    this.theme = "light";
    this.body = element("div", "body");
    this.menu = new Menu(spec.id, () => this.show(), this.words);
    this.formula = element("span", "formula");
    const under = element("div", "under");
    this.legend = element("span", "legend");
    under.append(this.formula, this.caption, this.legend, this.words.legend, this.menu.root);
    this.sentence = element("p", "sentence");
    this.root.append(this.head, under, this.words.root, this.body, this.sentence);
    /** @type {Map<string, ShownReadout>} */
    this.readouts = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.saying = undefined;
    /** @type {Map<string, number | string | null>} what each readout shows, for another language to say */
    this.values = new Map();
    this.lowest = new Lowest();
    this.update(spec, labels, act);
  }

  /** @param {PanelSpec} spec @param {Labels} labels @param {(action: string) => void} act */
  update(spec, labels, act) {
    this.spec = spec;
    this.labels = labels;
    this.root.setAttribute("aria-label", spec.title);
    this.readouts.clear();
    const numbers = element("span", "readouts");
    for (const readout of spec.readouts) {
      const shown = element("span", "readout");
      const value = element("b", "value");
      const label = document.createTextNode("");
      shown.append(element("i", "swatch"), label);
      if (readout.format) shown.append(value); // without a format it only names a colour
      numbers.append(shown);
      const made = { ...readout, shown, named: label, value };
      this.readouts.set(readout.name, made);
      this.tell(made);
    }
    if (spec.scale) {
      const [low, , high] = spec.scale.light;
      const bar = element("span", "scale");
      bar.append(spec.scaleLabel ? `${spec.scaleLabel} ` : "", low, element("i", "ramp"), high);
      if (spec.scaleLabel) this.legend.replaceChildren(bar);
      else numbers.append(bar);
    }
    const title = element("h2", "title");
    title.append(element("span", "name", spec.title), this.title);
    this.title.textContent = spec.title;
    this.head.replaceChildren(title, numbers);
    this.formula.innerHTML = spec.formula ?? ""; // a constant of the program, and no text
    this.conclude();
    this.menu.update(spec, labels.sentences, act);
    if (!spec.walk) this.walk = null;
    else if (this.walk) this.walk.update(spec.walk);
    else this.walk = new Walk(spec.walk);
    this.words.update(spec.chips, this.walk);
    this.show();
    this.say();
    if (this.list) this.list.update(labels, spec.judged, spec.title);
    else if (spec.list) {
      this.list = new Lines(labels, spec.judged, spec.title);
      this.body.append(this.list.root);
    }
  }

  // Draw the view that the menu has chosen.
  show() {
    const { views, plot, caption } = this.spec;
    const view = views.slice(1).find(({ name }) => name === this.menu.view);
    this.caption.textContent = view?.caption ?? caption;
    const shown = view?.plot ?? plot;
    if (!shown) this.removeFigure();
    else if (this.figure) {
      this.figure.labels = this.labels;
      this.figure.setSkeleton(shown);
    } else {
      const box = /** @type {any} */ (element("div", "plot")); // Plotly adds its own to it
      this.body.prepend(box);
      box.setAttribute("role", "img");
      this.figure = new Figure(box, this.labels, shown);
    }
    if (this.walk) {
      this.walk.chosen = this.menu.view;
      this.walk.twin = this.menu.on("twin");
      this.words.mark();
      this.words.paint(this.theme);
    }
    if (this.figure) {
      this.figure.near = this.menu.on("near");
      this.figure.walk = this.walk;
      this.figure.onPoint = (at, update) => {
        if (this.walk) this.words.tell(at ?? this.words.held);
        else this.onUpdate(update);
      };
    }
    this.root.dispatchEvent(new Event(STALE, { bubbles: true }));
  }

  /** A readout's value in words; one that comes late says nothing before. @param {import("./types.d.ts").Readout} readout */
  said({ name, format, late }) {
    const value = this.values.get(name);
    if (value === undefined) return late ? "" : "–";
    return this.labels.format(value, format);
  }

  /** @param {ShownReadout} readout */
  tell(readout) {
    readout.named.data = `${this.instead?.labels[readout.name] ?? readout.label} `;
    readout.value.textContent = this.said(readout);
    readout.shown.hidden = readout.late && !readout.value.textContent;
  }

  // The words that take the place of others, where a readout has a value.
  get instead() {
    const { instead } = this.spec;
    return instead && this.values.has(instead.of) ? instead : null;
  }

  // Say below the plot what its values amount to, once they are there.
  conclude() {
    const known =
      this.spec.sentence && this.labels.say(this.spec.sentence, (name) => this.values.get(name));
    this.sentence.textContent = known && !known.includes("–") ? known : "";
  }

  /** Say what the plot shows now. */
  say() {
    clearTimeout(this.saying);
    this.saying = undefined;
    const step = Number(this.root.dataset.lastStep ?? 0);
    const sentence = this.labels.say(this.instead?.says ?? this.spec.says, (name) =>
      name === "step" ? step : this.values.get(name),
    );
    this.box?.setAttribute("aria-label", sentence);
  }

  /** The element of the plot, if the panel has one. */
  get box() {
    return this.figure?.box ?? null;
  }

  removeFigure() {
    if (!this.figure) return;
    window.Plotly?.purge(this.figure.box);
    this.figure.box.remove();
    this.figure = null;
  }

  // Forget all data but keep what is drawn until the next drawing: no blank frame.
  clear() {
    this.figure?.clear();
    this.list?.clear();
    this.values.clear();
    this.lowest.clear();
    for (const readout of this.readouts.values()) this.tell(readout);
    this.conclude();
  }

  /** @param {Theme} theme */
  paint(theme) {
    for (const readout of this.readouts.values()) {
      readout.shown.style.setProperty("--rx-role", readout.colour?.[theme] ?? "transparent");
    }
    this.theme = theme;
    this.words.paint(theme);
    /** @type {HTMLElement | null} */
    const ramp = this.root.querySelector(".rx-ramp");
    if (ramp && this.spec.scale) {
      ramp.style.background = `linear-gradient(to right, ${this.spec.scale[theme][1]})`;
    }
    this.figure?.renew();
  }

  /** @param {Op} op */
  apply(op) {
    if (op.op === "readout") {
      this.set(op.name, op.value);
    } else if (op.op === "lowest") {
      this.lowest.note(op.step, op.value, op.partial);
      this.set(op.name, this.lowest.best?.value ?? null);
      this.set(op.at, this.lowest.best?.step ?? null);
    } else if (op.op === "items") {
      this.list?.add(op);
      this.count();
    } else {
      if (op.op === "rewind") {
        this.list?.rewind(op.step);
        this.lowest.rewind(op.step);
      }
      this.figure?.apply(op);
    }
    const step = stepOf(op);
    if (step !== undefined) this.root.dataset.lastStep = String(step);
    this.saying ??= setTimeout(() => this.say(), QUIET);
  }

  /** @param {string} name @param {number | string | null} value */
  set(name, value) {
    this.values.set(name, value);
    if (name === "aimed") this.walk?.aim(Number(value));
    const readout = this.readouts.get(name);
    if (name === this.spec.instead?.of) for (const each of this.readouts.values()) this.tell(each);
    else if (readout) this.tell(readout);
    this.conclude();
  }

  /** Show what belongs to a word that is pointed at. @param {import("./types.d.ts").Word | null} word */
  point(word) {
    if (word?.index === this.pointed) return; // a drawing under the pointer says it again
    this.pointed = word?.index;
    if (this.walk) {
      this.walk.word = word?.index ?? null;
      this.words.mark();
    }
    if (this.figure) this.figure.word = word;
    this.figure?.renew();
    if (this.list) markInText(this.list.root, word?.words ? word.plain : null);
  }

  /** Mark an update on the curves, or none. @param {number | null} update */
  mark(update) {
    if (!this.figure || this.figure.update === update) return;
    this.figure.update = update;
    this.figure.renew();
  }

  // How often the panel has moved, for tests and benchmarks to read.
  count() {
    this.root.dataset.draws = String(Math.max(this.figure?.drawn ?? 0, this.list?.draws ?? 0));
  }
}

/** The step that an operation is true at, if it has one. @param {Op} op */
function stepOf(op) {
  if ("step" in op) return op.step;
  if ("x" in op) return Array.isArray(op.x) ? op.x.at(-1) : op.x;
  return undefined;
}
