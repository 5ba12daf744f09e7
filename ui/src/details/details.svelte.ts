import { Fault, type BinnedView, type Change, type DetailsView, type Ipc, type RecoveryView } from "../ipc";
import { Attempts } from "../ipc/attempts.svelte";

/** Is what lies over the list: nothing, one account, or the bin. */
export type Stage = { at: "closed" } | { at: "account"; view: DetailsView } | { at: "bin" };

/** Is what may be undone: the account that went to the bin last. */
export interface Removed {
  readonly id: string;
  readonly who: string;
}

/** Follows one account under the person's eyes, and what went to the bin. */
export class Details extends Attempts {
  stage = $state.raw<Stage>({ at: "closed" });
  bin = $state.raw<readonly BinnedView[]>([]);
  /** What Ctrl+Z brings back; it outlives the notice. */
  removed = $state.raw<Removed | null>(null);
  /** Whether the notice about it is on show. */
  noticed = $state(false);

  constructor(private readonly ipc: Ipc) {
    super();
  }

  /** Learns what is in the bin. */
  async look(): Promise<void> {
    try {
      this.bin = await this.ipc.bin();
    } catch (thrown) {
      this.fault = Fault.from(thrown);
    }
  }

  async open(id: string): Promise<void> {
    if (this.stage.at !== "closed") return;
    await this.try(async () => void (this.stage = { at: "account", view: await this.ipc.details(id) }));
  }

  async openBin(): Promise<void> {
    if (this.stage.at !== "closed") return;
    await this.try(async () => {
      this.bin = await this.ipc.bin();
      this.stage = { at: "bin" };
    });
  }

  close(): void {
    this.fault = null;
    this.stage = { at: "closed" };
  }

  /** Takes in how many recovery codes there are now. */
  count(recovery: RecoveryView): void {
    if (this.stage.at === "account") this.stage = { at: "account", view: { ...this.stage.view, recovery } };
  }

  /** Keeps what was changed; answers whether it did. */
  async save(change: Partial<Change>, pin: string | null): Promise<boolean> {
    const { stage } = this;
    if (stage.at !== "account") return false;
    return this.try(async () => {
      if (Object.keys(change).length > 0 || pin !== null) await this.ipc.changeAccount(stage.view.account.id, change, pin);
      this.close();
    });
  }

  /** Brings back what is kept aside, or forgets it; answers whether it did. */
  async turn(what: "restore" | "forget"): Promise<boolean> {
    const { stage } = this;
    if (stage.at !== "account") return false;
    const { id } = stage.view.account;
    return this.try(async () => {
      const view = await (what === "restore" ? this.ipc.restoreSecret(id) : this.ipc.forgetAside(id));
      // The form still says what was before; what came back is looked at anew.
      if (what === "restore") this.close();
      else this.stage = { at: "account", view };
    });
  }

  /** Moves an account to the bin; answers whether it did. */
  async remove(id: string, who: string): Promise<boolean> {
    return this.try(async () => {
      await this.ipc.removeAccount(id);
      this.close();
      this.removed = { id, who };
      this.noticed = true;
      this.bin = await this.ipc.bin();
    });
  }

  /** Brings back what went to the bin last; answers its name, or nothing. */
  async undo(): Promise<string | null> {
    const { removed } = this;
    return removed && (await this.restore(removed.id)) ? removed.who : null;
  }

  /** Takes an account out of the bin; answers whether it did. */
  async restore(id: string): Promise<boolean> {
    return this.try(async () => {
      await this.ipc.restoreAccount(id);
      if (this.removed?.id === id) this.removed = null;
      this.noticed &&= this.removed !== null;
      this.bin = await this.ipc.bin();
      if (this.bin.length === 0 && this.stage.at === "bin") this.close();
    });
  }
}

/** Reads tags as they are typed, between commas; each counts once. */
export function tagsIn(typed: string): string[] {
  const tags = typed.split(",").map((tag) => tag.trim());
  return [...new Set(tags.filter((tag) => tag !== ""))];
}
