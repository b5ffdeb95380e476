// Panels that stand side by side: what is pointed at in one of them is marked in all.

import { wordAt } from "./walk.js";

/** @typedef {import("./panel.js").Panel} Panel */
/** @typedef {import("./types.d.ts").Word} Word */

/** @type {Map<string, Set<Linked>>} */
const groups = new Map();

/** What a set of panels marks: by itself, and with the others of its group. */
export class Linked {
  /** @param {HTMLElement} root @param {Map<string, Panel>} panels @param {() => void} wake draws them */
  constructor(root, panels, wake) {
    this.root = root;
    this.panels = panels;
    this.wake = wake;
    /** @type {import("./types.d.ts").PanelsData["link"]} */
    this.link = null;
  }

  /** Belong to this group from now on, or to none. @param {NonNullable<import("./types.d.ts").PanelsData["link"]> | null} link */
  join(link) {
    this.leave();
    this.link = link;
    this.root.classList.toggle("rx-linked", Boolean(link));
    if (!link) return;
    if (!groups.has(link.group)) groups.set(link.group, new Set());
    groups.get(link.group)?.add(this);
    this.mark(null);
  }

  leave() {
    if (!this.link) return;
    const members = groups.get(this.link.group);
    members?.delete(this);
    if (!members?.size) groups.delete(this.link.group);
    this.link = null;
  }

  get others() {
    const members = this.link ? [...(groups.get(this.link.group) ?? [])] : [];
    return members.filter((member) => member !== this);
  }

  /** A person points at a word, or no longer. @param {Word | null} word */
  point(word) {
    this.show(word);
    for (const other of this.others) other.hear(word);
  }

  /** A person points at a curve, or no longer. @param {number | null} update */
  across(update) {
    if (!this.link) return;
    for (const member of [this, ...this.others]) member.mark(update);
  }

  /** Show what belongs to a word. @param {Word | null} word */
  show(word) {
    for (const panel of this.panels.values()) panel.point(word);
    this.wake();
  }

  /** The same word of one's own sentence, where that has it at the same place. @param {Word | null} word */
  hear(word) {
    const walk = [...this.panels.values()].find(({ spec }) => spec.walk)?.spec.walk;
    const same = walk && word && walk.plain[word.index] === word.plain;
    this.show(same ? wordAt(walk, word.index) : null);
  }

  /** Mark an update on the curves; none: the one that all panels show. @param {number | null} update */
  mark(update) {
    for (const panel of this.panels.values()) panel.mark(update ?? this.link?.at ?? null);
    this.wake();
  }
}
