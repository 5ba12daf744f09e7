import { Fault, type DeletedView, type Ipc, type LeftoverView } from "../ipc";

/** Holds the files whose accounts are all kept and that still show them to whoever opens them. */
export class Leftovers {
  files = $state.raw<readonly LeftoverView[]>([]);
  busy = $state(false);
  /** What became of them, as long as somebody may want to read it. */
  done = $state.raw<DeletedView | null>(null);
  fault = $state.raw<Fault | null>(null);

  constructor(private readonly ipc: Ipc) {}

  /** Names the services that have a copy too, each once. */
  get services(): string[] {
    return [...new Set(this.files.flatMap(({ service }) => service ?? []))];
  }

  async look(): Promise<void> {
    try {
      this.files = await this.ipc.leftovers();
      this.done = null;
    } catch (thrown) {
      this.fault = Fault.from(thrown);
    }
  }

  async remove(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      this.done = await this.ipc.deleteLeftovers();
      this.files = [];
    } catch (thrown) {
      this.fault = Fault.from(thrown);
    } finally {
      this.busy = false;
    }
  }

  /** Leaves them where they are. */
  keep(): void {
    this.close();
    void this.ipc.keepLeftovers().catch(() => {});
  }

  close(): void {
    this.files = [];
    this.done = null;
    this.fault = null;
  }
}
