import type { BackupsView, DrillView, Fault, Ipc, RestoreRowView, RestoreView } from "../ipc";
import { Attempts } from "../ipc/attempts.svelte";

/** Is what lies over the list: nothing, how the folders stand, or one thing that is done about them. */
export type Stage =
  | { at: "closed" }
  | { at: "list" }
  | { at: "setup" }
  | { at: "proving" }
  | { at: "drill"; found: DrillView | null }
  | { at: "restore" }
  | { at: "choose"; view: RestoreView };

const none: BackupsView = { on: false, keep_count: 30, keep_days: null, folders: [], drilled_at: null, drill_after: 90, undoable: null };

/** Leads through automatic backups: setting up, trying one, bringing accounts back. */
export class Backups extends Attempts {
  stage = $state.raw<Stage>({ at: "closed" });
  view = $state.raw<BackupsView>(none);
  /** How many accounts were brought back or put back a moment ago. */
  done = $state.raw<{ what: "restored" | "undone"; accounts: number } | null>(null);

  private words = "";

  constructor(private readonly ipc: Ipc) {
    super();
  }

  /** Tells whether something was changed since the last backup somewhere. */
  get changed(): boolean {
    return this.view.on && this.view.folders.some(({ changed_since }) => changed_since);
  }

  /** Looks without a word. */
  async look(): Promise<void> {
    try {
      this.view = await this.ipc.backups();
    } catch {
      // The list says by itself when the vault is locked.
    }
  }

  async open(stage: Stage = { at: "list" }): Promise<void> {
    this.done = null;
    await this.try(async () => {
      this.view = await this.ipc.backups();
      this.stage = stage;
    });
  }

  go(stage: Stage): void {
    this.fault = null;
    this.done = null;
    this.stage = stage;
  }

  /** Takes the passphrase of the backups, and asks who is there. */
  ask(words: string): void {
    this.words = words;
    this.go({ at: "proving" });
  }

  /** Switches them on, once the person has proved who they are. */
  async setUp(): Promise<void> {
    const { words } = this;
    this.words = "";
    const done = await this.change(() => this.ipc.setUpBackups(words));
    this.stage = { at: done ? "list" : "setup" };
  }

  /** Asks the shell for a change, and shows how things stand then; nothing where a dialog was closed. */
  change(work: () => Promise<BackupsView | null>): Promise<boolean> {
    this.done = null;
    return this.try(async () => {
      this.view = (await work()) ?? this.view;
    });
  }

  add(): Promise<boolean> {
    return this.change(() => this.ipc.addBackupFolder());
  }

  remove(place: number, folder: string): Promise<boolean> {
    return this.change(() => this.ipc.removeBackupFolder(place, folder));
  }

  keep(count: number, days: number | null): Promise<boolean> {
    return this.change(() => this.ipc.keepBackups(count, days));
  }

  now(): Promise<boolean> {
    return this.change(() => this.ipc.backUpNow());
  }

  stop(): Promise<boolean> {
    return this.change(() => this.ipc.stopBackups());
  }

  remind(drill_after: BackupsView["drill_after"]): Promise<boolean> {
    return this.change(async () => {
      await this.ipc.changeSettings({ drill_after });
      return this.ipc.backups();
    });
  }

  /** Tries the newest backup with its passphrase. */
  drill(words: string): Promise<boolean> {
    return this.change(async () => {
      this.stage = { at: "drill", found: await this.ipc.drill(words) };
      return this.ipc.backups();
    });
  }

  /** Compares the newest backup, or one that is picked, with the vault. */
  compare(words: string, picked: boolean): Promise<boolean> {
    return this.try(async () => {
      const view = picked ? await this.ipc.pickRestore(words) : await this.ipc.newestRestore(words);
      if (view) this.stage = { at: "choose", view };
    });
  }

  restore(ids: readonly string[]): Promise<boolean> {
    return this.finish("restored", () => this.ipc.restore(ids));
  }

  undo(): Promise<boolean> {
    return this.finish("undone", () => this.ipc.undoRestore());
  }

  close(): void {
    this.words = "";
    // A vault that is locked has nothing left to conceal.
    if (this.stage.at === "proving") void this.ipc.conceal().catch(() => {});
    if (this.stage.at === "choose") void this.ipc.discardRestore().catch(() => {});
    this.go({ at: "closed" });
  }

  private finish(what: "restored" | "undone", work: () => Promise<{ accounts: number }>): Promise<boolean> {
    return this.try(async () => {
      const { accounts } = await work();
      this.view = await this.ipc.backups();
      this.stage = { at: "list" };
      this.done = { what, accounts };
    });
  }
}

/** What is taken unless somebody chooses otherwise: what overwrites nothing. */
export function proposed(rows: readonly RestoreRowView[]): ReadonlySet<string> {
  return new Set(rows.filter((row) => row.class === "new").map(({ id }) => id));
}

/** Tells whether a fault means that the vault is shut. */
export function isShut(fault: Fault | null): boolean {
  return fault?.code === "locked" || fault?.code === "vault_rekeyed";
}
