import assert from "node:assert/strict";
import { test } from "node:test";

const motion = { matches: false };
globalThis.matchMedia = /** @type {any} */ (() => motion);
const { Drawings } = await import("../../assets/js/drawings.js");

/** A figure with something to draw, as often as `left` says. @param {number} left */
function panel(left) {
  const figure = {
    left,
    get pending() {
      return this.left > 0;
    },
    due: () => figure.left > 0,
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

/** Runs frames, and what waits for them, until none is asked for; how many there were. */
async function settle() {
  let number = 0;
  for (; ; number += 1) {
    await new Promise((resolve) => setTimeout(resolve, 30));
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
  assert.ok((await settle()) >= 3);
  assert.deepEqual(
    panels.map(({ drawn }) => drawn),
    [2, 1, 0],
  );
});

test("several reasons to draw make one frame", () => {
  const drawings = drawingsOf(panel(0));
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
