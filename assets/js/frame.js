// The frame of every page: what its heading says, its language, and whether it is presented.

import { onePlaceAPage } from "./places.js";
import { keepTyped } from "./typed.js";

/** @typedef {import("./types.d.ts").FrameData} FrameData */

const LANGUAGE = "rnn_explorer_language"; // the cookie: pages/ui/visit/language.py reads it
const KEPT_SECONDS = 400 * 86_400;
let spoken = "";

onePlaceAPage(window);
keepTyped(window);

/** Keep a language that was turned to, for the next visit. @param {string} language */
function speak(language) {
  if (spoken && language !== spoken) {
    // biome-ignore lint/suspicious/noDocumentCookie: it has to come along with the next page
    document.cookie = `${LANGUAGE}=${language}; max-age=${KEPT_SECONDS}; samesite=lax`;
  }
  spoken = language;
}

/** @param {import("./types.d.ts").ComponentArguments<FrameData>} page */
export default function mount({ data, parentElement }) {
  const root = document.documentElement;
  root.lang = data.language;
  speak(data.language);
  root.classList.toggle("rx-presenting", data.presenting);
  let heading = parentElement.querySelector("h1");
  if (!heading) {
    heading = document.createElement("h1");
    heading.className = "rx-unseen";
    parentElement.append(heading);
  }
  heading.textContent = data.title;
}
