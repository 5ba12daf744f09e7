import { Fault, type AccountView, type CodesView, type CodeView, type Ipc, type ListView } from "../ipc";
import { language } from "../words/index.svelte";
import { ordered } from "./text";

/** Longest sleep between two looks at the clock: a suspended computer stops timers, not time. */
const LONGEST_WAIT_MS = 30_000;

/** Seconds by which a timer is late after a sleep, and never otherwise. */
const LATE = 2;

/** Holds the accounts on show and their codes, and asks for new codes when the earliest one ends. */
export class Codes {
  accounts = $state.raw<readonly AccountView[]>([]);
  codes = $state.raw<ReadonlyMap<string, CodeView>>(new Map());
  loaded = $state(false);
  fault = $state.raw<Fault | null>(null);
  /** Counts how often the clock may have jumped: a window that was away, a computer that slept. */
  beat = $state(0);
  /** Id of the account whose code was copied a moment ago. */
  copied = $state<string | null>(null);

  /** Accounts on show: all of them in the person's order, or what was found, the best first. */
  readonly shown = $derived.by(() => {
    const all = ordered(this.accounts, language.words.tag);
    if (!this.hits) return all;
    const known = new Map(all.map((account) => [account.id, account]));
    return this.hits.map((id) => known.get(id)).filter((account) => account !== undefined);
  });

  /** Settles when what is on show fits what was typed. */
  settled: Promise<void> = Promise.resolve();

  private typed = $state("");
  private hits = $state.raw<readonly string[] | null>(null);
  private ahead_ms = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private answer: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;

  constructor(private readonly ipc: Ipc) {}

  /** Returns the shell's time in Unix seconds, fractions included. */
  now(): number {
    return (Date.now() + this.ahead_ms) / 1000;
  }

  get query(): string {
    return this.typed;
  }

  /** Searches in the shell; until it answers, what was found before stays. */
  set query(words: string) {
    this.typed = words;
    this.settled = this.find(words);
  }

  private async find(words: string): Promise<void> {
    if (words.trim() === "") this.hits = null;
    else
      await this.try(async () => {
        const hits = await this.ipc.search(words);
        if (words === this.typed) this.hits = hits;
      });
  }

  async load(): Promise<void> {
    this.fault = null;
    await this.try(async () => {
      const list = await this.ipc.accounts();
      if (!this.stopped) await this.show(list);
    });
  }

  /** Shows a list at once, and asks for its codes where they did not come along. */
  async show({ accounts, codes }: ListView): Promise<void> {
    this.accounts = accounts;
    this.loaded = true;
    const found = this.find(this.typed);
    if (codes.codes.length === accounts.length) this.take(codes);
    else await this.refresh();
    await found;
  }

  /** Copies in the shell; answers the seconds until the clipboard is cleared, or nothing when it failed. */
  async copy(id: string): Promise<number | null> {
    this.fault = null;
    return this.try(async () => {
      const { clears_in } = await this.ipc.copyCode(id);
      this.copied = id;
      clearTimeout(this.answer);
      this.answer = setTimeout(() => (this.copied = null), 1800);
      return clears_in;
    });
  }

  /** Uses up one counter value of a counter-based account and shows its code. */
  async advance(id: string): Promise<void> {
    this.fault = null;
    await this.try(async () => {
      const code = await this.ipc.nextCode(id);
      this.codes = new Map(this.codes).set(id, code);
    });
  }

  /** Looks at the clock, and asks for codes when one has ended; call it when the window comes back. */
  async wake(): Promise<void> {
    this.beat++;
    await this.look();
  }

  private async look(): Promise<void> {
    if (this.now() >= this.earliest()) await this.try(() => this.refresh());
    else this.schedule();
  }

  /** Forgets every code and stops asking. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.answer);
    this.accounts = [];
    this.codes = new Map();
  }

  forgive(): void {
    this.fault = null;
  }

  private async refresh(): Promise<void> {
    const codes = await this.ipc.codes(this.accounts.map((account) => account.id));
    if (!this.stopped) this.take(codes);
  }

  private take({ now_ms, codes }: CodesView): void {
    this.ahead_ms = now_ms - Date.now();
    this.codes = new Map(codes.map((code) => [code.id, code]));
    this.schedule();
  }

  private earliest(): number {
    let earliest = Infinity;
    for (const code of this.codes.values()) if (code.state === "code") earliest = Math.min(earliest, code.valid_until);
    return earliest;
  }

  private schedule(): void {
    clearTimeout(this.timer);
    const due_ms = (this.earliest() - this.now()) * 1000;
    if (this.stopped || due_ms === Infinity) return;
    const wait_ms = Math.min(Math.max(due_ms, 50), LONGEST_WAIT_MS);
    const expected = this.now() + wait_ms / 1000;
    this.timer = setTimeout(() => {
      if (this.now() > expected + LATE) void this.wake();
      else void this.look();
    }, wait_ms);
  }

  private async try<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (thrown) {
      this.fault = Fault.from(thrown);
      return null;
    }
  }
}
