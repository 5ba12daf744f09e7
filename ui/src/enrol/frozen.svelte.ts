import type { FrozenView, Ipc, MonitorView } from "../ipc";

/** Holds the small pictures of frozen screens as long as somebody chooses a part of one. */
export class Frozen {
  readonly monitors: readonly MonitorView[];
  readonly seconds: number;
  /** The pixels of each monitor, grey; wiped when this closes. */
  private readonly pixels = new Map<number, Uint8Array>();

  constructor(
    view: FrozenView,
    private readonly ipc: Ipc,
  ) {
    this.monitors = view.monitors;
    this.seconds = view.seconds;
  }

  /** Paints a monitor; its pixels are fetched once. */
  async paint(canvas: HTMLCanvasElement, place: number): Promise<void> {
    const monitor = this.monitors[place];
    if (!monitor) return;
    const grey = this.pixels.get(place) ?? new Uint8Array(await this.ipc.frozenPicture(place));
    this.pixels.set(place, grey);
    const { picture_width, picture_height } = monitor;
    canvas.width = picture_width;
    canvas.height = picture_height;
    const context = canvas.getContext("2d");
    if (!context || grey.length !== picture_width * picture_height) return;
    const image = context.createImageData(picture_width, picture_height);
    grey.forEach((light, at) => image.data.set([light, light, light, 255], at * 4));
    context.putImageData(image, 0, 0);
    image.data.fill(0);
  }

  /** Leaves nothing of the pictures behind. */
  wipe(): void {
    for (const grey of this.pixels.values()) grey.fill(0);
    this.pixels.clear();
  }
}
