// A sentence as a walk through the states of a network: how the traces of that panel are dressed
// with what a person has chosen (a property to colour by, a word, the twin) and with their geometry.

import { widthOf } from "./marks.js";
import { arrowed, frameOf, placed, scaleOf } from "./plane.js";

/** @typedef {import("./types.d.ts").PlotlyFigure["data"][number]} Trace */
/** @typedef {import("./types.d.ts").Theme} Theme */
/** @typedef {import("./types.d.ts").WalkSpec} WalkSpec */
/** @typedef {import("./plane.js").Frame} Frame */
/** @typedef {import("./plane.js").Spot} Spot */

const BEFORE = 3; // tokens that a state of the cloud is told with, before its own
const NEAR = 10; // pixels from a state within which one points at its word
const NOTED = 140; // pixels of height that a plot with a note in its corner has at least
const FRESH = 100; // updates that new axes are told of with emphasis

/**
 * What a word of the sentence has to do with the other panels: `distance` is from the loss of the
 * word that depends on the sentence's beginning back to the state after it, null if it comes later.
 * @param {WalkSpec} spec @param {number} index
 * @returns {import("./types.d.ts").Word}
 */
export function wordAt(spec, index) {
  const distance = spec.loss - index;
  return {
    index,
    text: spec.sentence[index],
    plain: spec.plain[index],
    loss: spec.sentence[spec.loss + 1] ?? "",
    distance: distance >= 0 ? distance : null,
    words: spec.joint === " ",
  };
}

export class Walk {
  /** @param {WalkSpec} spec */
  constructor(spec) {
    this.spec = spec;
    this.chosen = ""; // name of the property
    this.twin = true;
    /** @type {number | null} */
    this.word = null; // the one that is pointed at
    /** @type {Frame | null} */
    this.frame = null;
    this.aimed = 0; // the update at which the axes were set
    /** @type {(import("./plane.js").Placed | null)[]} */
    this.labels = [];
    /** @type {(x: number, y: number) => number | null} the word whose state is drawn there */
    this.near = () => null;
    this.update(spec);
  }

  /** @param {WalkSpec} spec */
  update(spec) {
    this.spec = spec;
    const { words, stretch, joint } = spec;
    this.contexts = words.map((_, at) => {
      const first = Math.max(at - (at % stretch), at - BEFORE);
      return `…${joint}${words.slice(first, at).join(joint)}${joint}<b>${words[at]}</b>`;
    });
  }

  clear() {
    this.frame = null;
    this.labels = [];
    this.aimed = 0;
  }

  /** The property that states are coloured by. */
  get colouring() {
    const { colourings } = this.spec;
    return colourings.find(({ name }) => name === this.chosen) ?? colourings[0];
  }

  /** The word that is marked: where the sentence and its twin part, if nobody points at one. */
  get marked() {
    return this.word ?? this.spec.parting;
  }

  /** The axes were set at this update: old places mean nothing on them. @param {number} step */
  aim(step) {
    if (step === this.aimed) return;
    this.aimed = step;
    this.frame = null;
    this.labels = [];
  }

  /** Hold all points in the frame; whether that changed it. @param {Trace[]} traces */
  reframe(traces) {
    const shown = traces.filter(
      ({ uid }) => uid === "cloud" || uid === "tokens" || (uid === "twin" && this.twin),
    );
    const before = this.frame;
    this.frame = frameOf(
      shown.map(({ x }) => x),
      shown.map(({ y }) => y),
      before,
    );
    return this.frame !== before;
  }

  /**
   * The traces as they are drawn.
   * @param {Trace[]} traces
   * @param {Theme} theme
   * @param {Frame} frame
   * @param {{width: number, height: number}} plot
   * @returns {Trace[]}
   */
  dress(traces, theme, frame, plot) {
    const scale = scaleOf(frame, plot.width, plot.height);
    /** @param {string} uid */
    const spotsOf = (uid) => {
      const { x = [], y = [] } = traces.find((trace) => trace.uid === uid) ?? {};
      return x.map((/** @type {number} */ value, /** @type {number} */ at) =>
        scale.place(value, y[at]),
      );
    };
    const spots = { tokens: spotsOf("tokens"), twin: this.twin ? spotsOf("twin") : [] };
    const words = this.words(spots, scale, plot);
    this.near = (x, y) => nearest([spots.tokens, spots.twin], scale.place(x, y));
    return traces.flatMap((trace) => {
      switch (trace.uid) {
        case "cloud":
          return [this.cloud(trace, theme)];
        case "tokens":
          return [{ ...trace, marker: this.marker(trace, theme, "sentence") }];
        case "twin":
          return this.twin
            ? [this.apart({ ...trace, marker: this.marker(trace, theme, "twin") })]
            : [];
        case "targets": {
          const { x, y, customdata } = traces.find(({ uid }) => uid === "tokens") ?? {};
          return [{ ...trace, x, y, customdata }];
        }
        case "path":
          return [{ ...trace, ...valuesOf(arrowed(spots.tokens), scale) }];
        case "twin-path":
          return this.twin
            ? [
                {
                  ...trace,
                  ...valuesOf(
                    arrowed(
                      spots.twin.slice(Math.max(0, this.spec.parting - 1), this.spec.meeting + 2),
                    ),
                    scale,
                  ),
                },
              ]
            : [];
        case "current":
          return [
            {
              ...trace,
              ...valuesOf(
                [spots.tokens, spots.twin].flatMap((of) => of.slice(this.marked, this.marked + 1)),
                scale,
              ),
            },
          ];
        case "words":
          return [{ ...trace, ...words }];
        default:
          return [trace];
      }
    });
  }

  /** @param {Trace} trace @param {Theme} theme @param {"cloud" | "sentence" | "twin"} part */
  marker(trace, theme, part) {
    const { values } = this.colouring;
    const of = this.colouring[part];
    return {
      ...trace.marker,
      color: of.map((place) => values[place].colour[theme]),
      symbol: of.map((place) => values[place].symbol + (part === "twin" ? "-open" : "")),
    };
  }

  /** The twin's states from where it parts: until then they are the sentence's. @param {Trace} trace */
  apart({ x, y, hovertext = [], marker, ...trace }) {
    /** @template T @param {T[]} values */
    const later = (values) => values.slice(this.spec.parting);
    const { color, symbol } = marker;
    return {
      ...trace,
      ...{ x: later(x), y: later(y), hovertext: later(hovertext) },
      marker: { ...marker, color: later(color), symbol: later(symbol) },
    };
  }

  /** @param {Trace} trace @param {Theme} theme */
  cloud(trace, theme) {
    const marker = this.marker(trace, theme, "cloud");
    const dressed = { ...trace, marker, text: this.contexts };
    const { values, cloud } = this.colouring;
    dressed.customdata = cloud.map((place) => values[place].label);
    if (this.word === null) return dressed;
    const token = this.spec.sentence[this.word];
    const same = this.spec.words.map((word) => word === token);
    marker.size = same.map((is) => (is ? trace.marker.size + 4 : trace.marker.size));
    marker.opacity = same.map((is) => (is ? 1 : trace.marker.opacity / 2));
    return dressed;
  }

  /**
   * Words beside their states: of the twin, those in which it differs.
   * @param {{tokens: Spot[], twin: Spot[]}} spots
   * @param {ReturnType<typeof scaleOf>} scale
   * @param {{width: number, height: number}} plot
   */
  words({ tokens, twin }, scale, plot) {
    const { sentence, twin: other, plain } = this.spec;
    const differs = sentence.map((word, at) => this.twin && at in other && other[at] !== word);
    const shown = [
      ...tokens.map((spot, at) => ({
        spot,
        text: sentence[at],
        plain: plain[at],
        heavy: differs[at] || at === this.word,
      })),
      ...twin
        .map((spot, at) => ({ spot, text: other[at], plain: other[at], heavy: true }))
        .filter((_, at) => differs[at]),
    ];
    // What matters most finds its place first.
    const order = [...shown.keys()].sort((a, b) => Number(shown[b].heavy) - Number(shown[a].heavy));
    const found = placed(
      order.map((at) => ({ spot: shown[at].spot, width: widthOf(shown[at].plain) * 1.1 + 4 })),
      [...tokens, ...twin],
      plot,
      order.map((at) => this.labels[at] ?? null),
    );
    this.labels = [];
    for (const [place, at] of order.entries()) this.labels[at] = found[place];
    return {
      ...valuesOf(
        this.labels.map((label) => label ?? { x: -1e4, y: -1e4 }),
        scale,
      ),
      text: shown.map(({ text, heavy }) => (heavy ? `<b>${text}</b>` : text)),
    };
  }

  /**
   * What is said of the axes, in a corner. A low plot needs it for its words: a readout says the same.
   * @param {(name: string, values: Record<string, number>) => string} fill
   * @param {{faint: string, loud: string, ground: string}} colours
   * @param {number} step the update that is shown
   * @param {number} height of the plot
   */
  notes(fill, { faint, loud, ground }, step, height) {
    if (height < NOTED) return [];
    const fresh = this.aimed > 0 && step - this.aimed < FRESH;
    const said = !this.aimed ? "axes_first" : fresh ? "axes_anew_here" : "axes_anew";
    const text = fill(said, { step: this.aimed });
    const note = {
      ...{ xref: "paper", yref: "paper", x: 0, y: 0, xanchor: "left", yanchor: "bottom" },
      text: fresh ? `<b>${text}</b>` : text,
      font: { size: 11, color: fresh ? loud : faint },
      bgcolor: ground,
      showarrow: false,
    };
    return [note];
  }
}

/**
 * The place of the spot that is nearest, in whatever of the parts, if one is near.
 * @param {Spot[][]} parts @param {Spot} to
 * @returns {number | null}
 */
function nearest(parts, to) {
  const found = parts.flatMap((part) =>
    part.map((spot, at) => ({ at, away: Math.hypot(spot.x - to.x, spot.y - to.y) })),
  );
  found.sort((one, other) => one.away - other.away);
  return found[0]?.away < NEAR ? found[0].at : null;
}

/** @param {Spot[]} spots @param {ReturnType<typeof scaleOf>} scale */
function valuesOf(spots, scale) {
  const values = spots.map(scale.value);
  return { x: values.map(({ x }) => x), y: values.map(({ y }) => y) };
}
