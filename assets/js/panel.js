// One panel: head with readouts, a sentence, perhaps a row of chips, a plot and a list of lines.

const GROUPS = 30; // how many groups of lines a list keeps
const RIGHT_TO_LEFT = /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const SIGNS = { unknown: "·", right: "✓", wrong: "✗" };

function element(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = `rx-${name}`;
  if (text !== undefined) made.textContent = text; // never markup: texts may be a person's own
  return made;
}

// Text of a corpus or a network: it runs in the direction of its own script.
function written(tag, name, text) {
  const made = element(tag, name, text);
  made.dir = "auto";
  return made;
}

class Panel {
  constructor(spec, labels, act) {
    this.id = spec.id;
    this.root = element("section", "panel");
    this.root.dataset.figure = spec.id;
    this.head = element("header", "head");
    this.caption = element("p", "caption");
    this.chips = element("p", "chips");
    this.body = element("div", "body");
    this.root.append(this.head, this.caption, this.chips, this.body);
    this.readouts = new Map();
    this.listDraws = 0;
    this.steps = new Set();
    this.update(spec, labels, act);
  }

  update(spec, labels, act) {
    this.spec = spec;
    this.labels = labels;
    this.root.setAttribute("aria-label", spec.title);
    this.caption.textContent = spec.caption;
    this.readouts.clear();
    const numbers = element("span", "readouts");
    for (const readout of spec.readouts) {
      const shown = element("span", "readout");
      const value = element("b", "value", "–");
      shown.append(element("i", "swatch"), document.createTextNode(`${readout.label} `));
      if (readout.format) shown.append(value); // without a format it only names a colour
      numbers.append(shown);
      this.readouts.set(readout.name, { ...readout, shown, value });
    }
    if (spec.scale) {
      const [low, , high] = spec.scale.light;
      const bar = element("span", "scale");
      bar.append(low, element("i", "ramp"), high);
      numbers.append(bar);
    }
    this.head.replaceChildren(element("h3", "title", spec.title), numbers);
    for (const action of spec.actions) {
      const button = element("button", "action", action.label);
      button.type = "button";
      button.title = action.help;
      button.onclick = () => act(action.name);
      this.head.append(button);
    }
    this.chips.replaceChildren(
      ...spec.chips.map((chip) => {
        const shown = written("span", "chip", chip.text);
        if (chip.title) shown.title = chip.title;
        return shown;
      }),
    );
    // The chips follow one another in the direction of the sentence they are the tokens of.
    this.chips.dir = RIGHT_TO_LEFT.test(spec.chips.map((chip) => chip.text).join("")) ? "rtl" : "ltr";
    if (spec.plot && !this.figure) {
      this.box = element("div", "plot");
      this.body.prepend(this.box);
      this.figure = new Figure(this.box, labels);
    }
    if (!spec.plot && this.figure) {
      plotly?.purge(this.box);
      this.box.remove();
      this.box = this.figure = null;
    }
    if (this.figure) {
      this.figure.labels = labels;
      this.figure.setSkeleton(spec.plot);
    }
    if (spec.list && !this.list) {
      this.list = element("div", "list");
      this.list.tabIndex = 0;
      this.body.append(this.list);
    }
    this.list?.setAttribute("aria-label", spec.title);
  }

  // Forget all data but keep what is drawn until the next drawing: no blank frame.
  clear() {
    this.figure?.clear();
    this.list?.replaceChildren();
    this.steps.clear();
    for (const readout of this.readouts.values()) readout.value.textContent = "–";
  }

  paint(theme) {
    for (const readout of this.readouts.values()) {
      readout.shown.style.setProperty("--rx-role", readout.colour?.[theme] ?? "transparent");
    }
    [...this.chips.children].forEach((chip, place) => {
      chip.style.setProperty("--rx-role", this.spec.chips[place].colour?.[theme] ?? "transparent");
    });
    const ramp = this.head.querySelector(".rx-ramp");
    if (ramp) ramp.style.background = `linear-gradient(to right, ${this.spec.scale[theme][1]})`;
    this.figure?.renew();
  }

  apply(op) {
    if (op.op === "readout") {
      const readout = this.readouts.get(op.name);
      if (readout) readout.value.textContent = this.labels.format(op.value, readout.format);
    } else if (op.op === "items") this.addLines(op);
    else {
      if (op.op === "rewind") this.removeLines(op.step);
      this.figure?.apply(op);
    }
    const step = op.step ?? op.x?.at?.(-1) ?? op.x;
    if (step !== undefined) this.root.dataset.lastStep = step;
  }

  addLines({ step, note, lines }) {
    if (!this.list || this.steps.has(step)) return;
    this.steps.add(step);
    const group = element("div", "group");
    group.dataset.step = step;
    const temperature = this.labels.number(note, "temperature");
    group.append(element("span", "when", this.labels.fill("when", { step, note: temperature })));
    for (const { text, verdict } of lines) {
      const line = element("div", "line");
      if (this.spec.judged) {
        const word = verdict === null ? "unknown" : verdict ? "right" : "wrong";
        const sign = element("span", `sign rx-${word}`, SIGNS[word]);
        sign.title = this.labels.verdicts[word];
        line.append(sign);
      }
      line.append(written("span", "text", text));
      group.append(line);
    }
    this.list.prepend(group);
    while (this.list.children.length > GROUPS) {
      this.steps.delete(Number(this.list.lastChild.dataset.step));
      this.list.lastChild.remove();
    }
    this.listDraws += 1;
    this.count();
  }

  removeLines(step) {
    for (const group of [...(this.list?.children ?? [])]) {
      if (Number(group.dataset.step) <= step) continue;
      this.steps.delete(Number(group.dataset.step));
      group.remove();
    }
  }

  // How often the panel has moved: what a test, or a doubtful person, can read off.
  count() {
    this.root.dataset.draws = Math.max(this.figure?.drawn ?? 0, this.listDraws);
  }
}
