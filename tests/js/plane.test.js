import assert from "node:assert/strict";
import { test } from "node:test";

import { arrowed, frameOf, placed, scaleOf } from "../../assets/js/plane.js";

test("a frame holds all points, and stays while it does so without waste", () => {
  const frame = frameOf([[0, 2], [1]], [[-1], [3, 1]], null);
  assert.ok(frame);
  const [x, y] = [frame.x, frame.y];
  assert.ok(x[0] < 0 && x[1] > 2 && y[0] < -1 && y[1] > 3);
  assert.equal(frameOf([[0.2, 1.9]], [[-1, 2.9]], frame), frame);
  const wider = frameOf([[0, 2.6]], [[-1, 3]], frame);
  assert.ok(wider && wider.x[1] > 2.6);
  const closer = frameOf([[0, 0.5]], [[-1, 3]], frame);
  assert.ok(closer && closer.x[1] < 1);
  assert.equal(frameOf([[]], [[]], frame), frame);
  const point = frameOf([[1]], [[1]], null);
  assert.ok(point && point.x[0] < 1 && 1 < point.x[1]);
});

test("places in pixels come back as the values they stand for", () => {
  const scale = scaleOf({ x: [-1, 3], y: [10, 20] }, 400, 100);
  assert.deepEqual(scale.place(0, 20), { x: 100, y: 0 });
  assert.deepEqual(scale.value({ x: 100, y: 0 }), { x: 0, y: 20 });
});

test("a path has an arrowhead in the middle of each stretch that is long enough", () => {
  const [from, near, to] = [
    { x: 0, y: 0 },
    { x: 5, y: 0 },
    { x: 105, y: 0 },
  ];
  const stroke = arrowed([from, near, to]);
  assert.deepEqual(stroke.slice(0, 2), [from, near]);
  assert.deepEqual(stroke.at(-1), to);
  const tips = stroke.filter(({ x, y }) => y === 0 && x > 55 && x < 60);
  assert.ok(tips.length, "the tip points onwards from the middle");
  const wings = stroke.filter(({ y }) => y !== 0);
  assert.equal(wings.length, 2);
  assert.ok(wings.every(({ x }) => x < tips[0].x));
  assert.equal(wings[0].y, -wings[1].y);
  assert.deepEqual(arrowed([]), []);
});

test("words never run into each other nor leave the plot", () => {
  let seed = 3;
  const random = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  const plot = { width: 560, height: 160 };
  for (let trial = 0; trial < 40; trial += 1) {
    const words = Array.from({ length: 16 }, () => ({
      spot: { x: 200 + random() * 120, y: 40 + random() * 80 }, // all of them crowded
      width: 20 + random() * 40,
    }));
    const found = placed(
      words,
      words.map(({ spot }) => spot),
      plot,
    );
    const boxes = found.flatMap((place, at) =>
      place ? [{ ...place, half: words[at].width / 2 }] : [],
    );
    assert.ok(boxes.length >= 12, "nearly all find a place");
    for (const [at, one] of boxes.entries()) {
      assert.ok(one.x - one.half >= 0 && one.x + one.half <= plot.width);
      assert.ok(one.y - 7 >= 0 && one.y + 7 <= plot.height);
      for (const other of boxes.slice(at + 1)) {
        const apart = Math.abs(one.x - other.x) >= one.half + other.half - 1e-9;
        assert.ok(apart || Math.abs(one.y - other.y) >= 14 - 1e-9);
      }
    }
  }
});

test("a word stays on its side while its spot moves a little", () => {
  const plot = { width: 400, height: 200 };
  const word = { spot: { x: 200, y: 100 }, width: 30 };
  const [first] = placed([word], [word.spot], plot);
  assert.ok(first);
  const moved = { spot: { x: 203, y: 98 }, width: 30 };
  const beside = { x: first.x + 2, y: first.y };
  const [then] = placed([moved], [moved.spot, beside], plot, [first]);
  assert.deepEqual([then?.way, then?.far], [first.way, first.far]);
});
