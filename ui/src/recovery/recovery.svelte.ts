import { Fault, type Ipc, type MarkedView, type RecoveryCodeView, type RecoveryView, type TypedCodesView } from "../ipc";
import { Attempts } from "../ipc/attempts.svelte";
import { Countdown } from "../parts/countdown.svelte";

/** Is what the sheet shows: how many there are, the question who is there, the codes, or a list being typed. */
export type Stage = { at: "counted" } | { at: "proving" } | { at: "shown"; codes: readonly RecoveryCodeView[] } | { at: "adding" };

/** Says which code was copied last, and how long it stays in the clipboard. */
export interface Copied {
  readonly place: number;
  readonly clears_in: number;
}

/** Follows the recovery codes of one account; the codes themselves only as long as they may be seen. */
export class Recovery extends Attempts {
  stage = $state.raw<Stage>({ at: "counted" });
  count = $state.raw<RecoveryView>({ unused: 0, used: 0, few: false });
  copied = $state.raw<Copied | null>(null);
  /** What was understood of the list that is being typed. */
  typed = $state.raw<readonly string[]>([]);

  /** Follows the seconds until the codes are hidden again. */
  readonly closing = new Countdown();

  /** Counts the readings, so that a late answer to an older text does not count. */
  private turn = 0;
  private stopped = false;

  constructor(
    private readonly ipc: Ipc,
    private readonly id: string,
    count: RecoveryView,
  ) {
    super();
    this.count = count;
  }

  /** Goes on to another stage; what was on show is forgotten here and in the shell. */
  go(at: "counted" | "proving" | "adding"): void {
    this.forget();
    this.fault = null;
    this.stage = { at };
  }

  /** Shows the codes, once the person has proved who they are. */
  async reveal(): Promise<void> {
    await this.try(async () => {
      const { codes, closes_in } = await this.ipc.recoveryCodes(this.id);
      if (this.stopped) return;
      this.stage = { at: "shown", codes };
      this.closing.start(closes_in, () => this.go("counted"));
    });
  }

  /** Copies a code in the shell, which marks it used in the same action. */
  async copy(place: number): Promise<boolean> {
    return this.try(async () => {
      const marked = await this.ipc.copyRecoveryCode(this.id, place);
      this.take(place, marked);
      if (marked.clears_in !== null && this.stage.at === "shown") this.copied = { place, clears_in: marked.clears_in };
    });
  }

  async mark(place: number, used: boolean): Promise<boolean> {
    return this.try(async () => {
      this.take(place, await this.ipc.markRecoveryCode(this.id, place, used));
      if (this.copied?.place === place) this.copied = null;
    });
  }

  /** Learns what would be kept of a text. */
  async read(text: string): Promise<void> {
    const turn = ++this.turn;
    try {
      const { codes } = text.trim() === "" ? { codes: [] } : await this.ipc.readRecoveryCodes(text);
      if (turn !== this.turn) return;
      this.typed = codes;
      this.fault = null;
    } catch (thrown) {
      if (turn === this.turn) this.fault = Fault.from(thrown);
    }
  }

  /** Lets the person pick the list that a service gave as a file; answers what was understood, nothing when it failed. */
  async picked(): Promise<string> {
    return this.listed(() => this.ipc.pickRecoveryFile());
  }

  /** Reads the lists that were dropped on the window. */
  async dropped(): Promise<string> {
    return this.listed(() => this.ipc.takeRecoveryFile());
  }

  private async listed(ask: () => Promise<TypedCodesView | null>): Promise<string> {
    let codes: readonly string[] = [];
    await this.try(async () => void (codes = (await ask())?.codes ?? []));
    return codes.join("\n");
  }

  /** Keeps what was understood; answers whether it did. */
  async keep(text: string, replace: boolean): Promise<boolean> {
    return this.try(async () => {
      this.count = await this.ipc.addRecoveryCodes(this.id, text, replace);
      this.go("counted");
    });
  }

  /** Forgets everything, because the sheet is gone. */
  stop(): void {
    this.stopped = true;
    this.forget();
    this.stage = { at: "counted" };
  }

  private take(place: number, { used_at, recovery }: MarkedView): void {
    this.count = recovery;
    const { stage } = this;
    if (stage.at !== "shown") return;
    this.stage = { at: "shown", codes: stage.codes.map((code, at) => (at === place ? { ...code, used_at } : code)) };
  }

  private forget(): void {
    this.closing.stop();
    this.turn++;
    this.copied = null;
    this.typed = [];
    // A vault that is locked has nothing left to conceal.
    if (this.stage.at === "shown" || this.stage.at === "proving") void this.ipc.conceal().catch(() => {});
  }
}
