import assert from "node:assert/strict";
import { test } from "node:test";

import { apart } from "../../assets/js/words.js";

const PLOT = { width: 500, height: 400 };

/** @param {number[]} x @param {number[]} y @param {string[]} words */
function named(x, y, words) {
  return {
    data: [
      { x, y, mode: "markers" },
      {
        x,
        y,
        mode: "text",
        text: words,
        textfont: { size: 11, color: "#222" },
        meta: { apart: words },
      },
    ],
    layout: { xaxis: { range: [0, 10] }, yaxis: { range: [0, 10] } },
  };
}

test("words of points that lie together stand apart, and points stay where they are", () => {
  const words = ["dog", "dogs", "cat", "cats", "bird", "birds", "girl", "girls"];
  const x = words.map((_, at) => 5 + 0.02 * at);
  const y = words.map(() => 5);
  const figure = named(x, y, words);
  const { data, layout } = apart(figure, PLOT);
  assert.equal(data[0], figure.data[0]);
  const boxes = words.map((word, at) => ({
    left: (data[1].x[at] / 10) * PLOT.width - 3 * word.length,
    right: (data[1].x[at] / 10) * PLOT.width + 3 * word.length,
    middle: (1 - data[1].y[at] / 10) * PLOT.height,
  }));
  for (const [at, one] of boxes.entries())
    for (const other of boxes.slice(at + 1))
      assert.ok(
        one.right <= other.left ||
          other.right <= one.left ||
          Math.abs(one.middle - other.middle) >= 14,
        `${words[at]} is read`,
      );
  assert.ok(layout.shapes.length > 0, "a line leads to the point of a word that is far from it");
  for (const { x0, y0 } of layout.shapes)
    assert.ok(x.some((at) => Math.abs(at - x0) < 1e-9) && Math.abs(y0 - 5) < 1e-9);
});

test("a word stands above its point where there is room", () => {
  const { data, layout } = apart(named([5], [5], ["dog"]), PLOT);
  assert.equal(data[1].x[0], 5);
  assert.ok(data[1].y[0] > 5 && data[1].y[0] < 5.6);
  assert.deepEqual(layout.shapes, []);
});

test("words for which there is no room are left out, the first ones stay", () => {
  const words = Array.from({ length: 80 }, (_, at) => `word${at}`);
  const at = words.map(() => 5);
  const { data } = apart(named(at, at, words), PLOT);
  assert.notEqual(data[1].x[0], null);
  assert.ok(data[1].x.includes(null));
  assert.deepEqual(data[1].text, words);
});

test("a figure without such words is as it was", () => {
  const figure = { data: [{ x: [1], y: [2] }], layout: {} };
  assert.deepEqual(apart(figure, PLOT), figure);
});
