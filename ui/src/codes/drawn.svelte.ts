/** Says whether icons may be loaded: not before the first codes are on the screen. */
export const drawn = $state({ due: false });

/** Lets icons be loaded once what is on the page now has been painted. */
export function drawSoon(): void {
  requestAnimationFrame(() => setTimeout(() => (drawn.due = true)));
}
