// How components make their elements, and find the one they scroll in.

/**
 * A new element of the class rx-`name`. The text is never markup: it may be a person's own.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [name]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = `rx-${name}`;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** The element whose scrolling moves `start`. @param {Element} start @returns {Element} */
export function scrollParent(start) {
  for (let parent = start.parentElement; parent; parent = parent.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(parent).overflowY)) return parent;
  }
  return document.scrollingElement ?? document.documentElement;
}
