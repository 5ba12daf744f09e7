/** Says whether what nobody looks for first may be drawn: not before the first codes are on the screen. */
export const drawn = $state({ due: false });

/** Lets the rest be drawn once what is on the page now has been painted. */
export function drawSoon(): void {
  requestAnimationFrame(() => setTimeout(() => (drawn.due = true)));
}
