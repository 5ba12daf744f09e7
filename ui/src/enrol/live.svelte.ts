import { Fault, type CodeView, type Ipc } from "../ipc";

/** How often it looks at the clock. */
const LOOK_MS = 250;

/** Follows the code of one account for as long as it is on show. */
export class Live {
  code = $state.raw<CodeView | null>(null);
  /** Whole seconds that it is still good. */
  left = $state(0);
  fault = $state.raw<Fault | null>(null);

  private ahead_ms = 0;
  private asking = false;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly ipc: Ipc,
    private readonly id: string,
  ) {}

  /** Returns the shell's time in Unix seconds, fractions included. */
  now(): number {
    return (Date.now() + this.ahead_ms) / 1000;
  }

  start(): void {
    this.stop();
    void this.ask();
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  /** Forgets the code and asks no more. */
  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.code = null;
  }

  /** Uses up one value of a counter. */
  async next(): Promise<void> {
    await this.try(async () => {
      this.code = await this.ipc.nextCode(this.id);
    });
  }

  /** Copies in the shell; answers the seconds until the clipboard is cleared, or nothing when it failed. */
  async copy(): Promise<number | null> {
    let clears_in: number | null = null;
    await this.try(async () => void ({ clears_in } = await this.ipc.copyCode(this.id)));
    return clears_in;
  }

  private look(): void {
    if (this.code?.state !== "code") return;
    this.left = Math.max(0, Math.ceil(this.code.valid_until - this.now()));
    if (this.left === 0) void this.ask();
  }

  private async ask(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    await this.try(async () => {
      const { now_ms, codes } = await this.ipc.codes([this.id]);
      if (this.timer === undefined) return;
      this.ahead_ms = now_ms - Date.now();
      this.code = codes[0] ?? null;
    });
    this.asking = false;
    this.look();
  }

  private async try(work: () => Promise<void>): Promise<void> {
    this.fault = null;
    try {
      await work();
    } catch (thrown) {
      this.fault = Fault.from(thrown);
    }
  }
}
