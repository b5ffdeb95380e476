import assert from "node:assert/strict";
import { test } from "node:test";
import { Lowest } from "../../assets/js/lowest.js";

test("the lowest value and where it was first", () => {
  const lowest = new Lowest();
  assert.equal(lowest.best, null);
  for (const [step, value] of [
    [10, 5],
    [20, 3],
    [30, 3],
    [40, 4],
  ]) {
    lowest.note(step, value, false);
  }
  assert.deepEqual(lowest.best, { step: 20, value: 3 });
});

test("going back forgets what was found later, and remembers what was best before", () => {
  const lowest = new Lowest();
  lowest.note(10, 5, false);
  lowest.note(20, 4, false);
  lowest.note(30, 3, false);
  lowest.rewind(25);
  assert.deepEqual(lowest.best, { step: 20, value: 4 });
  lowest.rewind(5);
  assert.equal(lowest.best, null);
});

test("values of a part of the text do not compare with those of the whole", () => {
  const lowest = new Lowest();
  lowest.note(1, 2, false);
  lowest.note(10, 5, true);
  lowest.note(20, 1, false);
  lowest.note(30, 4, true);
  assert.deepEqual(lowest.best, { step: 30, value: 4 });
});
