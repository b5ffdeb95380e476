// A list of groups of lines, newest first: each of a step, with a note, and perhaps judged.

import { element } from "./element.js";

/** @typedef {import("./labels.js").Labels} Labels */

const GROUPS = 30; // how many groups of lines a list keeps
const SIGNS = { unknown: "·", right: "✓", wrong: "✗" };

export class Lines {
  /** @param {Labels} labels @param {boolean} judged @param {string} title */
  constructor(labels, judged, title) {
    this.root = element("div", "list");
    this.root.tabIndex = 0;
    this.draws = 0;
    /** @type {Set<string>} keys of the groups of lines that are in the list */
    this.steps = new Set();
    this.labels = labels;
    this.judged = judged;
    this.update(labels, judged, title);
  }

  /** @param {Labels} labels @param {boolean} judged @param {string} title */
  update(labels, judged, title) {
    this.labels = labels;
    this.judged = judged;
    this.root.setAttribute("aria-label", title);
    for (const group of this.groups()) this.entitle(group);
  }

  clear() {
    this.root.replaceChildren();
    this.steps.clear();
  }

  /** @param {import("./types.d.ts").ItemsOp} op */
  add({ step, note, lines, best, copied }) {
    const key = best === undefined ? `${step}` : `${step} best`;
    if (this.steps.has(key)) return;
    this.steps.add(key);
    const group = element("div", "group");
    group.dataset.key = key;
    if (best !== undefined) group.dataset.best = String(best);
    if (copied !== undefined) group.dataset.copied = String(copied);
    group.dataset.step = String(step);
    group.dataset.note = String(note);
    group.append(element("span", "when"));
    for (const { parts, verdict } of lines) {
      const line = element("div", "line");
      if (this.judged) {
        const word = verdict === null ? "unknown" : verdict ? "right" : "wrong";
        const sign = element("span", `sign rx-${word}`, SIGNS[word]);
        sign.dataset.verdict = word;
        line.append(sign);
      }
      const written = element("span", "text", "");
      written.append(...parts.map((part, at) => (at % 2 ? element("mark", "copied", part) : part)));
      written.dir = "auto"; // it runs in the direction of its own script
      line.append(written);
      group.append(line);
    }
    this.entitle(group);
    this.root.prepend(group);
    for (const old of [...this.groups()].slice(GROUPS)) this.remove(old);
    this.draws += 1;
  }

  /** Say when a group was written, and what its signs mean. @param {HTMLElement} group */
  entitle(group) {
    const note = this.labels.number(Number(group.dataset.note), "temperature");
    const { best, copied, step } = group.dataset;
    const name = best ? (copied ? "best_copied" : "best") : "when";
    const values = { step: Number(best ?? step), note, copied: Number(copied) };
    const when = this.labels.fill(name, values);
    group.querySelector("span")?.replaceChildren(when);
    for (const sign of group.querySelectorAll("span")) {
      const word = /** @type {keyof typeof SIGNS | undefined} */ (sign.dataset.verdict);
      if (word) sign.title = this.labels.verdicts[word];
    }
  }

  /** Remove the lines of later steps. @param {number} step */
  rewind(step) {
    for (const group of this.groups()) {
      if (Number(group.dataset.step) > step) this.remove(group);
    }
  }

  /** The groups of lines, newest first. @returns {HTMLElement[]} */
  groups() {
    return [...this.root.querySelectorAll("div")].filter((div) => div.dataset.step);
  }

  /** @param {HTMLElement} group */
  remove(group) {
    this.steps.delete(group.dataset.key ?? "");
    group.remove();
  }
}
