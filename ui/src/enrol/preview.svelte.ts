import { Fault, type FormWords, type Ipc, type PreviewView } from "../ipc";

/** Shows what a form would make: asks anew when a field changes and when the code ends. */
export class Preview {
  shown = $state.raw<PreviewView | null>(null);
  fault = $state.raw<Fault | null>(null);

  /** Counts the questions, so that a late answer to an older one does not count. */
  private turn = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly ipc: Ipc) {}

  async ask(form: FormWords, secret: string): Promise<void> {
    const turn = this.stop();
    try {
      const shown = await this.ipc.preview(form, secret);
      if (turn !== this.turn) return;
      this.fault = null;
      this.shown = shown;
      if (shown.state !== "right" || shown.code.state !== "code") return;
      const left_ms = shown.code.valid_until * 1000 - Date.now();
      this.timer = setTimeout(() => void this.ask(form, secret), Math.max(left_ms, 250));
    } catch (thrown) {
      if (turn === this.turn) this.fault = Fault.from(thrown);
    }
  }

  /** Asks no more; answers the turn that comes. */
  stop(): number {
    clearTimeout(this.timer);
    return ++this.turn;
  }
}
