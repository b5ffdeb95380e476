// Boxes over a chart: what the page is told of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, moved, watch } from "../../assets/js/brush.js";

const SHAPES = [
  { x0: 0, x1: 1, y0: 2, y1: 3 },
  { xref: "x2", yref: "y", x0: -1, x1: 1, y0: 0.25, y1: 0.5 },
];

test("a box that was drawn is told by its ends", () => {
  const range = { x: [0, 1], y: [2, 3] };
  assert.deepEqual(drawn({ range }), { at: null, range });
  assert.equal(drawn(undefined), null);
  assert.equal(drawn({}), null);
});

test("a box that was moved is told by its number and its new ends", () => {
  const change = { "shapes[1].y0": 0.25, "shapes[1].y1": 0.5 };
  assert.deepEqual(moved(change, SHAPES), { at: 1, range: { x2: [-1, 1], y: [0.25, 0.5] } });
  assert.equal(moved({ "xaxis.range[0]": 3 }, SHAPES), null);
  assert.equal(moved({ "shapes[7].y0": 3 }, SHAPES), null);
});

test("a double click takes all boxes away", () => {
  /** @type {Record<string, (event?: unknown) => void>} */
  const heard = {};
  /** @type {unknown[]} */
  const told = [];
  const box = /** @type {any} */ ({
    layout: { shapes: SHAPES },
    on: (/** @type {string} */ name, /** @type {() => void} */ act) => {
      heard[name] = act;
    },
  });
  watch(box, (one) => told.push(one));
  heard.plotly_selected(undefined);
  heard.plotly_relayout({ "shapes[0].x0": 0 });
  heard.plotly_deselect();
  assert.deepEqual(told, [
    { at: 0, range: { x: [0, 1], y: [2, 3] } },
    { at: null, range: null },
  ]);
});
