// The menu of a panel: which of its views is shown, what is switched on or off in it,
// and what it can do.

import { element } from "./element.js";

/** @typedef {import("./types.d.ts").PanelSpec} PanelSpec */

/** @typedef {{view: string, on: Record<string, boolean>}} Choice */

/** @type {Map<string, Choice>} what was chosen, by panel, as long as the tab is open */
const chosen = new Map();

export class Menu {
  /**
   * @param {string} id of the panel
   * @param {() => void} change called when another choice is made
   * @param {import("./sentence.js").Sentence} sentence whose words may be marked here
   */
  constructor(id, change, sentence) {
    this.id = id;
    this.change = change;
    this.sentence = sentence;
    /** @type {Record<string, boolean>} */
    this.usual = {};
    this.root = element("details", "menu");
    this.root.onkeydown = (event) => {
      if (event.key !== "Escape" || !this.root.open) return;
      this.root.open = false;
      this.root.querySelector("summary")?.focus();
    };
    this.root.addEventListener("focusout", ({ relatedTarget }) => {
      const inside = relatedTarget instanceof Node && this.root.contains(relatedTarget);
      if (!inside && relatedTarget) this.root.open = false;
    });
    this.onPress = this.onPress.bind(this);
    this.root.ontoggle = () => {
      if (this.root.open) document.addEventListener("pointerdown", this.onPress);
      else document.removeEventListener("pointerdown", this.onPress);
    };
  }

  /** @param {PointerEvent} event */
  onPress({ target }) {
    if (!(target instanceof Node && this.root.contains(target))) this.root.open = false;
  }

  /** Name of the view that is shown; the first one of a panel if none was chosen. */
  get view() {
    return this.wanted.view;
  }

  /** Whether a switch is on. @param {string} name */
  on(name) {
    return this.wanted.on[name] ?? this.usual[name] ?? false;
  }

  /** @returns {Choice} */
  get wanted() {
    return chosen.get(this.id) ?? { view: "", on: {} };
  }

  /** @param {PanelSpec} spec @param {Record<string, string>} sentences @param {(action: string) => void} act */
  update({ views, switches, walk, actions }, { menu: title, word }, act) {
    this.usual = Object.fromEntries(switches.map(({ name, on }) => [name, on]));
    const summary = element("summary", "action", "⋯");
    summary.title = title;
    summary.setAttribute("aria-label", title);
    const list = element("div", "choices");
    const shown = views.some(({ name }) => name === this.view) ? this.view : views[0]?.name;
    if (views.length > 1) {
      for (const { name, label } of views) {
        const box = this.add(list, "radio", label, () => ({ ...this.wanted, view: name }));
        box.name = `rx-view-${this.id}`;
        box.checked = name === shown;
      }
    }
    for (const { name, label } of switches) {
      const box = this.add(list, "checkbox", label, () => {
        const { view, on } = this.wanted;
        return { view, on: { ...on, [name]: box.checked } };
      });
      box.checked = this.on(name);
    }
    if (walk) list.append(this.chooser(walk.plain, word));
    for (const { name, label, help } of actions) {
      const button = element("button", "action", label);
      button.type = "button";
      button.title = help;
      button.onclick = () => act(name);
      list.append(button);
    }
    this.root.replaceChildren(summary, list);
    this.root.hidden = !list.children.length;
  }

  /** What marks a word for who has no pointer. @param {string[]} words @param {string} name */
  chooser(words, name) {
    const line = element("label", "choice");
    const box = element("select");
    box.append(new Option("–", ""), ...words.map((word, at) => new Option(word, String(at))));
    const { sentence } = this;
    box.onfocus = () => {
      box.value = String(sentence.held ?? "");
    };
    box.onchange = () => sentence.hold(box.value ? Number(box.value) : null);
    line.append(name, box);
    return line;
  }

  /**
   * @param {HTMLElement} list
   * @param {string} type
   * @param {string} label
   * @param {() => Choice} choice
   */
  add(list, type, label, choice) {
    const line = element("label", "choice");
    const box = element("input");
    box.type = type;
    box.onchange = () => {
      chosen.set(this.id, choice());
      this.change();
    };
    line.append(box, label);
    list.append(line);
    return box;
  }
}
