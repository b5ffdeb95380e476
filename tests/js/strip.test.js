import assert from "node:assert/strict";
import { test } from "node:test";
import { secondsLeft } from "../../assets/js/strip.js";

test("the time left is that of the tokens still to read", () => {
  assert.equal(secondsLeft({ total: 100, unit: 400 }, 50, 2000), 10);
  assert.equal(secondsLeft({ total: 100, unit: 400 }, 100, 2000), 0);
});
