// A row of words that is linked with the panels: who points at a word, or clicks on it, sees what
// belongs to it everywhere.

import { element } from "./element.js";
import { wordAt } from "./walk.js";

/** @typedef {import("./types.d.ts").Theme} Theme */
/** @typedef {import("./types.d.ts").PanelSpec} PanelSpec */
/** @typedef {import("./walk.js").Walk} Walk */

/** The event that says which word is pointed at: its detail is a Word, or null. */
export const WORD = "rx-word";

const RIGHT_TO_LEFT =
  /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

export class Sentence {
  constructor() {
    this.root = element("p", "chips");
    this.legend = element("span", "legend rx-properties");
    /** @type {Walk | null} */
    this.walk = null;
    /** @type {HTMLElement[]} */
    this.chips = [];
    /** @type {number | null} the word that was clicked on */
    this.held = null;
    this.root.onpointerleave = () => this.tell(this.held);
  }

  /** @param {PanelSpec["chips"]} chips @param {Walk | null} walk */
  update(chips, walk) {
    this.walk = walk;
    if (this.held !== null && this.held >= chips.length) this.held = null;
    this.chips = chips.map(({ text, twin, title }, at) => {
      const shown = element("span", "chip", text);
      shown.dir = "auto"; // a corpus runs in the direction of its own script
      if (title) shown.title = title;
      if (twin) shown.append(element("span", "twin", `/${twin}`));
      shown.onpointerenter = () => this.tell(at);
      shown.onclick = () => this.hold(this.held === at ? null : at);
      return shown;
    });
    this.root.replaceChildren(...this.chips);
    // The words follow one another in the direction of the sentence they are the tokens of.
    this.root.dir = RIGHT_TO_LEFT.test(chips.map(({ text }) => text).join("")) ? "rtl" : "ltr";
    this.mark();
  }

  /** Keep a word marked, or none. @param {number | null} at */
  hold(at) {
    this.held = at;
    this.tell(at);
  }

  /** Tell all panels which word is pointed at. @param {number | null} at */
  tell(at) {
    const detail = at === null || !this.walk ? null : wordAt(this.walk.spec, at);
    this.root.dispatchEvent(new CustomEvent(WORD, { bubbles: true, detail }));
  }

  /** Show which word is marked, and what its colours mean. */
  mark() {
    const marked = this.walk?.marked;
    for (const [at, chip] of this.chips.entries()) {
      chip.classList.toggle("rx-marked", at === marked);
      chip.classList.toggle("rx-pointed", at === this.walk?.word);
    }
    this.root.classList.toggle("rx-alone-here", !this.walk?.twin);
  }

  /** @param {Theme} theme */
  paint(theme) {
    const colouring = this.walk?.colouring;
    if (!colouring) return;
    for (const [at, chip] of this.chips.entries()) {
      const value = colouring.values[colouring.sentence[at]];
      chip.style.setProperty("--rx-role", value.colour[theme]);
      const twin = colouring.values[colouring.twin[at] ?? colouring.sentence[at]];
      chip.style.setProperty("--rx-twin", twin.colour[theme]);
      chip.title = value.label;
    }
    this.legend.replaceChildren(
      ...(colouring.told ? colouring.values : []).map(({ label, colour }) => {
        const item = element("span", "property");
        const dot = element("i", "dot");
        dot.style.setProperty("--rx-role", colour[theme]);
        item.append(dot, label);
        return item;
      }),
    );
  }
}

/**
 * Mark a word wherever it stands in some lines of text, without changing them.
 * @param {HTMLElement | null} list @param {string | null} word
 */
export function markInText(list, word) {
  const marks = globalThis.CSS?.highlights;
  if (!marks || !list) return;
  marks.delete(WORD);
  if (!word) return;
  /** @type {Range[]} */
  const found = [];
  for (const line of list.querySelectorAll(".rx-text")) {
    const parts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT); // copied pieces are marked
    for (let part = parts.nextNode(); part; part = parts.nextNode()) {
      for (const [from, to] of wordsIn(part.textContent ?? "", word)) {
        const range = document.createRange();
        range.setStart(part, from);
        range.setEnd(part, to);
        found.push(range);
      }
    }
  }
  if (found.length) marks.set(WORD, new Highlight(...found));
}

/** Where a word stands in a text whose words are parted by blanks. @param {string} text @param {string} word */
export function wordsIn(text, word) {
  return [...text.matchAll(/\S+/g)]
    .filter(([found]) => found === word)
    .map(({ index }) => /** @type {[number, number]} */ ([index, index + word.length]));
}
