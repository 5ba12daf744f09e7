import type { HappenedView, Ipc } from "../ipc";
import { Attempts } from "../ipc/attempts.svelte";

/** Is what lies over the list: nothing, or what happened to the vault. */
export type Stage = { at: "closed" } | { at: "open"; trail: readonly HappenedView[] };

/** Shows what happened to the vault: the same as `sterk audit`. */
export class Audit extends Attempts {
  stage = $state.raw<Stage>({ at: "closed" });

  constructor(private readonly ipc: Ipc) {
    super();
  }

  async open(): Promise<void> {
    await this.try(async () => {
      this.stage = { at: "open", trail: await this.ipc.audit() };
    });
  }

  close(): void {
    this.fault = null;
    this.stage = { at: "closed" };
  }
}
