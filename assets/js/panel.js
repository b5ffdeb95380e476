// One panel: head with readouts, a sentence, perhaps a row of chips, a plot and a list of lines.

import { element } from "./element.js";
import { Figure, STALE } from "./figure.js";
import { Menu } from "./menu.js";

/** @typedef {import("./types.d.ts").Op} Op */
/** @typedef {import("./types.d.ts").PanelSpec} PanelSpec */
/** @typedef {import("./types.d.ts").Theme} Theme */
/** @typedef {import("./labels.js").Labels} Labels */
/** @typedef {import("./types.d.ts").Readout & {shown: HTMLElement, value: HTMLElement}} ShownReadout */

const QUIET = 1000; // milliseconds between two changes of what a screen reader says of a plot
const GROUPS = 30; // how many groups of lines a list keeps
const RIGHT_TO_LEFT =
  /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const SIGNS = { unknown: "·", right: "✓", wrong: "✗" };

/**
 * An element for text of a corpus or a network: it runs in the direction of its own script.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} name
 * @param {string} text
 */
function written(tag, name, text) {
  const made = element(tag, name, text);
  made.dir = "auto";
  return made;
}

export class Panel {
  /** @param {PanelSpec} spec @param {Labels} labels @param {(action: string) => void} act */
  constructor(spec, labels, act) {
    this.id = spec.id;
    this.spec = spec;
    this.labels = labels;
    this.drawnAt = -Infinity; // milliseconds
    /** @type {Figure | null} */
    this.figure = null;
    /** @type {HTMLElement | null} */
    this.list = null;
    this.root = element("section", "panel");
    this.root.dataset.figure = spec.id;
    this.head = element("header", "head");
    this.title = element("button", "turn");
    this.title.type = "button";
    this.title.ariaPressed = "false";
    this.caption = element("p", "caption");
    this.chips = element("p", "chips");
    this.body = element("div", "body");
    this.menu = new Menu(spec.id, () => this.show());
    this.formula = element("span", "formula");
    const under = element("div", "under");
    this.legend = element("span", "legend");
    under.append(this.formula, this.caption, this.legend, this.menu.root);
    this.sentence = element("p", "sentence");
    this.root.append(this.head, under, this.chips, this.body, this.sentence);
    /** @type {Map<string, ShownReadout>} */
    this.readouts = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.saying = undefined;
    /** @type {Map<string, number | string | null>} what each readout shows, for another language to say */
    this.values = new Map();
    this.listDraws = 0;
    /** @type {Set<number>} steps whose lines are in the list */
    this.steps = new Set();
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
      const value = element("b", "value", this.said(readout));
      shown.append(element("i", "swatch"), document.createTextNode(`${readout.label} `));
      if (readout.format) shown.append(value); // without a format it only names a colour
      shown.hidden = readout.late && !value.textContent;
      numbers.append(shown);
      this.readouts.set(readout.name, { ...readout, shown, value });
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
    for (const action of spec.actions) {
      const button = element("button", "action", action.label);
      button.type = "button";
      button.title = action.help;
      button.onclick = () => act(action.name);
      this.head.append(button);
    }
    this.formula.innerHTML = spec.formula ?? ""; // a constant of the program, and no text
    this.conclude();
    this.menu.update(spec, labels.sentences.menu);
    this.chips.replaceChildren(
      ...spec.chips.map((chip) => {
        const shown = written("span", "chip", chip.text);
        if (chip.title) shown.title = chip.title;
        return shown;
      }),
    );
    // The chips follow one another in the direction of the sentence they are the tokens of.
    const sentence = spec.chips.map((chip) => chip.text).join("");
    this.chips.dir = RIGHT_TO_LEFT.test(sentence) ? "rtl" : "ltr";
    this.show();
    this.say();
    if (spec.list && !this.list) {
      this.list = element("div", "list");
      this.list.tabIndex = 0;
      this.body.append(this.list);
    }
    this.list?.setAttribute("aria-label", spec.title);
    for (const group of this.groups()) this.entitle(group);
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
    if (this.figure) this.figure.near = this.menu.near;
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
    readout.value.textContent = this.said(readout);
    readout.shown.hidden = readout.late && !readout.value.textContent;
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
    const sentence = this.labels.say(this.spec.says, (name) =>
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
    this.list?.replaceChildren();
    this.steps.clear();
    this.values.clear();
    for (const readout of this.readouts.values()) this.tell(readout);
    this.conclude();
  }

  /** @param {Theme} theme */
  paint(theme) {
    for (const readout of this.readouts.values()) {
      readout.shown.style.setProperty("--rx-role", readout.colour?.[theme] ?? "transparent");
    }
    this.chips.querySelectorAll("span").forEach((chip, place) => {
      chip.style.setProperty("--rx-role", this.spec.chips[place].colour?.[theme] ?? "transparent");
    });
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
      this.values.set(op.name, op.value);
      const readout = this.readouts.get(op.name);
      if (readout) this.tell(readout);
      this.conclude();
    } else if (op.op === "items") this.addLines(op);
    else {
      if (op.op === "rewind") this.removeLines(op.step);
      this.figure?.apply(op);
    }
    const step = stepOf(op);
    if (step !== undefined) this.root.dataset.lastStep = String(step);
    this.saying ??= setTimeout(() => this.say(), QUIET);
  }

  /** @param {import("./types.d.ts").ItemsOp} op */
  addLines({ step, note, lines }) {
    if (!this.list || this.steps.has(step)) return;
    this.steps.add(step);
    const group = element("div", "group");
    group.dataset.step = String(step);
    group.dataset.note = String(note);
    group.append(element("span", "when"));
    for (const { parts, verdict } of lines) {
      const line = element("div", "line");
      if (this.spec.judged) {
        const word = verdict === null ? "unknown" : verdict ? "right" : "wrong";
        const sign = element("span", `sign rx-${word}`, SIGNS[word]);
        sign.dataset.verdict = word;
        line.append(sign);
      }
      const text = written("span", "text", "");
      text.append(...parts.map((part, at) => (at % 2 ? element("mark", "copied", part) : part)));
      line.append(text);
      group.append(line);
    }
    this.entitle(group);
    this.list.prepend(group);
    for (const old of [...this.groups()].slice(GROUPS)) this.removeGroup(old);
    this.listDraws += 1;
    this.count();
  }

  /** Say when a group was written, and what its signs mean. @param {HTMLElement} group */
  entitle(group) {
    const note = this.labels.number(Number(group.dataset.note), "temperature");
    const when = this.labels.fill("when", { step: Number(group.dataset.step), note });
    group.querySelector("span")?.replaceChildren(when);
    for (const sign of group.querySelectorAll("span")) {
      const word = /** @type {keyof typeof SIGNS | undefined} */ (sign.dataset.verdict);
      if (word) sign.title = this.labels.verdicts[word];
    }
  }

  /** Remove the lines of later steps. @param {number} step */
  removeLines(step) {
    for (const group of this.groups()) {
      if (Number(group.dataset.step) > step) this.removeGroup(group);
    }
  }

  /** The groups of lines, newest first. @returns {HTMLElement[]} */
  groups() {
    return [...(this.list?.querySelectorAll("div") ?? [])].filter((div) => div.dataset.step);
  }

  /** @param {HTMLElement} group */
  removeGroup(group) {
    this.steps.delete(Number(group.dataset.step));
    group.remove();
  }

  // How often the panel has moved, for tests and benchmarks to read.
  count() {
    this.root.dataset.draws = String(Math.max(this.figure?.drawn ?? 0, this.listDraws));
  }
}

/** The step that an operation is true at, if it has one. @param {Op} op */
function stepOf(op) {
  if ("step" in op) return op.step;
  if ("x" in op) return Array.isArray(op.x) ? op.x.at(-1) : op.x;
  return undefined;
}
