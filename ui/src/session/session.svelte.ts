import { Fault, type Ipc, type ListView, type SessionView, type StrengthView } from "../ipc";
import { Settings } from "../settings/settings.svelte";

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

/** How long a keyring may take before the locked screen shows. */
const PATIENCE_MS = 300;

/** Follows the vault through its states: none, locked, unlocked. */
export class Session {
  screen = $state.raw<Screen>({ at: "starting" });
  busy = $state(false);
  fault = $state.raw<Fault | null>(null);
  /** Seconds until the next passphrase may be tried. */
  waiting = $state(0);

  /** Counts what was asked, so that a late answer to something given up does not count. */
  private turn = 0;

  /** The list that came with the first answer, until it is taken. */
  private list: ListView | null = null;

  private timer: ReturnType<typeof setInterval> | undefined;

  /** How the page looks and speaks, from the first answer on. */
  readonly settings: Settings;

  constructor(private readonly ipc: Ipc) {
    this.settings = new Settings(ipc);
  }

  /**
   * Finds where things stand; a keyring that opens the vault is used without asking, unless it was locked.
   *
   * The locked screen waits a moment, because most keyrings answer before anybody could read it.
   */
  async start(): Promise<void> {
    await this.try(async () => {
      const { session: view, settings, list } = await this.ipc.start();
      await this.settings.adopt(settings);
      this.list = list;
      if (view.state !== "locked" || !view.keyring || view.shut) return this.show(view);
      const slow = setTimeout(() => this.showFirst(view), PATIENCE_MS);
      try {
        this.show(await this.ipc.unlockWithKeyring());
      } finally {
        clearTimeout(slow);
        this.showFirst(view);
      }
    });
  }

  /** Hands over the list that came with the first answer, once. */
  taken(): ListView | null {
    const { list } = this;
    this.list = null;
    return list;
  }

  async create(keyring: boolean, passphrase: string | null): Promise<void> {
    await this.try(async () => {
      const { groups } = await this.ipc.createVault(keyring, passphrase);
      this.screen = { at: "recovery-key", groups };
    });
  }

  /** Copies the recovery key on show; answers the seconds until the clipboard is cleared, or nothing when it failed. */
  async copyKey(): Promise<number | null> {
    if (this.screen.at !== "recovery-key") return null;
    const copied = await this.ipc.copyRecoveryKey(this.screen.groups.join("-")).catch(() => null);
    return copied?.clears_in ?? null;
  }

  /** Says how hard a passphrase is to guess. */
  weigh(passphrase: string): Promise<StrengthView> {
    return this.ipc.weighPassphrase(passphrase);
  }

  /** Opens the system's dialog for printing what is on show. */
  async print(): Promise<void> {
    await this.try(async () => void (await this.ipc.print()));
  }

  /** Forgets the recovery key on show; from here on nobody can see it again. */
  kept(): void {
    this.screen = { at: "unlocked" };
  }

  async unlock(way: Way, words: string): Promise<void> {
    await this.try(async () => {
      if (way === "keyring") this.show(await this.ipc.unlockWithKeyring());
      else if (way === "passphrase") await this.unlockWith(words);
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

  /** Waits no longer for what was asked last; another way may be tried at once. */
  forgive(): void {
    this.turn++;
    this.busy = false;
    this.fault = null;
  }

  private async unlockWith(passphrase: string): Promise<void> {
    try {
      this.show(await this.ipc.unlockWithPassphrase(passphrase));
    } catch (thrown) {
      const view = await this.ipc.session().catch(() => null);
      if (view?.state === "locked") this.wait(view.wait_seconds);
      throw thrown;
    }
  }

  /** Counts the seconds down by the clock, because a timer may be late. */
  private wait(seconds: number): void {
    clearInterval(this.timer);
    this.waiting = seconds;
    if (seconds === 0) return;
    const until_ms = Date.now() + seconds * 1000;
    this.timer = setInterval(() => {
      this.waiting = Math.max(0, Math.ceil((until_ms - Date.now()) / 1000));
      if (this.waiting === 0) clearInterval(this.timer);
    }, 500);
  }

  /** Shows where things stood at the start, unless they have moved on. */
  private showFirst(view: SessionView): void {
    if (this.screen.at === "starting") this.show(view);
  }

  private show(view: SessionView): void {
    this.wait(view.state === "locked" ? view.wait_seconds : 0);
    if (view.state === "first_run") this.screen = { at: "first-run", keyring: view.keyring };
    else if (view.state === "locked") this.screen = { at: "locked", ways: ways(view) };
    else this.screen = { at: "unlocked" };
  }

  private async try(work: () => Promise<void>): Promise<void> {
    const turn = ++this.turn;
    this.busy = true;
    this.fault = null;
    try {
      await work();
    } catch (thrown) {
      if (turn === this.turn) this.fault = Fault.from(thrown);
    } finally {
      if (turn === this.turn) this.busy = false;
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
