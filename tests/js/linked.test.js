import assert from "node:assert/strict";
import { test } from "node:test";

import { Linked } from "../../assets/js/linked.js";

const PLAIN = ["the", "dog", "barks"];

/** Panels that note what they were told. @param {string[]} plain */
function side(plain) {
  /** @type {any[]} */
  const told = [];
  const spec = { walk: { plain, sentence: plain, loss: 2, joint: " " } };
  /** @type {any} */
  const panel = {
    spec,
    /** @param {any} word */
    point: (word) => told.push(word?.index ?? null),
    /** @param {any} update */
    mark: (update) => told.push(update),
  };
  /** @type {any} */
  const root = { classList: { toggle: () => {} } };
  const linked = new Linked(root, new Map([["states", panel]]), () => {});
  return { linked, told };
}

/** @param {string[][]} sentences */
function group(...sentences) {
  const sides = sentences.map(side);
  for (const { linked } of sides) linked.join({ group: "beside", at: 300 });
  for (const { told } of sides) told.length = 0;
  return sides;
}

test("an update that is pointed at in one is marked in all, and then the one they show", () => {
  const sides = group(PLAIN, PLAIN, PLAIN);
  sides[1].linked.across(120);
  sides[1].linked.across(null);
  assert.deepEqual(
    sides.map(({ told }) => told),
    [
      [120, 300],
      [120, 300],
      [120, 300],
    ],
  );
});

test("a word is marked where the other sentence has it at the same place", () => {
  const [one, same, other] = group(PLAIN, PLAIN, ["a", "cat", "barks"]);
  /** @type {any} */
  const word = { index: 1, plain: "dog" };
  one.linked.point(word);
  one.linked.point(null);
  assert.deepEqual(
    [one.told, same.told, other.told],
    [
      [1, null],
      [1, null],
      [null, null],
    ],
  );
});

test("who has left, or stands alone, hears nothing and marks no update", () => {
  const [one, other] = group(PLAIN, PLAIN);
  other.linked.leave();
  one.linked.across(5);
  other.linked.across(6);
  assert.deepEqual([one.told, other.told], [[5], []]);
  one.linked.leave();
});
