import assert from "node:assert/strict";
import { test } from "node:test";
import { Labels } from "../../assets/js/labels.js";

const TEXTS = {
  settings: {},
  zeros: { max_grad_norm: "off", temperature: "greedy" },
  statuses: {},
  verdicts: { unknown: "unknown", right: "right", wrong: "wrong" },
  sentences: {
    place: "update {done} of {total}, {word}",
    speed: "{rate} tokens/s",
    when: "temperature {note}",
  },
};
const english = new Labels(TEXTS, "en");

test("a sentence takes whole numbers with separators, rates short, and texts as they are", () => {
  const words = { done: 1234.4, total: 18000, word: "<b>{total}</b>" };
  assert.equal(english.fill("place", words), "update 1,234 of 18,000, <b>{total}</b>");
  assert.equal(english.fill("speed", { rate: 166_700 }), "167K tokens/s");
  const note = english.number(0, "temperature");
  assert.equal(english.fill("when", { note }), "temperature greedy");
  assert.equal(new Labels(TEXTS, "ko").fill("speed", { rate: 166_700 }), "16.7만 tokens/s");
});

test("numbers are formatted by style, and a missing one is a dash", () => {
  assert.equal(english.format(3.4669, "three"), "3.47");
  assert.equal(english.format(0.125, "percent"), "13%");
  assert.equal(english.format(2, null), "2.00");
  assert.equal(english.format(null, "three"), "–");
  assert.equal(english.format(undefined, "percent"), "–");
  assert.equal(english.number(0, "max_grad_norm"), "off");
  assert.equal(english.number(0.0003, "learning_rate"), "0.0003");
});

test("a plot is said with its values, and what is not measured yet is a dash", () => {
  const values = { train: 4.161, share: 0.0312, word: "LSTM {train}" };
  /** @param {string} name */
  const value = (name) => /** @type {Record<string, number | string>} */ (values)[name];
  assert.equal(
    english.say("{word}: {train:three}, {share:share}, {valid:three}", value),
    "LSTM {train}: 4.16, 3.1%, –",
  );
});

test("seconds are written as minutes and hours", () => {
  assert.deepEqual(
    [-1, 0, 39.4, 59.6, 61, 3599, 3600, 3723].map((seconds) => english.duration(seconds)),
    ["0:00", "0:00", "0:39", "1:00", "1:01", "59:59", "1:00:00", "1:02:03"],
  );
});

test("a share too small to be read is said to be less", () => {
  assert.equal(english.format(0.051, "share"), "5.1%");
  assert.equal(english.format(5.7e-15, "share"), "< 0.0001%");
  assert.equal(english.format(0, "share"), "< 0.0001%");
});
