import { Fault, type Ipc, type SessionView } from "../ipc";

/** Is what the person sees before the codes, or the codes themselves. */
export type Screen =
  | { at: "starting" }
  | { at: "first-run"; keyring: boolean }
  | { at: "recovery-key"; groups: readonly string[] }
  | { at: "locked"; ways: Ways }
  | { at: "unlocked" };

/** Names the ways in that this vault has. */
export type Way = "keyring" | "passphrase" | "recovery-key";
export type Ways = readonly Way[];

/** Follows the vault through its states: none, locked, unlocked. */
export class Session {
  screen = $state.raw<Screen>({ at: "starting" });
  busy = $state(false);
  fault = $state.raw<Fault | null>(null);

  constructor(private readonly ipc: Ipc) {}

  /** Finds where things stand; a keyring that opens the vault is used without asking. */
  async start(): Promise<void> {
    await this.try(async () => this.show(await this.ipc.session()));
    if (this.screen.at === "locked" && this.screen.ways.includes("keyring")) await this.unlock("keyring", "");
  }

  async create(keyring: boolean, passphrase: string | null): Promise<void> {
    await this.try(async () => {
      const { groups } = await this.ipc.createVault(keyring, passphrase);
      this.screen = { at: "recovery-key", groups };
    });
  }

  /** Forgets the recovery key on show; from here on nobody can see it again. */
  kept(): void {
    this.screen = { at: "unlocked" };
  }

  async unlock(way: Way, words: string): Promise<void> {
    await this.try(async () => {
      if (way === "keyring") this.show(await this.ipc.unlockWithKeyring());
      else if (way === "passphrase") this.show(await this.ipc.unlockWithPassphrase(words));
      else this.show(await this.ipc.unlockWithRecoveryKey(words));
    });
  }

  async lock(): Promise<void> {
    await this.try(async () => this.show(await this.ipc.lock()));
  }

  /** Shows the locked state after the shell has ended the session by itself, and why. */
  async ended(why: Fault): Promise<void> {
    await this.try(async () => this.show(await this.ipc.session()));
    if (why.code !== "locked") this.fault ??= why;
  }

  forgive(): void {
    this.fault = null;
  }

  private show(view: SessionView): void {
    if (view.state === "first_run") this.screen = { at: "first-run", keyring: view.keyring };
    else if (view.state === "locked") this.screen = { at: "locked", ways: ways(view) };
    else this.screen = { at: "unlocked" };
  }

  private async try(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.fault = null;
    try {
      await work();
    } catch (thrown) {
      this.fault = Fault.from(thrown);
    } finally {
      this.busy = false;
    }
  }
}

function ways(view: Extract<SessionView, { state: "locked" }>): Ways {
  const all: Way[] = [];
  if (view.keyring) all.push("keyring");
  if (view.passphrase) all.push("passphrase");
  if (view.recovery_key) all.push("recovery-key");
  return all;
}
