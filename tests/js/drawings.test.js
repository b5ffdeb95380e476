import assert from "node:assert/strict";
import { test } from "node:test";

const motion = { matches: false };
globalThis.matchMedia = /** @type {any} */ (() => motion);
const { Drawings } = await import("../../assets/js/drawings.js");

/** A figure with something to draw, as often as `left` says. @param {number} left */
function panel(left) {
  const figure = {
    left,
    get due() {
      return this.left > 0 ? 0 : Number.POSITIVE_INFINITY;
    },
    draw: () => {
      figure.left -= 1;
      made.drawn += 1;
      return Promise.resolve();
    },
  };
  const made = { figure, drawn: 0, drawnAt: Number.NEGATIVE_INFINITY, count() {} };
  return made;
}

/** @type {Map<number, (now: number) => void>} frames that were asked for */
const frames = new Map();
globalThis.requestAnimationFrame = (callback) => {
  frames.set(frames.size + 1, callback);
  return frames.size;
};
globalThis.cancelAnimationFrame = (frame) => void frames.delete(frame);

/** Runs frames until none has been asked for in longer than a panel waits; how many there were. */
async function settle() {
  let number = 0;
  for (; ; number += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (!frames.size) return number;
    const asked = [...frames.values()];
    frames.clear();
    for (const callback of asked) callback(performance.now());
  }
}

/** @param {ReturnType<typeof panel>[]} panels */
function drawingsOf(...panels) {
  const named = panels.map((one, place) => [String(place), one]);
  const drawings = new Drawings(/** @type {any} */ (new Map(/** @type {any} */ (named))));
  drawings.plotly = /** @type {any} */ ({});
  drawings.theme = "light";
  return drawings;
}

test("what is to be drawn is drawn, and a page at rest asks for no frames", async () => {
  const panels = [panel(2), panel(1), panel(0)];
  drawingsOf(...panels).wake();
  assert.equal(await settle(), 2);
  assert.deepEqual(
    panels.map(({ drawn }) => drawn),
    [2, 1, 0],
  );
});

test("panels that are quick to draw share a frame, and none waits for the slow ones behind", () => {
  const [slow, ...quick] = [panel(1), panel(1), panel(1)];
  const drawings = drawingsOf(slow, ...quick);
  slow.drawnAt = 1;
  slow.figure.draw = () => {
    for (const end = performance.now() + 10; performance.now() < end; );
    return Promise.resolve();
  };
  drawings.tick(1000);
  drawings.stop();
  assert.deepEqual([slow.drawnAt, ...quick.map(({ drawn }) => drawn)], [1000, 1, 1]);
  slow.drawnAt = Number.NEGATIVE_INFINITY;
  drawings.nextAt = 0;
  for (const one of quick) one.figure.left = 1;
  drawings.tick(2000);
  drawings.stop();
  assert.deepEqual([slow.drawnAt, ...quick.map(({ drawn }) => drawn)], [2000, 1, 1]);
});

test("a drawing that is owed later is waited for without frames", async () => {
  const later = panel(1);
  const due = performance.now() + 120;
  Object.defineProperty(later.figure, "due", {
    get: () => (later.figure.left > 0 ? due : Number.POSITIVE_INFINITY),
  });
  drawingsOf(later).wake();
  assert.equal(frames.size, 0);
  await new Promise((resolve) => setTimeout(resolve, 150));
  assert.equal(frames.size, 1);
  assert.equal(await settle(), 1);
  assert.equal(later.drawn, 1);
});

test("several reasons to draw make one frame", () => {
  const drawings = drawingsOf(panel(1));
  drawings.wake();
  drawings.wake();
  assert.equal(frames.size, 1);
  drawings.stop();
  assert.equal(frames.size, 0);
});

test("without plotly.js nothing is drawn, and what waited is drawn when it has come", async () => {
  const waiting = panel(1);
  const drawings = drawingsOf(waiting);
  const { plotly } = drawings;
  drawings.plotly = null;
  drawings.wake();
  await settle();
  assert.equal(waiting.drawn, 0);
  drawings.plotly = plotly;
  drawings.wake();
  await settle();
  assert.equal(waiting.drawn, 1);
});

test("whoever asked for less motion sees a panel drawn anew once a second at most", (t) => {
  motion.matches = true;
  t.after(() => {
    motion.matches = false;
  });
  const often = panel(100);
  const drawings = drawingsOf(often);
  for (let now = 5000; now < 8000; now += 50) {
    drawings.nextAt = 0;
    drawings.tick(now);
    drawings.stop();
  }
  assert.equal(often.drawn, 3);
  motion.matches = false;
  for (let now = 8000; now < 11000; now += 50) {
    drawings.nextAt = 0;
    drawings.tick(now);
    drawings.stop();
  }
  assert.ok(often.drawn > 20);
});
