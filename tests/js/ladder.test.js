import assert from "node:assert/strict";
import { test } from "node:test";
import { besides, distance, Passing, spread } from "../../assets/js/ladder.js";

test("a distance is bits above the floor, and what is at the floor or below is at the nearest", () => {
  const above = { floor: 1.75, nearest: 0.01 };
  assert.deepEqual(
    [2.75, 1.755, 1.75, 1.5].map((bits) => distance(bits, above)),
    [1, 0.01, 0.01, 0.01],
  );
});

test("a level is passed once, where the curve first reaches it", () => {
  const passing = new Passing([null, 2.5, 2, 1.9]);
  assert.equal(passing.note(10, 3), false);
  assert.equal(passing.note(20, 2.5), true);
  assert.equal(passing.note(30, 2.6), false);
  assert.equal(passing.note(40, 1.95), true);
  assert.equal(passing.note(50, 2.4), false);
  assert.deepEqual(
    [...passing.at],
    [
      [2.5, 20],
      [2, 40],
    ],
  );
});

test("going back forgets what was passed later", () => {
  const passing = new Passing([2.5, 2]);
  passing.note(20, 2.4);
  passing.note(40, 1.9);
  passing.rewind(30);
  assert.deepEqual([...passing.at], [[2.5, 20]]);
  passing.note(50, 1.9);
  assert.equal(passing.at.get(2), 50);
});

test("a ladder that comes later is passed where the curve has been lower", () => {
  const passing = new Passing([]);
  for (const [x, y] of [
    [10, 3],
    [20, 2.2],
    [30, 2.6],
    [40, 1.95],
  ]) {
    assert.equal(passing.note(x, y), false);
  }
  passing.climb([null, 2.5, 2, 1.9]);
  assert.deepEqual(
    [...passing.at],
    [
      [2.5, 20],
      [2, 40],
    ],
  );
  passing.rewind(30);
  passing.climb([2.5, 2]);
  assert.deepEqual([...passing.at], [[2.5, 20]]);
  assert.equal(passing.note(50, 2), true);
});

test("crowded places move apart, and stay within the length", () => {
  assert.deepEqual(spread([0, 50, 100], 12, 100), [0, 50, 100]);
  assert.deepEqual(spread([0, 50, 52, 53, 100], 12, 100), [0, 50, 62, 74, 100]);
  assert.deepEqual(spread([80, 95, 97, 100], 12, 100), [64, 76, 88, 100]);
  const tight = spread([0, 1, 2, 3], 10, 30);
  assert.deepEqual(tight, [0, 10, 20, 30]);
});

const LABELS = {
  uid: "labels",
  y: [10, 1, 0.9, 0.1],
  text: ["V", "a", "b", "floor"],
  textfont: { color: ["grey", "grey", "grey", "green"] },
  line: { width: 0.6 },
  meta: { ladder: { bits: [null, 5, 4, null] } },
};
const PLOT = { range: /** @type {[number, number]} */ ([-1, 1]), length: 100, fixed: false };

test("labels stand beside their lines, apart, and say when each was passed", () => {
  const [labels, leaders] = besides(LABELS, PLOT, (bits) => (bits === 5 ? " ✓ 40" : ""));
  assert.deepEqual(
    labels.text.map((/** @type {string} */ text) => text.trim()),
    ["V", "a ✓ 40", "b", "floor"],
  );
  assert.deepEqual([labels.y[0], labels.y[1], labels.y[3]], [10, 1, 0.1]);
  assert.ok(labels.y[2] <= 10 ** -0.24);
  assert.deepEqual(labels.x, [1, 1, 1, 1]);
  assert.deepEqual(leaders.x.slice(0, 3), [0, 1, null]);
  assert.ok(Math.abs(leaders.y[6] - 0.9) < 1e-9);
  assert.equal(leaders.y[7], labels.y[2]);
});

test("only lines in sight have a label, and no more than there is room for", () => {
  const [near] = besides(LABELS, { ...PLOT, range: [-0.5, 0.5], fixed: true }, () => "");
  assert.deepEqual(near.y.length, 2);
  const [low] = besides(LABELS, { ...PLOT, length: 30 }, () => "");
  assert.deepEqual(
    low.text.map((/** @type {string} */ text) => text.trim()),
    ["V", "a", "floor"],
  );
  const [tiny] = besides({ ...LABELS, y: [2, 1.6, 1.4, 1.2] }, { ...PLOT, length: 60 }, () => "");
  assert.deepEqual(tiny.y, [1.2]); // no room between the first line and the last
});

test("labels stay between the first line and the last, or an axis that adapts would run away", () => {
  const crowded = { ...LABELS, y: [9, 0.14, 0.13, 0.12] };
  const [labels] = besides(crowded, PLOT, () => "");
  assert.equal(labels.y.length, 4);
  assert.ok(Math.max(...labels.y) <= 9 + 1e-9 && Math.min(...labels.y) >= 0.12 - 1e-9);
  const [fixed] = besides(
    { ...LABELS, y: [1, 0.95, 0.9, 0.85] },
    { ...PLOT, fixed: true },
    () => "",
  );
  assert.equal(fixed.y.length, 4); // where it does not adapt there is the whole height
});
