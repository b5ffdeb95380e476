import assert from "node:assert/strict";
import { test } from "node:test";
import { heightened, Room, roomy, roomyAxes } from "../../assets/js/ticks.js";

const powers = { tickvals: [-3, -2, -1, 0, 1], ticktext: ["0.001", "0.01", "0.1", "1", "10"] };

test("ticks that have room stay, and of others so many as have; 1 is among them", () => {
  assert.deepEqual(roomy(powers, 65).ticktext, powers.ticktext);
  assert.deepEqual(roomy(powers, 40).ticktext, ["0.01", "1"]);
  assert.deepEqual(roomy(powers, 40).tickvals, [-2, 0]);
  const words = { tickvals: [0, 1, 2, 3], ticktext: ["a", "b", "c", "d"] };
  assert.deepEqual(roomy(words, 20).ticktext, ["a", "d"]);
});

test("a low plot names powers of ten alone", () => {
  assert.equal(roomy({ dtick: "D2" }, 200).dtick, "D2");
  assert.equal(roomy({ dtick: "D2" }, 80).dtick, 1);
  assert.equal(roomy({ dtick: 5 }, 80).dtick, 5);
});

test("a title that would be cut is left out, for the panel says it", () => {
  const title = { text: "mean norm in nats", standoff: 4 };
  assert.equal(roomy({ title }, 150).title.text, title.text);
  assert.deepEqual(roomy({ title }, 60).title, { text: "", standoff: 4 });
});

test("upright axes alone are fitted, where the length is known", () => {
  const layout = { xaxis: powers, yaxis: powers, yaxis2: powers, height: 3 };
  assert.deepEqual(Object.keys(roomyAxes(layout, 20)), ["yaxis", "yaxis2"]);
  assert.equal(roomyAxes(layout, 0).yaxis, powers);
  const room = new Room();
  assert.ok(room.learn(99.6));
  assert.ok(!room.learn(100));
});

test("a low plot leaves out what its axes across are called, and is higher by that", () => {
  const layout = {
    margin: { l: 40, r: 8, t: 8, b: 40 },
    xaxis: { title: { text: "updates" }, range: [0, 1] },
    xaxis2: { title: { text: "distance" } },
    yaxis: { title: { text: "bits" } },
  };
  assert.equal(heightened(layout, 120), layout);
  const low = heightened(layout, 60);
  assert.equal(low.xaxis.title.text + low.xaxis2.title.text, "");
  assert.deepEqual([low.xaxis.range, low.yaxis], [[0, 1], layout.yaxis]);
  assert.equal(low.margin.b, 24);
  const nameless = { margin: layout.margin, xaxis: {} };
  assert.equal(heightened(nameless, 60), nameless);
});
