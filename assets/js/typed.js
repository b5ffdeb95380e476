// What was typed in a popover, when Escape closes it.

/**
 * Let a box of an open popover be left before Escape closes the popover: Streamlit takes what was
 * typed when a box is left, and a closed one is gone. An open list of choices is closed alone.
 * @param {Window} page
 */
export function keepTyped(page) {
  page.addEventListener(
    "keydown",
    ({ key }) => {
      const box = page.document.activeElement;
      if (
        key === "Escape" &&
        box?.matches("[data-testid=stPopoverBody] :is(textarea, input):not([aria-expanded=true])")
      )
        /** @type {HTMLElement} */ (box).blur();
    },
    true,
  );
}
