import assert from "node:assert/strict";
import { test } from "node:test";

import { rowMark } from "../../assets/js/rows.js";
import { wordsIn } from "../../assets/js/sentence.js";
import { Walk, wordAt } from "../../assets/js/walk.js";

/** @param {string} light */
const colour = (light) => ({ light, dark: "#ffffff" });
const VALUES = [
  { label: "one", colour: colour("#111111"), symbol: "circle" },
  { label: "many", colour: colour("#222222"), symbol: "square" },
];
/** @type {import("../../assets/js/types.d.ts").WalkSpec} */
const SPEC = {
  colourings: [
    {
      ...{ name: "number", told: true, values: VALUES },
      ...{ cloud: [0, 1, 1, 0], sentence: [0, 0, 0, 0], twin: [0, 1, 1, 0] },
    },
    {
      ...{ name: "next", told: true, values: VALUES.toReversed() },
      ...{ cloud: [0, 0, 0, 1], sentence: [1, 1, 1, 1], twin: [1, 1, 1, 1] },
    },
  ],
  words: ["a", "dog", "the", "dog"],
  stretch: 2,
  joint: " ",
  sentence: ["the", "dog", "there", "runs"],
  plain: ["the", "dog", "there", "runs"],
  twin: ["the", "dogs", "there", "run"],
  parting: 1,
  meeting: 3,
  loss: 2,
};
const FRAME = {
  x: /** @type {[number, number]} */ ([0, 4]),
  y: /** @type {[number, number]} */ ([0, 4]),
};
const PLOT = { width: 400, height: 200 };

/** Traces as the page sends them, with data. */
function traces() {
  /** @param {string} uid @param {number[]} x @param {number[]} y */
  const trace = (uid, x = [], y = []) => ({ uid, x, y, marker: { size: 5, opacity: 0.5 } });
  return [
    trace("cloud", [1, 2, 3, 1], [1, 1, 1, 3]),
    trace("twin-path"),
    trace("path"),
    trace("current"),
    trace("twin", [1, 2, 3, 3], [1, 3.5, 3.5, 2]),
    trace("tokens", [1, 2, 3, 3], [1, 0.5, 0.5, 2]),
    trace("words"),
  ];
}

/** @param {Walk} walk */
function dressed(walk) {
  return Object.fromEntries(
    walk.dress(traces(), "light", FRAME, PLOT).map((trace) => [trace.uid, trace]),
  );
}

test("states are coloured by the property that was chosen, the twin's with open markers", () => {
  const walk = new Walk(SPEC);
  const first = dressed(walk);
  assert.deepEqual(first.cloud.marker.color, ["#111111", "#222222", "#222222", "#111111"]);
  assert.deepEqual(first.twin.x, [2, 3, 3]); // from where it parts
  assert.deepEqual(first.twin.marker.symbol, ["square-open", "square-open", "circle-open"]);
  assert.deepEqual(first.cloud.customdata, ["one", "many", "many", "one"]);
  assert.equal(first.cloud.text[3], "… the <b>dog</b>"); // no further back than its stretch
  walk.chosen = "next";
  assert.deepEqual(dressed(walk).cloud.marker.color, ["#222222", "#222222", "#222222", "#111111"]);
  walk.chosen = "gone";
  assert.equal(walk.colouring.name, "number");
});

test("a word that is pointed at is ringed, and its like in the cloud stand out", () => {
  const walk = new Walk(SPEC);
  assert.deepEqual(
    [dressed(walk).current.x, dressed(walk).current.y],
    [
      [2, 2],
      [0.5, 3.5],
    ],
  );
  assert.equal(dressed(walk).cloud.marker.size, 5);
  walk.word = 3;
  assert.deepEqual(dressed(walk).current.y, [2, 2]);
  walk.word = 1;
  assert.deepEqual(dressed(walk).cloud.marker.size, [5, 9, 5, 9]);
  assert.deepEqual(dressed(walk).cloud.marker.opacity, [0.25, 1, 0.25, 1]);
});

test("who points near a state of the sentence or of its twin points at the word", () => {
  const walk = new Walk(SPEC);
  assert.equal(walk.near(2, 0.5), null);
  dressed(walk);
  assert.deepEqual([walk.near(2.05, 0.5), walk.near(2, 3.45), walk.near(1, 2)], [1, 1, null]);
});

test("a twin is named where it differs, drawn from where it parts, and can be left out", () => {
  const walk = new Walk(SPEC);
  const shown = dressed(walk);
  assert.deepEqual(shown.words.text, [
    "the",
    "<b>dog</b>",
    "there",
    "<b>runs</b>",
    "<b>dogs</b>",
    "<b>run</b>",
  ]);
  assert.equal(shown.words.x.length, 6);
  assert.deepEqual([shown["twin-path"].x[0], shown["twin-path"].y[0]], [1, 1]);
  walk.twin = false;
  const alone = dressed(walk);
  assert.deepEqual([alone.twin, alone["twin-path"]], [undefined, undefined]);
  assert.deepEqual(alone.words.text, ["the", "dog", "there", "runs"]);
  assert.equal(alone.current.x.length, 1);
});

test("the frame holds cloud, sentence and twin, and new axes begin a new one", () => {
  const walk = new Walk(SPEC);
  assert.equal(walk.reframe(traces()), true);
  assert.ok(walk.frame && walk.frame.y[1] > 3.5 && walk.frame.y[0] < 0.5);
  assert.equal(walk.reframe(traces()), false);
  walk.aim(300);
  assert.equal(walk.frame, null);
});

test("new axes are told of, loudly at first", () => {
  const walk = new Walk(SPEC);
  /** @type {(name: string, values: Record<string, number>) => string} */
  const fill = (name, { step }) => `${name} ${step}`;
  const colours = { faint: "grey", loud: "blue", ground: "white" };
  assert.equal(walk.notes(fill, colours, 40, 200)[0].text, "axes_first 0");
  walk.aim(300);
  assert.equal(walk.notes(fill, colours, 310, 200)[0].text, "<b>axes_anew_here 300</b>");
  assert.equal(walk.notes(fill, colours, 310, 200)[0].font.color, "blue");
  assert.equal(walk.notes(fill, colours, 700, 200)[0].text, "axes_anew 300");
  assert.deepEqual(walk.notes(fill, colours, 700, 100), [], "a low plot has no room for it");
});

test("a word is as far from the loss as there are ticks from its state to the one that loss reads", () => {
  assert.equal(wordAt(SPEC, 1).distance, 1);
  assert.equal(wordAt(SPEC, 2).distance, 0);
  assert.equal(wordAt(SPEC, 3).distance, null);
  assert.equal(wordAt(SPEC, 1).loss, "runs");
  const rows = { last: 5, colour: "#123456" };
  const marked = rowMark(wordAt(SPEC, 1), rows, (name, values) => `${name} ${values.distance}`);
  assert.deepEqual(
    marked.shapes.map((shape) => [shape.x0, shape.y0, shape.y1]),
    [
      [1, 0, 1],
      [0, 0.5, 1.5],
    ],
  );
  assert.equal(marked.annotations[0].text, "row 1");
  for (const word of [null, wordAt(SPEC, 3), { ...wordAt(SPEC, 0), distance: 9 }]) {
    assert.deepEqual(
      rowMark(word, rows, () => ""),
      { shapes: [], annotations: [] },
    );
  }
});

test("a word is found in a text as a whole", () => {
  assert.deepEqual(wordsIn("the dog, dogs and dog", "dog"), [[18, 21]]);
  assert.deepEqual(wordsIn("a.b a.b", "a.b"), [
    [0, 3],
    [4, 7],
  ]);
});
