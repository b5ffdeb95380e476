// Geometry of a plane of points: a frame that holds them all, a path with arrows, and words beside
// it that do not run into each other.

/** @typedef {{x: number, y: number}} Spot */
/** @typedef {{x: [number, number], y: [number, number]}} Frame */
/** @typedef {{left: number, top: number, width: number, height: number}} Box */
/** @typedef {Spot & {way: number, far: number}} Placed centre of a word, and the choice that led to it */

const ROOM = 0.09; // of the frame's extent that stays free on each side
const SLACK = 0.6; // of a frame that points have to fill, or it is drawn closer
const [HEAD, HALF, LEAST] = [7, 3.2, 20]; // pixels: arrowhead, half its width, shortest line with one
const FARTHEST = 6; // rings around a point that are tried
const WAYS = 12; // directions in which a word may stand
const LINE = 14; // pixels from one line of words to the next
const MARKER = 5; // pixels from a point's centre that a word keeps free

/**
 * The frame that holds all points, and the one before as long as that does so without waste.
 * @param {number[][]} xs @param {number[][]} ys @param {Frame | null} before
 * @returns {Frame | null} null where there are no points
 */
export function frameOf(xs, ys, before) {
  const [x, y] = [extent(xs), extent(ys)];
  if (!x || !y) return before;
  /** @param {[number, number]} now @param {[number, number]} then */
  const fits = (now, then) =>
    then[0] <= now[0] &&
    now[1] <= then[1] &&
    now[1] - now[0] > SLACK * (1 - 2 * ROOM) * (then[1] - then[0]);
  if (before && fits(x, before.x) && fits(y, before.y)) return before;
  return { x: roomy(x), y: roomy(y) };
}

/** @param {number[][]} parts @returns {[number, number] | null} */
function extent(parts) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const part of parts) {
    for (const value of part) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : null;
}

/** @param {[number, number]} extent @returns {[number, number]} */
function roomy([low, high]) {
  const room = ((high - low || 1e-3) * ROOM) / (1 - 2 * ROOM);
  return [low - room, high + room];
}

/** From values to pixels of a plot and back. @param {Frame} frame @param {number} width @param {number} height */
export function scaleOf({ x: [left, right], y: [low, high] }, width, height) {
  return {
    /** @param {number} x @param {number} y @returns {Spot} */
    place: (x, y) => ({
      x: ((x - left) / (right - left)) * width,
      y: ((high - y) / (high - low)) * height,
    }),
    /** @param {Spot} spot */
    value: ({ x, y }) => ({
      x: left + (x / width) * (right - left),
      y: high - (y / height) * (high - low),
    }),
  };
}

/**
 * A line through all spots with an arrowhead on each stretch that is long enough, in one stroke.
 * @param {Spot[]} spots @returns {Spot[]}
 */
export function arrowed(spots) {
  /** @type {Spot[]} */
  const stroke = spots.slice(0, 1);
  for (let at = 1; at < spots.length; at += 1) {
    const [from, to] = [spots[at - 1], spots[at]];
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (length >= LEAST) {
      const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
      const along = 0.5 * length + HEAD / 2;
      const tip = { x: from.x + dx * along, y: from.y + dy * along };
      const foot = { x: tip.x - dx * HEAD, y: tip.y - dy * HEAD };
      const wing = { x: foot.x - dy * HALF, y: foot.y + dx * HALF };
      stroke.push(foot, wing, tip, { x: 2 * foot.x - wing.x, y: 2 * foot.y - wing.y }, foot, tip);
    }
    stroke.push(to);
  }
  return stroke;
}

/**
 * Where words stand beside their spots: near to them, within the plot, apart from each other and,
 * if possible, from all spots. A word stays where it stood (`before`) unless another place is
 * clearly better. Null where there is no room left at all.
 * @param {{spot: Spot, width: number}[]} words
 * @param {Spot[]} spots all that are drawn
 * @param {{width: number, height: number}} plot
 * @param {(Placed | null)[]} before
 * @returns {(Placed | null)[]}
 */
export function placed(words, spots, plot, before = []) {
  /** @type {Box[]} */
  const taken = [];
  return words.map(({ spot, width }, at) => {
    /** @type {Placed | null} */
    let best = null;
    let least = Number.POSITIVE_INFINITY;
    for (let far = 0; far < FARTHEST; far += 1) {
      if (far * far > least) break; // no place so far out can be better
      for (let way = 0; way < WAYS; way += 1) {
        const centre = beside(spot, width, way, far);
        const box = around(centre, width);
        if (!inside(box, plot) || taken.some((other) => overlap(box, other))) continue;
        const covered = spots.filter((other) =>
          overlap(box, around(other, 2 * MARKER, 2 * MARKER)),
        );
        const stays = before[at]?.way === way && before[at]?.far === far;
        const cost = far * far + 2 * covered.length + 0.1 * way - (stays ? 1.5 : 0);
        if (cost < least) [least, best] = [cost, { ...centre, way, far }];
      }
    }
    if (best) taken.push(around(best, width));
    return best;
  });
}

/** The first way is up, the others alternate around the spot. @param {Spot} spot @param {number} width @param {number} way @param {number} far */
function beside(spot, width, way, far) {
  const turn = (way % 2 ? 1 : -1) * Math.ceil(way / 2) * ((2 * Math.PI) / WAYS);
  const [across, up] = [Math.sin(turn), Math.cos(turn)];
  const away = MARKER + far * 9;
  return {
    x: spot.x + across * (width / 2 + away),
    y: spot.y - up * (LINE / 2 + away),
  };
}

/** @param {Spot} centre @param {number} width @param {number} height @returns {Box} */
function around({ x, y }, width, height = LINE) {
  return { left: x - width / 2, top: y - height / 2, width, height };
}

/** @param {Box} one @param {Box} other */
function overlap(one, other) {
  return (
    one.left < other.left + other.width &&
    other.left < one.left + one.width &&
    one.top < other.top + other.height &&
    other.top < one.top + one.height
  );
}

/** @param {Box} box @param {{width: number, height: number}} plot */
function inside({ left, top, width, height }, plot) {
  return left >= 0 && top >= 0 && left + width <= plot.width && top + height <= plot.height;
}
