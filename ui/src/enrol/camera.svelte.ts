import { Fault, type BatchView, type CameraView, type Ipc, type ReviewView, type SeenView } from "../ipc";

/** Is how looking through a camera stands. */
export type Sight = "starting" | "looking" | "foreign" | "found" | "off";

/** Takes a picture as the shell gives it, and keeps nothing of it. */
export type Draw = (picture: ArrayBuffer) => void;

/** How long the outline of the code that was read stays to be seen. */
const FOUND_MS = 300;

/** Looks through a camera until a code is read; its light is on no longer than that. */
export class Camera {
  sight = $state<Sight>("starting");
  /** Sets that were read in part. */
  batches = $state.raw<readonly BatchView[]>([]);
  cameras = $state.raw<readonly CameraView[]>([]);
  chosen = $state<number | null>(null);

  private draw: Draw = () => {};
  /** Counts the looks, so that what an earlier one says late is not heard. */
  private turn = 0;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly ipc: Ipc,
    private readonly onfound: (review: ReviewView) => void,
    private readonly onfault: (fault: Fault | null) => void,
  ) {}

  /** Switches the first camera on, or the one that was chosen. */
  async start(draw: Draw = this.draw): Promise<void> {
    this.draw = draw;
    const turn = this.begin();
    try {
      const cameras = await this.ipc.cameras();
      if (turn !== this.turn) return;
      this.cameras = cameras;
      const camera = cameras.find(({ index }) => index === this.chosen) ?? cameras[0];
      if (!camera) throw new Fault("no_camera", "there is none");
      await this.look(camera.index, turn);
    } catch (thrown) {
      if (turn === this.turn) this.fail(Fault.from(thrown));
    }
  }

  /** Changes to another camera; what was read stays read. */
  async choose(index: number): Promise<void> {
    const turn = this.begin();
    await this.close();
    if (turn === this.turn) await this.look(index, turn);
  }

  /** Switches it off; what was read stays read, and nobody hears of this look any more. */
  async off(): Promise<void> {
    this.stop();
    await this.close();
  }

  /** Switches it off and goes on with what was read. */
  async goOn(): Promise<void> {
    const turn = this.stop();
    const review = await this.close();
    if (review && turn === this.turn) this.onfound(review);
  }

  private stop(): number {
    this.sight = "off";
    return ++this.turn;
  }

  private begin(): number {
    this.onfault(null);
    this.sight = "starting";
    return ++this.turn;
  }

  /** Switches the light off; answers when the camera is free again. */
  private async close(): Promise<ReviewView | null> {
    // A vault that is locked has switched it off already.
    const review = await this.ipc.closeCamera().catch(() => null);
    await this.running;
    return review;
  }

  private async look(index: number, turn: number): Promise<void> {
    this.chosen = index;
    const looking = this.ipc.lookThrough(index, (seen) => this.hear(seen, turn));
    this.running = looking.then(
      () => {},
      () => {},
    );
    void this.show(turn);
    try {
      this.end(await looking, turn);
    } catch (thrown) {
      if (turn === this.turn) this.fail(Fault.from(thrown));
    }
  }

  private hear(seen: SeenView, turn: number): void {
    if (turn !== this.turn) return;
    if (seen.seen === "part") [this.batches, this.sight] = [seen.batches, "looking"];
    else this.sight = "foreign";
  }

  /** Draws one picture after the other, each asked for when the one before it is drawn. */
  private async show(turn: number): Promise<void> {
    try {
      while (turn === this.turn) {
        if ((await this.picture(turn)) && this.sight === "starting") this.sight = "looking";
        // A page that is not drawn asks for nothing, and the shell switches the light off.
        await new Promise(requestAnimationFrame);
      }
    } catch {
      // What is wrong with the camera, its look says.
    }
  }

  private async picture(turn: number): Promise<boolean> {
    const picture = await this.ipc.cameraPicture();
    const drawn = turn === this.turn && picture.byteLength > 0;
    if (drawn) this.draw(picture);
    return drawn;
  }

  private end(review: ReviewView | null, turn: number): void {
    if (turn !== this.turn) return;
    const next = this.stop();
    if (!review) return;
    this.sight = "found";
    void this.go(review, next);
  }

  /** Shows where the code stood, and goes on. */
  private async go(review: ReviewView, turn: number): Promise<void> {
    await this.picture(turn).catch(() => false);
    await new Promise((shown) => setTimeout(shown, FOUND_MS));
    if (turn === this.turn) this.onfound(review);
  }

  private fail(fault: Fault): void {
    this.stop();
    // A camera that was forgotten is off, and that is all.
    if (fault.code !== "capture_timed_out") this.onfault(fault.code === "capture_failed" ? new Fault("camera_failed", fault.message) : fault);
  }
}
