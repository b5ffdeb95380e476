// Whether the person has asked their system for less motion.

const asked = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");

/** Asked each time, for it may change while the page is open. */
export const calm = () => asked?.matches ?? false;
