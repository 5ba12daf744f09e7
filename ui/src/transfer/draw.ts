import type { TransferView } from "../ipc";

/** Finds how many pixels wide a module can be; less than two no phone tells apart. */
export function scale(side: number, room: number): number {
  return Math.max(2, Math.floor(room / side));
}

/** Paints the modules, each a square of whole pixels, so that no edge is blurred. */
export function draw(canvas: HTMLCanvasElement, { side, pixels }: TransferView, room: number): void {
  const wide = scale(side, room);
  canvas.width = canvas.height = side * wide;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "black";
  pixels.forEach((grey, at) => {
    if (grey === 0) context.fillRect((at % side) * wide, Math.floor(at / side) * wide, wide, wide);
  });
}

/** Leaves nothing of a drawing behind. */
export function wipe(canvas: HTMLCanvasElement | undefined): void {
  if (canvas) canvas.width = canvas.height = 0;
}
