import type { Box } from "./outline";

/** Is a point in pixels of a monitor. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The shortest side of a rectangle, in shares of the longer side of the monitor: less cannot be grasped. */
const LEAST = 1 / 100;
/** How far one press of an arrow key goes, in the same shares. */
const STEP = 1 / 50;

/** Is the rectangle that a person draws on a monitor, always whole and inside it. */
export class Selection {
  box = $state.raw<Box>({ x: 0, y: 0, width: 0, height: 0 });

  private from: Point | null = null;
  /** Where the rectangle was grasped, from its corner; nothing while a new one is drawn. */
  private grip: Point | null = null;

  constructor(
    private readonly width: number,
    private readonly height: number,
  ) {
    this.put(width / 4, height / 4, width / 2, height / 2);
  }

  /** Begins to draw, or to move the rectangle where the pointer is in it. */
  press(at: Point): void {
    this.from = at;
    this.grip = inside(this.box, at) ? { x: at.x - this.box.x, y: at.y - this.box.y } : null;
  }

  /** Follows the pointer. */
  follow(at: Point): void {
    if (!this.from) return;
    const { width, height } = this.box;
    if (this.grip) return this.put(at.x - this.grip.x, at.y - this.grip.y, width, height);
    const [left, right] = [clamp(Math.min(this.from.x, at.x), this.width), clamp(Math.max(this.from.x, at.x), this.width)];
    const [top, bottom] = [clamp(Math.min(this.from.y, at.y), this.height), clamp(Math.max(this.from.y, at.y), this.height)];
    this.put(left, top, right - left, bottom - top);
  }

  /** Lets go of it. */
  release(): void {
    this.from = this.grip = null;
  }

  /** Moves it by steps. */
  move(across: number, down: number): void {
    const { x, y, width, height } = this.box;
    this.put(x + across * this.step, y + down * this.step, width, height);
  }

  /** Makes it wider and higher by steps; what would reach over the edge of the monitor ends there. */
  grow(across: number, down: number): void {
    const { x, y, width, height } = this.box;
    this.put(x, y, Math.min(width + across * this.step, this.width - x), Math.min(height + down * this.step, this.height - y));
  }

  /** Returns it in whole pixels, as the shell wants it. */
  get part(): readonly [x: number, y: number, width: number, height: number] {
    const { x, y, width, height } = this.box;
    return [Math.floor(x), Math.floor(y), Math.ceil(width), Math.ceil(height)];
  }

  /** Tells whether a code counts: its middle lies inside, as the shell counts too. */
  holds(corners: readonly (readonly [x: number, y: number])[]): boolean {
    const sum = corners.reduce((sum, [x, y]) => ({ x: sum.x + x, y: sum.y + y }), { x: 0, y: 0 });
    return inside(this.box, { x: sum.x / corners.length, y: sum.y / corners.length });
  }

  private get step(): number {
    return Math.max(this.width, this.height) * STEP;
  }

  private put(x: number, y: number, width: number, height: number): void {
    const least = Math.max(this.width, this.height) * LEAST;
    const [wide, high] = [Math.min(Math.max(width, least), this.width), Math.min(Math.max(height, least), this.height)];
    this.box = { x: clamp(x, this.width - wide), y: clamp(y, this.height - high), width: wide, height: high };
  }
}

function clamp(at: number, most: number): number {
  return Math.min(Math.max(at, 0), most);
}

function inside({ x, y, width, height }: Box, at: Point): boolean {
  return at.x >= x && at.x < x + width && at.y >= y && at.y < y + height;
}
