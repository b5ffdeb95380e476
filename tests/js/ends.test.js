import assert from "node:assert/strict";
import { test } from "node:test";
import { tips } from "../../assets/js/ends.js";

const VIEW = { x: [0, 100], y: [0, 10] };
const PLOT = { length: 200, log: false }; // 20 pixels to a unit

/** @param {string} uid @param {number[]} y @param {object} meta */
const curve = (uid, y, meta = {}) => ({
  uid,
  x: y.map((_, place) => 10 * place),
  y,
  line: { color: "red" },
  meta: { tip: uid.toUpperCase(), ...meta },
});

/** @param {any[]} drawn by name, pixels from the top */
const heights = (drawn) =>
  Object.fromEntries(drawn.map(({ text, y }) => [text[0].trim(), Math.round(y[0] * PLOT.length)]));

test("a name stands at the edge, as high as its curve ends, with a level line to it", () => {
  const [tip] = tips([curve("a", [9, 7, 5])], VIEW, PLOT);
  assert.deepEqual(
    [tip.x, tip.y],
    [
      [100, 100, 20],
      [0.5, 0.5, 0.5],
    ],
  );
  assert.deepEqual([tip.meta.of, tip.yaxis, tip.textfont.color], ["a", "y2", "red"]);
});

test("names that would lie on each other are moved apart, in the order of their ends", () => {
  const drawn = tips([curve("a", [5]), curve("b", [5.1]), curve("c", [1])], VIEW, PLOT);
  assert.deepEqual(heights(drawn), { B: 98, A: 111, C: 180 });
  const ends = drawn.map(({ y }) => Math.round(y[2] * PLOT.length));
  assert.deepEqual(ends, [98, 100, 180], "the lines go on where the curves end");
});

test("none leaves the plot, and where there is little room they are as far apart as can be", () => {
  const low = tips([curve("a", [0.1]), curve("b", [0]), curve("far", [-30])], VIEW, PLOT);
  assert.deepEqual(heights(low), { A: 174, B: 187, FAR: 200 });
  const tight = tips(
    ["a", "b", "c", "d"].map((uid) => curve(uid, [5])),
    VIEW,
    { length: 30, log: false },
  );
  assert.deepEqual(
    tight.map(({ y }) => Math.round(30 * y[0])),
    [0, 10, 20, 30],
  );
});

test("a line to compare with is named where it is in view, a curve without points not at all", () => {
  const level = { level: true };
  const drawn = tips(
    [curve("in", [4, 4], level), curve("out", [11, 11], level), curve("none", [])],
    VIEW,
    PLOT,
  );
  assert.deepEqual(heights(drawn), { IN: 120 });
});

test("ranges of a logarithmic axis are powers of ten", () => {
  const drawn = tips([curve("a", [100])], { x: [0, 1], y: [0, 4] }, { length: 200, log: true });
  assert.deepEqual(heights(drawn), { A: 100 });
});
