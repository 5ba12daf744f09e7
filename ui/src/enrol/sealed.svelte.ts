import { Fault, type Ipc, type ReviewView } from "../ipc";

/** Asks for the passphrase of an encrypted file, and shows how far its key is. */
export class Sealed {
  /** Whether the key is being derived. */
  busy = $state(false);
  /** How far it is, in thousandths; null where it cannot be known. */
  thousandths = $state<number | null>(null);
  fault = $state.raw<Fault | null>(null);

  constructor(
    private readonly ipc: Ipc,
    readonly name: string,
    private readonly found: (view: ReviewView) => void,
  ) {}

  /** Tells whether the last passphrase was not that of the file. */
  get wrong(): boolean {
    return this.fault?.code === "wrong_passphrase";
  }

  open(passphrase: string): Promise<void> {
    this.thousandths = null;
    return this.ask(() => this.ipc.openSource(passphrase, ({ thousandths }) => (this.thousandths = thousandths)));
  }

  /** Leaves the file out and goes on with what else there is. */
  skip(): Promise<void> {
    return this.ask(() => this.ipc.skipSource());
  }

  /** Stops the derivation; the file waits on. */
  stop(): void {
    void this.ipc.stopSource().catch(() => {});
  }

  private async ask(question: () => Promise<ReviewView>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.fault = null;
    try {
      this.found(await question());
    } catch (thrown) {
      const fault = Fault.from(thrown);
      // Who stopped it knows.
      this.fault = fault.code === "cancelled" ? null : fault;
    } finally {
      this.busy = false;
    }
  }
}
