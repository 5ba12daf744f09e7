import { Fault, type AcceptedView, type Choice, type DraftView, type FormWords, type Ipc, type OnDuplicate, type ReviewView } from "../ipc";
import { Camera } from "./camera.svelte";
import { Frozen } from "./frozen.svelte";
import { Leftovers } from "./leftovers.svelte";
import { Preview } from "./preview.svelte";
import { Sealed } from "./sealed.svelte";

/** Is how far adding has come. */
export type Stage =
  | { at: "closed" }
  | { at: "camera"; camera: Camera }
  | { at: "choosing" }
  | { at: "looking" }
  | { at: "part"; frozen: Frozen }
  | { at: "reading" }
  | { at: "sealed"; sealed: Sealed }
  | { at: "typing" }
  | { at: "review"; review: Review };

/** Names the account that a service's new code is for. */
export interface Onto {
  readonly id: string;
  readonly who: string;
}

/** Holds what was found and what the person wants done with it. */
export class Review {
  readonly drafts: readonly DraftView[];
  readonly skipped: ReviewView["skipped"];
  readonly batches: ReviewView["batches"];
  private taken = $state.raw<ReadonlySet<number>>(new Set());
  private ways = $state.raw<ReadonlyMap<number, OnDuplicate>>(new Map());

  /** Shows what was found; what was decided about the same drafts `before` stays decided. */
  constructor(
    view: ReviewView,
    before?: Review,
    readonly onto: Onto | null = null,
  ) {
    this.drafts = view.drafts;
    this.skipped = view.skipped;
    this.batches = view.batches;
    const known = new Set(before?.drafts.map((draft) => draft.handle));
    const wanted = (draft: DraftView): boolean =>
      before && known.has(draft.handle) ? before.isTaken(draft) : !this.undecided(draft) && draft.duplicate?.by !== "secret";
    this.taken = new Set(view.drafts.filter(wanted).map((draft) => draft.handle));
    if (before) this.ways = before.ways;
  }

  /** Counts the accounts that will be kept. */
  get count(): number {
    return this.choices().filter((choice) => choice.on_duplicate !== "skip").length;
  }

  /** Names the account that a draft is for, where it is the only one and not that very account. */
  target(draft: DraftView): Onto | null {
    return this.drafts.length === 1 && draft.duplicate?.by !== "secret" ? this.onto : null;
  }

  /** Tells whether a person must say what becomes of it: one namesake is either a new code or another account. */
  undecided(draft: DraftView): boolean {
    return this.drafts.length === 1 && !this.onto && draft.duplicate?.by === "name" && !this.ways.has(draft.handle);
  }

  isTaken(draft: DraftView): boolean {
    return this.taken.has(draft.handle);
  }

  /** Returns what happens to a duplicate: the very same account is left out, a namesake is kept beside the old one. */
  way(draft: DraftView): OnDuplicate {
    const usual = draft.duplicate?.by === "secret" ? "skip" : this.target(draft) ? "replace" : "keep";
    return this.ways.get(draft.handle) ?? usual;
  }

  take(draft: DraftView, taken: boolean): void {
    const next = new Set(this.taken);
    if (taken) next.add(draft.handle);
    else next.delete(draft.handle);
    this.taken = next;
    if (taken && this.way(draft) === "skip") this.ways = new Map(this.ways).set(draft.handle, "keep");
  }

  choose(draft: DraftView, way: OnDuplicate): void {
    this.ways = new Map(this.ways).set(draft.handle, way);
    const next = new Set(this.taken);
    if (way === "skip") next.delete(draft.handle);
    else next.add(draft.handle);
    this.taken = next;
  }

  choices(): Choice[] {
    return this.drafts.map((draft) => ({
      handle: draft.handle,
      on_duplicate: this.isTaken(draft) ? this.way(draft) : "skip",
      onto: this.target(draft)?.id ?? null,
    }));
  }
}

/** How long a look may take before the page says that it reads. */
const SOON_MS = 250;

/** How long it is looked again for a code that is not there yet. */
export const LOOK_SECONDS = 10;

/** Leads from the ways in, over the review, to kept accounts. */
export class Enrol {
  stage = $state.raw<Stage>({ at: "closed" });
  saving = $state(false);
  fault = $state.raw<Fault | null>(null);
  /** Whether the screen was looked at last, so that looking again may help. */
  looked = $state(false);
  readonly leftovers: Leftovers;

  /** The account that the next code found is for, where one was named. */
  onto = $state.raw<Onto | null>(null);

  constructor(private readonly ipc: Ipc) {
    this.leftovers = new Leftovers(ipc);
  }

  open(onto: Onto | null = null): void {
    if (this.stage.at !== "closed") return;
    this.onto = onto;
    this.stage = { at: "choosing" };
  }

  /** Goes on to the camera; what it reads leads to the review. */
  camera(): void {
    const found = (view: ReviewView): void => {
      if (this.stage.at === "camera") this.stage = { at: "review", review: this.reviewed(view) };
    };
    this.stage = { at: "camera", camera: new Camera(this.ipc, found, (fault) => (this.fault = fault)) };
  }

  /** Goes on to the form. */
  type(): void {
    this.fault = null;
    this.stage = { at: "typing" };
  }

  /** Makes what shows the code of a form. */
  preview(): Preview {
    return new Preview(this.ipc);
  }

  /** Leads from the form to the review; answers whether it got there, so that the form can keep what was typed. */
  async readForm(form: FormWords, secret: string): Promise<boolean> {
    this.fault = null;
    try {
      this.stage = { at: "review", review: this.reviewed(await this.ipc.readForm(form, secret)) };
      return true;
    } catch (thrown) {
      this.fault = Fault.from(thrown);
      return false;
    }
  }

  pickFiles(): Promise<void> {
    return this.read(() => this.ipc.pickFiles());
  }

  /** Looks on all screens; the shell hides the window meanwhile. */
  async scanScreen(): Promise<void> {
    await this.read(() => this.ipc.scanScreen());
    this.looked = true;
  }

  /** Looks on all screens for a while; the shell makes the window small meanwhile. */
  async keepLooking(): Promise<void> {
    await this.read(() => this.ipc.keepLooking(LOOK_SECONDS), "looking");
    this.looked = true;
  }

  /** Freezes the screens, so that a part of one can be chosen; the shell hides the window meanwhile. */
  async choosePart(): Promise<void> {
    if (this.stage.at === "reading" || this.stage.at === "looking") return;
    this.fault = null;
    this.looked = false;
    this.stage = { at: "reading" };
    try {
      const view = await this.ipc.freezeScreen();
      this.stage = view ? { at: "part", frozen: new Frozen(view, this.ipc) } : { at: "choosing" };
    } catch (thrown) {
      this.fault = Fault.from(thrown);
      this.stage = { at: "choosing" };
    }
  }

  /** Looks at a part, and stays there when nothing stands in it. */
  async lookAtPart(place: number, part: readonly [number, number, number, number]): Promise<void> {
    const before = this.stage;
    if (before.at !== "part" || this.saving) return;
    this.saving = true;
    this.fault = null;
    try {
      const found = await this.ipc.lookAtPart(place, part);
      if (this.stage === before && found) this.stage = { at: "review", review: this.reviewed(found) };
    } catch (thrown) {
      if (this.stage !== before) return;
      this.fault = Fault.from(thrown);
      if (this.fault.code === "frozen_gone") this.stage = { at: "choosing" };
    } finally {
      this.saving = false;
    }
  }

  /** Says that the time of the frozen screens is over. */
  partOver(): void {
    if (this.stage.at !== "part") return;
    this.back();
    this.fault = new Fault("frozen_gone", "two minutes are over");
  }

  /** Ends that at once: the shell answers with what was found so far. */
  stopLooking(): void {
    void this.ipc.stopLooking().catch(() => {});
  }

  paste(): Promise<void> {
    return this.read(() => this.ipc.paste());
  }

  readText(text: string): Promise<void> {
    return this.read(() => this.ipc.readText(text));
  }

  /** Shows what was dropped on the window. */
  arrived(): Promise<void> {
    return this.read(() => this.ipc.takeArrived());
  }

  /** Shows what was named on the command line or dropped while the vault was locked, if anything was. */
  async look(): Promise<void> {
    // Nothing may flash when nothing arrived, which is nearly always; a large picture deserves a word.
    const soon = setTimeout(() => {
      if (this.stage.at === "closed") this.stage = { at: "reading" };
    }, SOON_MS);
    try {
      const found = await this.ipc.takeArrived();
      if (found && !this.busy()) this.stage = this.shown(found);
      else if (this.stage.at === "reading") this.stage = { at: "closed" };
    } catch (thrown) {
      this.stage = { at: "choosing" };
      this.fault = Fault.from(thrown);
    } finally {
      clearTimeout(soon);
    }
  }

  /** Keeps what was chosen; answers what became of it, or nothing when it failed. */
  async accept(): Promise<AcceptedView | null> {
    if (this.stage.at !== "review" || this.saving) return null;
    this.saving = true;
    this.fault = null;
    try {
      const accepted = await this.ipc.accept(this.stage.review.choices());
      this.stage = { at: "closed" };
      void this.leftovers.look();
      this.onto = null;
      return accepted;
    } catch (thrown) {
      this.fault = Fault.from(thrown);
      return null;
    } finally {
      this.saving = false;
    }
  }

  /** Goes one step back: from the form, the camera and the frozen screens to the ways in, from everything else out. */
  back(): void {
    this.fault = null;
    const left = this.stage;
    this.stage = { at: ["camera", "part", "typing"].includes(left.at) ? "choosing" : "closed" };
    if (this.stage.at === "closed") this.onto = null;
    if (left.at === "part") void this.ipc.thawScreen().catch(() => {});
    if (left.at === "sealed") left.sealed.stop();
    if (left.at === "review" || left.at === "sealed") void this.discard();
    if (left.at === "camera") void left.camera.off().then(() => this.discard());
  }

  private async discard(): Promise<void> {
    await this.ipc.discard().catch(() => {});
  }

  /** Leads on: an encrypted file waits for its passphrase before anything is decided. */
  private shown(found: ReviewView, before?: Review, skipped: ReviewView["skipped"] = []): Stage {
    const whole = { ...found, skipped: [...skipped, ...found.skipped] };
    if (!found.sealed) return { at: "review", review: this.reviewed(whole, before) };
    const opened = (view: ReviewView): void => {
      if (this.stage === stage) this.stage = this.shown(view, before, whole.skipped);
    };
    const stage: Stage = { at: "sealed", sealed: new Sealed(this.ipc, found.sealed.name, opened) };
    return stage;
  }

  private reviewed(found: ReviewView, before?: Review): Review {
    return new Review(found, before, this.onto);
  }

  private busy(): boolean {
    return this.stage.at !== "closed" && this.stage.at !== "reading";
  }

  private async read(ask: () => Promise<ReviewView | null>, at: "looking" | "reading" = "reading"): Promise<void> {
    if (["looking", "part", "reading", "sealed"].includes(this.stage.at) || this.saving) return;
    const before = this.stage;
    this.fault = null;
    this.looked = false;
    this.stage = { at };
    try {
      const found = await ask();
      this.stage = found ? this.shown(found, reviewed(before)) : before;
    } catch (thrown) {
      this.fault = Fault.from(thrown);
      this.stage = before.at === "review" ? before : { at: "choosing" };
    }
  }
}

function reviewed(stage: Stage): Review | undefined {
  return stage.at === "review" ? stage.review : undefined;
}
