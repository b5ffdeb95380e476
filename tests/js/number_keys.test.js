import assert from "node:assert/strict";
import { test } from "node:test";
import { next, read } from "../../assets/js/number_keys.js";

/** @type {{usual: [number, string][], whole: boolean}} */
const RATE = {
  usual: [
    [0, "off"],
    [0.001, "0.001"],
    [0.01, "0.01"],
    [1, "1"],
  ],
  whole: false,
};

test("a text is a number only where that is plain to see", () => {
  const texts = ["off", "0.5", " 0,5 ", "1e-3", "", "-", "1,000.5", "fast"];
  assert.deepEqual(
    texts.map((text) => read(text, RATE)),
    [0, 0.5, 0.5, 0.001, Number.NaN, Number.NaN, Number.NaN, Number.NaN],
  );
});

test("arrow keys step along the usual values, also from one between them", () => {
  assert.equal(next(RATE, 0.001, true, false), 0.01);
  assert.equal(next(RATE, 0.003, true, false), 0.01);
  assert.equal(next(RATE, 0.003, false, false), 0.001);
  assert.equal(next(RATE, 1, true, false), undefined);
  assert.equal(next(RATE, 0, false, false), undefined);
});

test("with Shift they double and halve, as far as a whole number stays one", () => {
  assert.equal(next(RATE, 0.001, false, true), 0.0005);
  assert.equal(next({ ...RATE, whole: true }, 10, true, true), 20);
  assert.equal(next({ ...RATE, whole: true }, 5, false, true), undefined);
});
