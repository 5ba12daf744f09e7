import type { Ipc } from "../ipc";

/** The shell counts in minutes: it is told at most this often. */
const EVERY_MS = 5000;

/** Tells the shell that somebody uses the window; nobody uses it while the vault is locked. */
export class Activity {
  private told_ms = -EVERY_MS;

  constructor(
    private readonly ipc: Ipc,
    private readonly isOpen: () => boolean,
  ) {}

  /** Notes a key, a click or a movement. */
  note(): void {
    // This clock cannot be set.
    const now_ms = performance.now();
    if (!this.isOpen() || now_ms - this.told_ms < EVERY_MS) return;
    this.told_ms = now_ms;
    void this.ipc.noteUse().catch(() => {});
  }
}
