/** Up to this many rows are simply all there: keeping a window of them would cost more than it saves. */
export const PLAIN = 60;

/** Pixels beyond the view that are rendered too, so that a turn of the wheel meets rows and no void. */
const MARGIN = 600;

/** The height of a row before one was measured. */
const GUESS = 76;

/** Is a run of rows, the end excluded. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Remembers how high rows are; one that was never rendered is taken to be as high as the others. */
export class Heights {
  private known = new Map<string, number>();
  private sum = 0;

  /** Takes what was measured of the rendered rows; answers whether any row lies elsewhere now. */
  take(measured: readonly (readonly [id: string, height: number])[]): boolean {
    const laid = measured.filter(([, height]) => height > 0);
    const news = laid.some(([id, height]) => this.of(id) !== height);
    // Larger text or a narrower window changes every row, those out of sight too.
    if (laid.some(([id, height]) => (this.known.get(id) ?? height) !== height)) this.forget();
    for (const [id, height] of laid) this.keep(id, height);
    return news;
  }

  /** Returns where each row begins, and behind them where the last one ends. */
  tops(rows: readonly { readonly id: string }[]): Float64Array {
    const tops = new Float64Array(rows.length + 1);
    let top = 0;
    rows.forEach(({ id }, place) => (tops[place + 1] = top += this.of(id)));
    return tops;
  }

  private of(id: string): number {
    return this.known.get(id) ?? (this.known.size > 0 ? this.sum / this.known.size : GUESS);
  }

  private keep(id: string, height: number): void {
    this.sum += height - (this.known.get(id) ?? 0);
    this.known.set(id, height);
  }

  private forget(): void {
    this.known.clear();
    this.sum = 0;
  }
}

/** Finds the row that lies at `pixel`; before the first it is the first, behind the last the last. */
export function rowAt(tops: Float64Array, pixel: number): number {
  let [low, high] = [0, Math.max(0, tops.length - 2)];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (at(tops, middle) <= pixel) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Finds the rows to render for a view of `height` pixels that begins at `top`. */
export function spanOf(tops: Float64Array, top: number, height: number): Span {
  const rows = tops.length - 1;
  if (rows <= 0) return { from: 0, to: 0 };
  // Steps of four, so that not every row that passes changes the page.
  const from = rowAt(tops, top - MARGIN) & ~3;
  return { from, to: Math.min(rows, (rowAt(tops, top + height + MARGIN) | 3) + 1) };
}

/** Returns a place in `tops`, 0 beyond its end. */
export function at(tops: Float64Array, place: number): number {
  return tops[place] ?? 0;
}
