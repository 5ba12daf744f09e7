import type { DetailsView, EmergencyView, Ipc } from "../ipc";
import { Attempts } from "../ipc/attempts.svelte";

/** Is what lies over the list: nothing, what to try for one account, or the emergency sheet. */
export type Stage = { at: "closed" } | { at: "lost"; of: DetailsView } | { at: "sheet"; view: EmergencyView };

/** Follows the day an account does not open, and the sheet for the day the computer is gone. */
export class Access extends Attempts {
  stage = $state.raw<Stage>({ at: "closed" });
  /** Where the sheet was saved last. */
  saved = $state<string | null>(null);

  constructor(private readonly ipc: Ipc) {
    super();
  }

  async open(id: string): Promise<void> {
    await this.try(async () => void (this.stage = { at: "lost", of: await this.ipc.details(id) }));
  }

  async openSheet(): Promise<void> {
    await this.try(async () => {
      this.saved = null;
      this.stage = { at: "sheet", view: await this.ipc.emergencySheet() };
    });
  }

  close(): void {
    this.fault = null;
    this.stage = { at: "closed" };
  }

  /** Notes who resets the account. */
  async note(reset_by: string): Promise<void> {
    const { stage } = this;
    if (stage.at !== "lost") return;
    await this.try(async () => {
      this.stage = { at: "lost", of: await this.ipc.changeAccount(stage.of.account.id, { reset_by: reset_by.trim() }, null) };
    });
  }

  /** Opens the link by which the account is reset, in the person's browser. */
  async link(): Promise<void> {
    const { stage } = this;
    if (stage.at === "lost") await this.try(async () => void (await this.ipc.openReset(stage.of.account.id)));
  }

  async print(): Promise<void> {
    await this.try(async () => void (await this.ipc.print()));
  }

  async save(): Promise<void> {
    await this.try(async () => {
      this.saved = (await this.ipc.saveEmergencySheet())?.file ?? this.saved;
    });
  }
}
