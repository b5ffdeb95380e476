import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { AGAIN, Notifier } from "../../assets/js/notifier.js";

/** A notifier on a clock that the test moves, and what it has sent. @param {import("node:test").TestContext} t */
function started(t) {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  /** @type {string[]} */
  const sent = [];
  return { notifier: new Notifier(({ status }) => sent.push(status)), sent };
}

const PAUSED = { status: "paused", reason: null };

test("a phase that the page does not know is told at once, and again until it does", (t) => {
  const { notifier, sent } = started(t);
  notifier.pagePhase = "active";
  notifier.report(PAUSED, "paused");
  assert.deepEqual(sent, ["paused"]);
  mock.timers.tick(AGAIN);
  assert.deepEqual(sent, ["paused", "paused"]);
  notifier.pagePhase = "paused";
  mock.timers.tick(3 * AGAIN);
  assert.equal(sent.length, 2);
});

test("a phase that the page knows is not told", (t) => {
  const { notifier, sent } = started(t);
  notifier.pagePhase = "paused";
  notifier.report(PAUSED, "paused");
  mock.timers.tick(3 * AGAIN);
  assert.deepEqual(sent, []);
});

test("a start is told only where the page has not said it by itself", (t) => {
  const { notifier, sent } = started(t);
  notifier.pagePhase = "ready";
  notifier.report({ status: "running", reason: null }, "active");
  assert.deepEqual(sent, []);
  mock.timers.tick(AGAIN);
  assert.deepEqual(sent, ["running"]);
});

test("nothing is told of a run that is forgotten, or after the end", (t) => {
  const { notifier, sent } = started(t);
  notifier.pagePhase = "active";
  notifier.report(PAUSED, "paused");
  notifier.forget();
  mock.timers.tick(3 * AGAIN);
  notifier.report(PAUSED, "paused");
  notifier.stop();
  mock.timers.tick(3 * AGAIN);
  assert.deepEqual(sent, ["paused", "paused"]);
});

test("a page that says why a run waits is told that it waits no more", (t) => {
  const { notifier, sent } = started(t);
  notifier.pagePhase = "waiting";
  notifier.report({ status: "waiting", reason: "own" }, "waiting");
  assert.deepEqual(sent, []);
  notifier.report({ status: "running", reason: null }, "active");
  assert.deepEqual(sent, ["running"]);
});
