import { Fault, type AccountView, type CodesView, type CodeView, type Ipc, type ListView } from "../ipc";
import { language } from "../words/index.svelte";
import { PLAIN } from "./span";
import { movedTo, neighbours, ordered } from "./text";

/** Longest sleep between two looks at the clock: a suspended computer stops timers, not time. */
const LONGEST_WAIT_MS = 30_000;

/** Seconds by which a timer is late after a sleep, and never otherwise. */
const LATE = 2;

/** Codes asked for before the list says what is in view. */
const FIRST = 20;

/** Holds the accounts on show and the codes of those in view, and asks for new ones when the earliest ends. */
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
    if (!this.hits) return this.moved ? movedTo(this.sorted, this.moved.id, this.moved.place) : this.sorted;
    const known = new Map(this.sorted.map((account) => [account.id, account]));
    return this.hits.map((id) => known.get(id)).filter((account) => account !== undefined);
  });

  /** Settles when what is on show fits what was typed. */
  settled: Promise<void> = Promise.resolve();

  /** The row that is shown at another place than the vault knows, until it is kept there. */
  moved = $state.raw<{ readonly id: string; readonly place: number } | null>(null);

  private readonly sorted = $derived(ordered(this.accounts, language.words.tag));
  private keeping: Promise<unknown> = Promise.resolve();
  private typed = $state("");
  private hits = $state.raw<readonly string[] | null>(null);
  private seen: readonly string[] | null = null;
  private asking = false;
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

  /** Learns which rows are near the view, and asks for the codes they lack. */
  async see(ids: readonly string[]): Promise<void> {
    this.seen = ids;
    if (!this.asking && this.accounts.length > PLAIN) await this.try(() => this.fill());
  }

  /** Asks one question at a time, however fast the list moves; what stays unanswered is not asked again. */
  private async fill(): Promise<void> {
    let before: readonly string[] = [];
    this.asking = true;
    try {
      for (let lacking = this.lacking(); lacking.some((id) => !before.includes(id)); lacking = this.lacking()) {
        before = lacking;
        const more = await this.ipc.codes(lacking);
        if (!this.stopped) this.take(more, this.codes);
      }
    } finally {
      this.asking = false;
    }
  }

  /** Names the accounts whose codes are of use now: all of a small vault, so that a search finds them ready. */
  private wanted(): readonly string[] {
    const all = this.accounts.length <= PLAIN ? this.accounts : null;
    return all?.map(({ id }) => id) ?? this.seen ?? this.shown.slice(0, FIRST).map(({ id }) => id);
  }

  private lacking(): readonly string[] {
    const now = this.now();
    const ended = (code: CodeView | undefined): boolean => !code || (code.state === "code" && code.valid_until <= now);
    return this.stopped ? [] : this.wanted().filter((id) => ended(this.codes.get(id)));
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
    await this.try(() => this.read());
  }

  private async read(): Promise<void> {
    const list = await this.ipc.accounts();
    if (!this.stopped) await this.show(list);
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

  /** Tells whether rows can be moved: what a search found is in an order of its own. */
  get movable(): boolean {
    return this.hits === null;
  }

  /** Keeps the row that was moved where it is shown; answers its place, from 0, or nothing when it failed. */
  async keepPlace(): Promise<number | null> {
    const { moved } = this;
    if (!moved) return null;
    const beside = neighbours(this.shown, moved.id);
    const place = this.shown.findIndex(({ id }) => id === moved.id);
    const kept = this.keeping.then(() =>
      this.try(async () => {
        await this.ipc.placeAccount(moved.id, beside.above, beside.below);
        await this.read();
        return place;
      }),
    );
    this.keeping = kept;
    const answer = await kept;
    // It may have been moved on meanwhile.
    if (this.moved === moved) this.moved = null;
    return answer;
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
    this.asking = true;
    try {
      const codes = await this.ipc.codes(this.wanted());
      if (!this.stopped) this.take(codes);
    } finally {
      this.asking = false;
    }
    // The list may have moved on in the meantime.
    if (this.accounts.length > PLAIN) await this.fill();
  }

  /** Takes codes in the place of those that were there, or beside them. */
  private take({ now_ms, codes }: CodesView, beside: ReadonlyMap<string, CodeView> = new Map()): void {
    this.ahead_ms = now_ms - Date.now();
    this.codes = new Map([...beside, ...codes.map((code) => [code.id, code] as const)]);
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
