// The slim line above the panels: how the run stands, how far it is, how fast, how long still.

class Strip {
  constructor() {
    this.root = element("div", "strip");
    this.state = element("span", "state");
    this.place = element("span", "number");
    this.speed = element("span", "number");
    this.left = element("span", "number");
    this.fill = element("i", "fill");
    const bar = element("div", "bar");
    bar.append(this.fill);
    this.root.append(this.state, bar, this.place, this.speed, this.left);
    this.rates = [];
  }

  update(strip, labels, phases) {
    this.strip = strip;
    this.labels = labels;
    this.rates = [];
    this.show(strip.status, phases[strip.status]);
    this.place.textContent = this.speed.textContent = this.left.textContent = "";
    this.progress({ done: strip.done, epoch: strip.epoch, rate: 0 });
  }

  show(status, phase) {
    this.phase = phase;
    this.status = status;
    this.root.dataset.phase = phase;
    this.root.dataset.status = status;
    this.state.textContent = this.labels.statuses[status] ?? status;
    if (phase !== "active") this.left.textContent = "";
  }

  // A run that was to go on makes more updates than it was begun with.
  plan({ total, epochs }) {
    if (total === this.strip.total) return;
    this.strip = { ...this.strip, total, epochs };
    this.progress({ ...this.reached, rate: 0 });
  }

  progress({ done, epoch, rate }) {
    this.reached = { done, epoch };
    const { total, epochs, unit } = this.strip;
    this.root.dataset.done = done;
    this.fill.style.transform = `scaleX(${total ? Math.min(done / total, 1) : 0})`;
    this.place.textContent = this.labels.fill("place", { done, total, epoch, epochs });
    if (!rate) return;
    this.rates = [...this.rates.slice(-19), rate];
    const mean = this.rates.reduce((sum, value) => sum + value, 0) / this.rates.length;
    this.speed.textContent = this.labels.fill("speed", { rate: mean });
    const seconds = ((total - done) * unit) / mean;
    const time = this.labels.duration(seconds);
    this.left.textContent = this.phase === "active" ? this.labels.fill("left", { time }) : "";
  }

  rewind(step) {
    const { total, epochs } = this.strip;
    this.progress({ done: step, epoch: Math.floor((step * epochs) / total) + 1, rate: 0 });
  }

  say(text) {
    this.state.textContent = text;
  }
}
