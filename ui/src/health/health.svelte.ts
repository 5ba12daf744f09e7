import type { ConcernView, FindingView, HealthView, Ipc } from "../ipc";
import { Attempts } from "../ipc/attempts.svelte";

/** Is what lies over the list: nothing, or what wants attention. */
export type Stage = { at: "closed" } | { at: "open" };

/** Names what an action does; each concern has one. */
export type Mend = "backup" | "clock" | "codes" | "details" | "enrol" | "policy" | "scan" | "slots";

/** What mends each concern. */
export const mends: Record<ConcernView, Mend> = {
  backup_failing: "backup",
  backup_outdated: "backup",
  backup_waiting: "backup",
  clock_behind: "clock",
  counter_ahead: "details",
  drill_due: "backup",
  duplicate_accounts: "details",
  few_recovery_codes: "codes",
  no_backup: "backup",
  not_in_backup: "backup",
  one_way_only: "slots",
  recovery_codes_open: "codes",
  required_missing: "policy",
  unverified: "enrol",
  weak_secret: "scan",
};

/** Knows what wants attention: the same as `sterk doctor`. */
export class Health extends Attempts {
  stage = $state.raw<Stage>({ at: "closed" });
  view = $state.raw<HealthView>({ findings: [], backed_up_at: null });

  constructor(private readonly ipc: Ipc) {
    super();
  }

  get findings(): readonly FindingView[] {
    return this.view.findings;
  }

  /** Counts what should be seen without being asked for. */
  get pressing(): number {
    return this.findings.filter(({ pressing }) => pressing).length;
  }

  /** Looks without a word: a look that fails shows when somebody asks. */
  async look(): Promise<void> {
    try {
      this.view = await this.ipc.health();
    } catch {
      // The list says by itself when the vault is locked.
    }
  }

  async open(): Promise<void> {
    await this.try(async () => {
      this.view = await this.ipc.health();
      this.stage = { at: "open" };
    });
  }

  close(): void {
    this.fault = null;
    this.stage = { at: "closed" };
  }
}
