// One panel alone, as large as all: by a click on its title or by its number; once more: all again.

export class Spotlight {
  /** @param {HTMLElement} grid the element that holds the panels @param {() => void} fit */
  constructor(grid, fit) {
    this.grid = grid;
    this.fit = fit;
    this.over = new AbortController();
    const watch = { signal: this.over.signal };
    grid.addEventListener("click", (event) => this.click(event), watch);
    document.addEventListener("keydown", (event) => this.key(event), watch);
  }

  /** Whether a panel stands alone. */
  get on() {
    return this.panels.some((panel) => panel.classList.contains("rx-alone"));
  }

  get panels() {
    return [...this.grid.children];
  }

  /** @param {MouseEvent} event */
  click({ target }) {
    const title = target instanceof Element && target.closest(".rx-title");
    if (title) this.turn(title.closest(".rx-panel"));
  }

  /** @param {KeyboardEvent} event */
  key({ key, target, altKey, ctrlKey, metaKey, isComposing }) {
    if (altKey || ctrlKey || metaKey || isComposing) return;
    if (target instanceof Element && target.closest("input, textarea, select, [contenteditable]"))
      return;
    const place = Number(key);
    if (place >= 1 && place <= this.panels.length) this.turn(this.panels[place - 1]);
  }

  /** @param {Element | null} panel */
  turn(panel) {
    const alone = Boolean(panel && !panel.classList.contains("rx-alone"));
    for (const one of this.panels) {
      one.classList.toggle("rx-alone", alone && one === panel);
      one
        .querySelector(".rx-title button")
        ?.setAttribute("aria-pressed", String(alone && one === panel));
    }
    this.grid.classList.toggle("rx-spotlit", alone);
    this.fit();
  }

  end() {
    this.over.abort();
  }
}
