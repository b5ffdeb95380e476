import assert from "node:assert/strict";
import { test } from "node:test";
import { besideAnother, closeUp, meanOf, Series } from "../../assets/js/series.js";

/** @param {number} limit @param {number[]} xs */
function seriesOf(limit, xs) {
  const series = new Series(limit);
  for (const x of xs) series.push({ x, y: 10 * x });
  return series;
}

/** @param {number} count */
const upTo = (count) => Array.from({ length: count }, (_, place) => place + 1);

test("points come out as an array for each attribute", () => {
  assert.deepEqual(seriesOf(10, [1, 2, 5]).attributes(), { x: [1, 2, 5], y: [10, 20, 50] });
  assert.deepEqual(new Series(10).attributes(), {});
});

test("a point that is older than the last is ignored", () => {
  assert.deepEqual(seriesOf(10, [1, 2, 2, 1, 3]).attributes().x, [1, 2, 3]);
});

test("a point of the same place takes the place of the last, thinned or not", () => {
  for (const count of [1, 10, 11, 12]) {
    const series = seriesOf(10, upTo(count));
    series.push({ x: count, y: -1 });
    assert.equal(series.last?.y, -1);
    assert.equal(/** @type {number[]} */ (series.attributes().x).at(-1), count);
  }
});

test("a long series is thinned evenly, and its first and newest points stay", () => {
  for (const count of [11, 12, 100, 1000, 1001]) {
    const { x } = seriesOf(10, upTo(count)).attributes();
    const xs = /** @type {number[]} */ (x);
    assert.ok(xs.length <= 11, `${count} points became ${xs.length}`);
    assert.ok(xs.length >= 5, `${count} points became ${xs.length}`);
    assert.equal(xs[0], 1);
    assert.equal(xs.at(-1), count);
    const gaps = xs.slice(1, -1).map((value, place) => value - xs[place]);
    assert.equal(new Set(gaps).size, 1, `gaps of ${count}: ${gaps}`);
  }
});

test("rewinding drops later points, and the series goes on from there", () => {
  const series = seriesOf(10, upTo(37));
  series.rewind(20);
  assert.ok(Number(series.last?.x) <= 20);
  series.push({ x: 21, y: 0 });
  assert.equal(series.last?.x, 21);
  series.rewind(0);
  assert.equal(series.last, null);
});

test("a cleared series is like a new one", () => {
  const series = seriesOf(10, upTo(50));
  series.clear();
  for (const x of [1, 2, 3]) series.push({ x });
  assert.deepEqual(series.attributes(), { x: [1, 2, 3] });
});

test("points beside a curve of another text have no line; alone they have one", () => {
  const look = { mode: "markers", marker: { symbol: "diamond" } };
  const meta = { beside: { trace: "part", look } };
  const trace = { uid: "valid", mode: "lines+markers", marker: { symbol: "circle" }, meta };
  const part = new Series(10);
  assert.deepEqual(besideAnother(trace, new Map([["part", part]])), trace);
  part.push({ x: 0 });
  assert.deepEqual(besideAnother(trace, new Map([["part", part]])), { ...trace, ...look });
  const { meta: _, ...plain } = trace;
  assert.deepEqual(besideAnother(plain, new Map([["part", part]])), plain);
});

test("from nearby one sees the last fifth, as high as the curves are there", () => {
  const curves = [
    { x: [0, 50, 80, 100], y: [1000, 100, 10, 1] },
    { x: [0, 90], y: [500, 2] },
  ];
  const { xaxis, yaxis } = closeUp({ xaxis: { title: "x" }, yaxis: {} }, curves, 100);
  assert.deepEqual([xaxis.title, xaxis.range], ["x", [80, 101]]);
  assert.deepEqual(yaxis.range, [-0.08, 1.08]);
  assert.equal(yaxis.autorange, false);
});

test("a mean is that of the newest points of another trace", () => {
  const share = { uid: "share", x: [1, 2, 3, 4], y: [0, 1, 1, 0.5] };
  const mean = { uid: "mean", x: [], y: [], meta: { mean: { of: "share", over: 2 } } };
  assert.deepEqual(meanOf(mean, [mean, share]), { ...mean, x: [1, 2, 3, 4], y: [0, 0.5, 1, 0.75] });
  assert.deepEqual(meanOf(mean, [mean]), mean);
});
