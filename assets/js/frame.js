// The frame of every page: what its heading says, its language, and whether it is presented.

import { onePlaceAPage } from "./places.js";

/** @typedef {import("./types.d.ts").FrameData} FrameData */

onePlaceAPage(window);

/** @param {import("./types.d.ts").ComponentArguments<FrameData>} page */
export default function mount({ data, parentElement }) {
  const root = document.documentElement;
  root.lang = data.language;
  root.classList.toggle("rx-presenting", data.presenting);
  let heading = parentElement.querySelector("h1");
  if (!heading) {
    heading = document.createElement("h1");
    heading.className = "rx-unseen";
    parentElement.append(heading);
  }
  heading.textContent = data.title;
}
