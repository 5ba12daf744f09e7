import { Fault } from "./index";

/** Asks the shell one thing at a time, and keeps why the last one failed. */
export class Attempts {
  busy = $state(false);
  fault = $state.raw<Fault | null>(null);

  /** Answers whether the work was done; it is not begun while other work runs. */
  protected async try(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.fault = null;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.fault = Fault.from(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
