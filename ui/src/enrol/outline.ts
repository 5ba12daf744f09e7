import type { PlaceView, SpotView } from "../ipc";

/** Is an upright rectangle. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Finds what all monitors fill together, with a little air around. */
export function frame(places: readonly PlaceView[]): Box {
  const left = Math.min(...places.map(({ x }) => x));
  const top = Math.min(...places.map(({ y }) => y));
  const right = Math.max(...places.map(({ x, width }) => x + width));
  const bottom = Math.max(...places.map(({ y, height }) => y + height));
  const air = Math.max(right - left, bottom - top) / 50;
  return { x: left - air, y: top - air, width: right - left + 2 * air, height: bottom - top + 2 * air };
}

/** Finds in which third of its monitor a code stands, from the top and from the left. */
export function whereabouts({ places, place, corners }: SpotView): { row: 0 | 1 | 2; column: 0 | 1 | 2 } {
  const monitor = places[place] ?? { x: 0, y: 0, width: 1, height: 1 };
  const middle = (at: 0 | 1): number => corners.reduce((sum, corner) => sum + corner[at], 0) / corners.length;
  return {
    row: third((middle(1) - monitor.y) / monitor.height),
    column: third((middle(0) - monitor.x) / monitor.width),
  };
}

function third(share: number): 0 | 1 | 2 {
  return share < 1 / 3 ? 0 : share < 2 / 3 ? 1 : 2;
}
