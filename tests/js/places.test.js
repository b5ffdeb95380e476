import assert from "node:assert/strict";
import { test } from "node:test";
import { isPlace, onePlaceAPage } from "../../assets/js/places.js";

const at = (/** @type {string} */ path) => new URL(path, "http://host");

test("another page is a place, what its controls say by then is not", () => {
  assert.ok(isPlace(at("/overview?run=a"), at("/cell"), false));
  assert.ok(!isPlace(at("/cell"), at("/cell?run=a"), false));
  assert.ok(!isPlace(at("/cell?run=a"), at("/cell?run=a&cell.tick=3"), false));
});

test("a link that was followed leads to a place, on the same page too", () => {
  assert.ok(isPlace(at("/overview"), at("/overview?corpus=lag"), true));
  assert.ok(!isPlace(at("/overview"), at("/overview?corpus=lag"), false));
});

test("a run that is left can be come back to; one that is begun takes the place", () => {
  assert.ok(isPlace(at("/overview?run=a"), at("/overview"), false));
  assert.ok(isPlace(at("/overview?run=a"), at("/overview?run=b"), false));
  assert.ok(!isPlace(at("/overview?pace=5"), at("/overview?pace=5&run=a"), false));
});

test("a page that is turned to by a link is one entry, whatever is written into its address", () => {
  const entries = ["http://host/overview?run=a"];
  /** @type {(event: {target: unknown}) => void} */
  let click = () => {};
  class Element {
    closest() {
      return this;
    }
  }
  Object.assign(globalThis, { Element });
  const page = {
    document: { addEventListener: (/** @type {string} */ _, /** @type {any} */ f) => (click = f) },
    location: {
      get href() {
        return entries.at(-1);
      },
    },
    history: {
      pushState: (/** @type {any} */ _s, /** @type {any} */ _u, /** @type {string} */ address) => {
        entries.push(new URL(address, "http://host").href);
      },
      replaceState: (
        /** @type {any} */ _s,
        /** @type {any} */ _u,
        /** @type {string} */ address,
      ) => {
        entries[entries.length - 1] = new URL(address, "http://host").href;
      },
    },
  };
  onePlaceAPage(/** @type {any} */ (page));
  click({ target: new Element() });
  page.history.pushState({}, "", "/cell");
  page.history.pushState({}, "", "/cell?run=a");
  page.history.pushState({}, "", "/cell?run=a&cell.tick=2");
  assert.deepEqual(entries, ["http://host/overview?run=a", "http://host/cell?run=a&cell.tick=2"]);
});
