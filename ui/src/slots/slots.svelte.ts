import type { Fault, Ipc, RekeyedView, SlotKindView, SlotsView, SlotView, StrengthView } from "../ipc";
import { Attempts } from "../ipc/attempts.svelte";

/** Is a change that waits for the proof of who asks for it. */
export type Deed =
  | { does: "add"; kind: SlotKindView; name: string; passphrase: string }
  | { does: "change"; slot: string; passphrase: string }
  | { does: "rekey"; passphrases: readonly string[]; without: readonly string[] }
  | { does: "remove"; slot: string }
  | { does: "rename"; slot: string; name: string };

/** Is what is being decided: a form, without anything asked of the shell yet. */
export type Form =
  | { does: "add"; kind: SlotKindView }
  | { does: "change" | "remove" | "rename"; slot: SlotView }
  | { does: "rekey" };

export type Stage =
  | { at: "closed" }
  | { at: "list" }
  | { at: "form"; form: Form }
  | { at: "proving"; deed: Deed }
  | { at: "working" }
  | { at: "paper"; groups: readonly string[]; of: "slot" | "vault" }
  | { at: "rekeyed"; copies: readonly string[] };

const none: SlotsView = { slots: [], keyring: false };

/** Leads through the ways to unlock: each change is decided, then proved, then done. */
export class Slots extends Attempts {
  stage = $state.raw<Stage>({ at: "closed" });
  view = $state.raw<SlotsView>(none);
  /** What was done last, for a word about it. */
  done = $state.raw<Deed["does"] | null>(null);

  constructor(private readonly ipc: Ipc) {
    super();
  }

  /** Tells whether another way may be removed: the last one stays. */
  get several(): boolean {
    return this.view.slots.length > 1;
  }

  async open(): Promise<void> {
    this.done = null;
    await this.try(async () => {
      this.view = await this.ipc.slots();
      this.stage = { at: "list" };
    });
  }

  decide(form: Form): void {
    this.fault = null;
    this.done = null;
    this.stage = { at: "form", form };
  }

  /** Asks who is there, before the change is made. */
  ask(deed: Deed): void {
    this.fault = null;
    this.stage = { at: "proving", deed };
  }

  /** Makes the change, once the person has proved who they are; what is refused is told on the list. */
  async perform(): Promise<void> {
    if (this.stage.at !== "proving") return;
    const { deed } = this.stage;
    // Nothing else can be begun meanwhile: a late answer would put it away.
    this.stage = { at: "working" };
    await this.try(() => this.make(deed));
    if (this.stage.at === "working") this.stage = { at: "list" };
  }

  /** Puts in place what waited for the paper. */
  async kept(): Promise<void> {
    if (this.stage.at !== "paper") return;
    const { of } = this.stage;
    await this.try(async () => {
      if (of === "slot") this.finish("add", await this.ipc.keepRecoveryKey());
      else this.rekeyed(await this.ipc.finishRekey());
    });
    // What was shown is used up, whether or not it could be put in place.
    if (this.stage.at === "paper") this.stage = { at: "list" };
  }

  /** Copies the recovery key on show; answers the seconds until the clipboard is cleared, or nothing when it failed. */
  async copyKey(): Promise<number | null> {
    if (this.stage.at !== "paper") return null;
    const copied = await this.ipc.copyRecoveryKey(this.stage.groups.join("-")).catch(() => null);
    return copied?.clears_in ?? null;
  }

  async print(): Promise<void> {
    await this.try(async () => void (await this.ipc.print()));
  }

  weigh(passphrase: string): Promise<StrengthView> {
    return this.ipc.weighPassphrase(passphrase);
  }

  /** Steps back to the list; what was begun is dropped. */
  back(): void {
    this.drop();
    this.fault = null;
    this.stage = { at: "list" };
  }

  close(): void {
    if (this.stage.at !== "closed") this.drop();
    this.fault = null;
    this.stage = { at: "closed" };
  }

  forgive(): void {
    this.fault = null;
  }

  private async make(deed: Deed): Promise<void> {
    if (deed.does === "add") await this.add(deed);
    else if (deed.does === "change") this.finish("change", await this.ipc.changeSlot(deed.slot, deed.passphrase));
    else if (deed.does === "remove") this.finish("remove", await this.ipc.removeSlot(deed.slot));
    else if (deed.does === "rename") this.finish("rename", await this.ipc.renameSlot(deed.slot, deed.name));
    else await this.rekey(deed.passphrases, deed.without);
  }

  private async add({ kind, name, passphrase }: Extract<Deed, { does: "add" }>): Promise<void> {
    if (kind === "keyring") this.finish("add", await this.ipc.addKeyringSlot(name));
    else if (kind === "passphrase") this.finish("add", await this.ipc.addPassphraseSlot(name, passphrase));
    else this.show((await this.ipc.addRecoveryKey(name)).groups, "slot");
  }

  /** Shows a new recovery key; one that comes after the sheet was put away is dropped. */
  private show(groups: readonly string[], of: "slot" | "vault"): void {
    if (this.stage.at === "closed") void this.ipc.discardSlots().catch(() => {});
    else this.stage = { at: "paper", groups, of };
  }

  private async rekey(passphrases: readonly string[], without: readonly string[]): Promise<void> {
    const { recovery_key } = await this.ipc.beginRekey(passphrases, without);
    if (recovery_key) this.show(recovery_key.groups, "vault");
    else this.rekeyed(await this.ipc.finishRekey());
  }

  private rekeyed({ slots, copies }: RekeyedView): void {
    this.finish("rekey", slots);
    if (this.stage.at !== "closed") this.stage = { at: "rekeyed", copies };
  }

  private finish(does: Deed["does"], view: SlotsView): void {
    this.view = view;
    this.done = does;
    if (this.stage.at !== "closed") this.stage = { at: "list" };
  }

  /** Ends what the shell holds of something begun; a vault that is locked has nothing left to end. */
  private drop(): void {
    if (this.stage.at === "proving") void this.ipc.conceal().catch(() => {});
    if (this.stage.at === "paper") void this.ipc.discardSlots().catch(() => {});
  }
}

/** Tells whether a fault means that the session is over. */
export function isOver(fault: Fault | null): boolean {
  return fault?.code === "locked" || fault?.code === "vault_rekeyed";
}
