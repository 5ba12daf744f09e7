/** How thick the outline of a code is, and the line of another colour around it, in pixels of the picture. */
const OUTLINE = 4;
const AROUND = 8;

/** Draws a picture of `camera_picture` and outlines the codes in it. */
export function drawPicture(canvas: HTMLCanvasElement, picture: ArrayBuffer): void {
  const numbers = new DataView(picture);
  const [width, height, codes] = [0, 4, 8].map((at) => numbers.getUint32(at, true)) as [number, number, number];
  const pixels = 12 + codes * 32;
  const context = canvas.getContext("2d");
  if (!context || picture.byteLength !== pixels + width * height * 4) return;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  context.putImageData(new ImageData(new Uint8ClampedArray(picture, pixels), width, height), 0, 0);
  for (let code = 0; code < codes; code++) outline(context, corners(numbers, 12 + code * 32), getComputedStyle(canvas).color);
}

/** Leaves nothing to see. */
export function clearPicture(canvas: HTMLCanvasElement): void {
  [canvas.width, canvas.height] = [0, 0];
}

function corners(numbers: DataView, at: number): [x: number, y: number][] {
  return [0, 8, 16, 24].map((corner) => [numbers.getInt32(at + corner, true), numbers.getInt32(at + corner + 4, true)]);
}

function outline(context: CanvasRenderingContext2D, corners: [x: number, y: number][], colour: string): void {
  context.beginPath();
  for (const [x, y] of corners) context.lineTo(x, y);
  context.closePath();
  context.lineJoin = "round";
  for (const [width, style] of [[AROUND, "#fff"], [OUTLINE, colour]] as const) {
    [context.lineWidth, context.strokeStyle] = [width, style];
    context.stroke();
  }
}
