// How components make their elements.

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
