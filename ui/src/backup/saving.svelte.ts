import type { BackupView, Ipc } from "../ipc";
import { Attempts } from "../ipc/attempts.svelte";

/** Names what leaves the vault in a file: everything, or the recovery codes alone. */
export type What = "backup" | "recovery_file";

/** Is how far saving has come: the passphrase of the file, the question who is there, or the file. */
export type Stage = { at: "form" } | { at: "proving" } | { at: "saved"; view: BackupView };

/** Leads from a passphrase to a file that was opened again; the shell asks where it goes. */
export class Saving extends Attempts {
  stage = $state.raw<Stage>({ at: "form" });

  private words = "";

  constructor(
    private readonly ipc: Ipc,
    readonly what: What,
  ) {
    super();
  }

  /** Takes the passphrase of the file, and asks who is there. */
  ask(words: string): void {
    this.fault = null;
    this.words = words;
    this.stage = { at: "proving" };
  }

  /** Writes the file, once the person has proved who they are; back to the form when they named no place. */
  async save(): Promise<BackupView | null> {
    const { words } = this;
    this.words = "";
    let view: BackupView | null = null;
    this.stage = { at: "form" };
    await this.try(async () => {
      view = await (this.what === "backup" ? this.ipc.backUp(words) : this.ipc.saveRecoveryCodes(words));
      if (view) this.stage = { at: "saved", view };
    });
    return view;
  }

  /** Forgets the passphrase, because the page is gone. */
  stop(): void {
    this.words = "";
    // A vault that is locked has nothing left to conceal.
    if (this.stage.at === "proving") void this.ipc.conceal().catch(() => {});
  }
}
