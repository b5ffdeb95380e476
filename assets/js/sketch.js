// A quick drawing between two full ones: curves, points and words move to their new data on the
// axes that are there. A full drawing lays everything out anew, and training would pay for it.

// `changed` is a list of {uid, x, y}. Leaves the plot as it was and returns false where only a full
// drawing will do: a trace that has not been drawn yet, a gap, a value beyond an axis that adapts.
function sketch(box, changed) {
  const strokes = [];
  for (const { uid, x, y } of changed) {
    const trace = box._fullData?.find((full) => full.uid === uid);
    const drawn = box.querySelector(`.scatterlayer > .trace${CSS.escape(uid)}`);
    if (!trace || !drawn) return false;
    const across = place(x, axisOf(box, trace.xaxis));
    const down = place(y, axisOf(box, trace.yaxis));
    if (!across || !down) return false;
    const lines = drawn.querySelectorAll(":scope > .lines > path");
    const points = drawn.querySelectorAll(":scope > .points > path");
    const words = drawn.querySelectorAll(":scope > .text text");
    if (lines.length !== (trace.mode.includes("lines") ? 1 : 0)) return false;
    if (Math.max(points.length, words.length) > x.length) return false;
    strokes.push({ lines, points, words, across, down });
  }
  for (const stroke of strokes) move(stroke);
  return true;
}

function axisOf(box, id) {
  return box._fullLayout[`${id[0]}axis${id.slice(1)}`];
}

// Values as pixels along an axis; null if one of them cannot be shown there.
function place(values, axis) {
  const pixels = values.map((value) => axis.d2p(value));
  const shown = (pixel) => pixel > -1 && pixel < axis._length + 1;
  return pixels.every(axis.autorange ? shown : Number.isFinite) ? pixels : null;
}

function move({ lines, points, words, across, down }) {
  const round = (pixel) => Math.round(pixel * 10) / 10;
  const at = across.map((pixel, index) => [round(pixel), round(down[index])]);
  for (const line of lines) line.setAttribute("d", `M${at.join("L")}`);
  // Points that are new come with the next full drawing.
  points.forEach((point, index) => point.setAttribute("transform", `translate(${at[index]})`));
  words.forEach((word, index) => {
    word.setAttribute("x", at[index][0]);
    word.setAttribute("y", at[index][1]);
  });
}
