import assert from "node:assert/strict";
import { test } from "node:test";

import { drawnMarks, standings, widthOf } from "../../assets/js/marks.js";

/** @param {number} length @param {number[]} lefts */
function rows(length, ...lefts) {
  return standings(
    lefts.map((left) => ({ left, width: 100 })),
    length,
  );
}

test("texts that would run into each other stand in rows of their own", () => {
  /** @param {number[]} lefts */
  const far = (...lefts) => rows(1000, ...lefts).map(({ row }) => row);
  assert.deepEqual(far(0, 100, 250), [0, 0, 0]);
  assert.deepEqual(far(0, 10, 20, 30, 40), [0, 1, 2, 3, 4]);
  assert.deepEqual(far(0, 50, 120, 160), [0, 1, 2, 3]); // the line of 120 would cross the text of 50
});

test("a text that would leave the plot stands to the left of its line", () => {
  assert.deepEqual(rows(300, 20, 250), [
    { side: 1, row: 0 },
    { side: -1, row: 0 },
  ]);
  assert.deepEqual(rows(90, 20), [{ side: 1, row: 0 }]); // there is no room on either side
});

test("no line and no text ever runs into a text", () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  for (let trial = 0; trial < 300; trial += 1) {
    const texts = Array.from({ length: 1 + Math.floor(random() * 9) }, () => ({
      left: Math.floor(random() * 600),
      width: 40 + Math.floor(random() * 160),
    })).sort((a, b) => a.left - b.left);
    const found = standings(texts, 600);
    const boxes = texts.map(({ left, width }, at) => {
      const end = left + found[at].side * width;
      return { from: Math.min(left, end), to: Math.max(left, end), row: found[at].row };
    });
    for (const [one, box] of boxes.entries()) {
      for (const [other, { left }] of texts.entries()) {
        if (one === other) continue;
        const { from, to, row } = boxes[other];
        assert.ok(row !== box.row || to <= box.from || box.to <= from, "texts apart");
        const crosses = left > box.from && left < box.to && found[other].row <= box.row;
        assert.ok(!crosses, "a line ends below the texts that it would cross");
      }
    }
  }
});

test("a line ends at its own text", () => {
  /** @param {number} x @returns {import("../../assets/js/types.d.ts").MarkOp} */
  const mark = (x) => ({ op: "mark", figure: "f", x, setting: "rate", old: 1, new: 2 });
  /** @type {[number, number]} */
  const range = [0, 100];
  const plot = { range, width: 500, height: 130, colour: "#111111", ground: "#ffffff" };
  const { shapes, annotations } = drawnMarks([mark(12), mark(10)], () => "rate 1 → 2", plot);
  assert.deepEqual(
    shapes.map(({ x0, y1 }) => [x0, y1]),
    [
      [10, 1],
      [12, 0.9],
    ],
  );
  assert.deepEqual(
    annotations.map(({ y }) => y),
    [1, 0.9],
  );
});

test("Hangul is wider than Latin letters", () => {
  assert.equal(widthOf("ab"), 12);
  assert.equal(widthOf("학a"), 17);
});

test("an update that is marked has a line over the whole height, and no text", () => {
  /** @type {any} */
  const plot = { range: [0, 100], width: 500, height: 200, colour: "grey", ground: "white" };
  const { shapes, annotations } = drawnMarks([], () => "", { ...plot, update: 40 });
  assert.deepEqual(
    shapes.map(({ x0, x1, y1, line }) => [x0, x1, y1, line.dash]),
    [[40, 40, 1, "dot"]],
  );
  assert.equal(annotations.length, 0);
  assert.equal(drawnMarks([], () => "", plot).shapes.length, 0);
});
