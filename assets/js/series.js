// The data behind one trace: a curve or a heat map that only grows, thinned evenly when it is long.

class Series {
  constructor(limit) {
    this.limit = limit;
    this.clear();
  }

  clear() {
    this.points = [];
    this.tail = null; // the newest point, where thinning leaves it out for now
    this.stride = 1;
    this.count = 0;
  }

  get last() {
    return this.tail ?? this.points.at(-1) ?? null;
  }

  push(point) {
    if (this.last && point.x <= this.last.x) return;
    if (this.count % this.stride === 0) {
      this.points.push(point);
      this.tail = null;
    } else this.tail = point;
    this.count += 1;
    if (this.points.length > this.limit) {
      const newest = this.last;
      this.points = this.points.filter((_, place) => place % 2 === 0);
      this.stride *= 2;
      this.tail = newest === this.points.at(-1) ? null : newest;
    }
  }

  rewind(x) {
    this.points = this.points.filter((point) => point.x <= x);
    if (this.tail && this.tail.x > x) this.tail = null;
    this.count = this.points.length * this.stride;
  }

  attributes() {
    const all = this.tail ? [...this.points, this.tail] : this.points;
    const found = {};
    for (const name of Object.keys(all[0] ?? {})) found[name] = all.map((point) => point[name]);
    return found;
  }
}
