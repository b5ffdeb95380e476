import assert from "node:assert/strict";
import { test } from "node:test";
import { paced, secondsLeft } from "../../assets/js/strip.js";

test("the time left is that of the tokens still to read", () => {
  assert.equal(secondsLeft({ total: 100, unit: 400 }, 50, 2000), 10);
  assert.equal(secondsLeft({ total: 100, unit: 400 }, 100, 2000), 0);
});

test("a training that is held to a pace is no faster than that", () => {
  assert.equal(paced(500_000, 400, 10), 4000);
  assert.equal(paced(2000, 400, 10), 2000);
  assert.equal(paced(500_000, 400, 0), 500_000);
});
