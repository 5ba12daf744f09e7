import type { BackupView, Change, DetailsView, Ipc, RecoveryView } from "../ipc";
import { Attempts } from "../ipc/attempts.svelte";

/** Is what to try when a service refuses the code, the likeliest first. */
export type Remedy = "clock" | "fresh" | "facts" | "rescan";

/** Is how far the assistant has come; what is done at a stage is in the vault before the next begins. */
export type Stage =
  | { at: "closed" }
  | { at: "code"; of: DetailsView }
  | { at: "refused"; of: DetailsView; remedy: Remedy }
  | { at: "recovery"; of: DetailsView }
  | { at: "backup"; of: DetailsView }
  | { at: "done"; of: DetailsView; backup: BackupView | null };

/** Leads through an enrolment after the account is kept: the code, the recovery codes, a fresh backup. */
export class Assistant extends Attempts {
  stage = $state.raw<Stage>({ at: "closed" });
  /** Whether the vault was changed at a time the clock has not reached. */
  behind = $state(false);

  constructor(private readonly ipc: Ipc) {
    super();
  }

  /** Goes on where an enrolment stands, or begins at its recovery codes. */
  async open(id: string, from?: "recovery"): Promise<void> {
    await this.try(async () => {
      const of = await this.ipc.details(id);
      this.stage = from ? { at: from, of } : begun(of);
    });
  }

  /** Leaves it where it stands. */
  close(): void {
    this.fault = null;
    this.stage = { at: "closed" };
  }

  async accepted(): Promise<void> {
    await this.keep({ verified: true }, (of) => this.past(of));
  }

  /** Begins with what may be wrong, and learns what can be known of the clock. */
  async refused(): Promise<void> {
    const { stage } = this;
    if (stage.at !== "code") return;
    this.stage = { at: "refused", of: stage.of, remedy: remedies(stage.of)[0] };
    await this.try(async () => {
      const { findings } = await this.ipc.health();
      this.behind = findings.some(({ concern }) => concern === "clock_behind");
    });
  }

  /** Goes to the next remedy; the last one stays. */
  still(): void {
    const { stage } = this;
    if (stage.at !== "refused") return;
    const all = remedies(stage.of);
    const remedy = all[all.indexOf(stage.remedy) + 1];
    if (remedy) this.stage = { ...stage, remedy };
  }

  /** Goes back to the code, or one remedy back. */
  back(): void {
    const { stage } = this;
    if (stage.at !== "refused") return;
    const all = remedies(stage.of);
    const remedy = all[all.indexOf(stage.remedy) - 1];
    this.stage = remedy ? { ...stage, remedy } : { at: "code", of: stage.of };
  }

  /** Says what becomes of recovery codes that are not kept now. */
  async without(said: "later" | "none_given"): Promise<void> {
    await this.keep({ recovery: said }, (of) => ({ at: "backup", of }));
  }

  /** Takes in that recovery codes were kept. */
  kept(recovery: RecoveryView): void {
    const { stage } = this;
    if (stage.at === "recovery") this.stage = { at: "backup", of: { ...stage.of, recovery, enrolment: "kept" } };
  }

  /** Ends with a backup, or without one. */
  backed(backup: BackupView | null): void {
    const { stage } = this;
    if (stage.at === "backup") this.stage = { at: "done", of: stage.of, backup };
  }

  private past(of: DetailsView): Stage {
    return of.enrolment === "open" ? { at: "recovery", of } : { at: "backup", of };
  }

  private async keep(change: Partial<Change>, then: (of: DetailsView) => Stage): Promise<void> {
    const { stage } = this;
    if (stage.at === "closed") return;
    await this.try(async () => {
      const of = await this.ipc.changeAccount(stage.of.account.id, change, null);
      // It may have been closed meanwhile.
      if (this.stage.at !== "closed") this.stage = then(of);
    });
  }
}

function begun(of: DetailsView): Stage {
  if (of.enrolment === "unverified") return { at: "code", of };
  if (of.enrolment === "open" || of.recovery.few) return { at: "recovery", of };
  return { at: "backup", of };
}

/** Names what to try for this account; a counter knows no clock. */
export function remedies({ account }: DetailsView): readonly [Remedy, ...Remedy[]] {
  return account.kind === "hotp" ? ["fresh", "facts", "rescan"] : ["clock", "fresh", "facts", "rescan"];
}
