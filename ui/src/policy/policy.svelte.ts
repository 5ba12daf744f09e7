import { Fault, type DoubtView, type Ipc, type PolicyReviewView, type PolicyView } from "../ipc";

/** Is what lies over the list: nothing, the checklist, a policy to decide about, or the question before one is removed. */
export type Stage =
  | { at: "closed" }
  | { at: "checklist" }
  | { at: "review"; review: PolicyReviewView }
  | { at: "removing"; policy: PolicyView };

/** Leads from an organisation's file to a checklist that is done. */
export class Policy {
  stage = $state.raw<Stage>({ at: "closed" });
  /** The policy that is applied; none without one, and as long as nobody asked. */
  applied = $state.raw<PolicyView | null>(null);
  fault = $state.raw<Fault | null>(null);
  /** The file that was written a moment ago. */
  written = $state("");
  private running = $state(0);
  /** Links that were opened from this sheet: what comes next there is to enrol. */
  private opened = $state.raw<ReadonlySet<string>>(new Set());

  constructor(private readonly ipc: Ipc) {}

  /** Tells whether an answer is awaited. */
  get busy(): boolean {
    return this.running > 0;
  }

  async open(): Promise<void> {
    if (this.stage.at !== "closed") return;
    this.stage = { at: "checklist" };
    await this.load();
  }

  /** Learns how things stand; a policy that cannot be read is a fault to show. */
  async load(): Promise<void> {
    await this.try(async () => void (this.applied = await this.ipc.policy()));
  }

  /** Shows a policy that was dropped on the window or named at the start; answers whether there was one. */
  async arrived(): Promise<boolean> {
    let came = false;
    await this.try(async () => {
      const review = await this.ipc.takePolicy();
      came = review !== null;
      if (review) this.stage = { at: "review", review };
    });
    if (this.fault === null) return came;
    const { fault } = this;
    this.stage = { at: "checklist" };
    await this.load();
    this.fault = fault;
    return true;
  }

  async pick(): Promise<void> {
    await this.try(async () => {
      const review = await this.ipc.pickPolicy();
      if (review) this.stage = { at: "review", review };
    });
  }

  /** Applies the policy on show; answers whether it is applied. */
  async apply(accepted: readonly DoubtView[]): Promise<boolean> {
    return this.try(async () => {
      this.applied = await this.ipc.applyPolicy(accepted);
      this.stage = { at: "checklist" };
    });
  }

  isOpened(link: string): boolean {
    return this.opened.has(link);
  }

  /** Opens a link of the policy in the browser. */
  async visit(link: string): Promise<void> {
    await this.try(async () => {
      await this.ipc.openEnrolment(link);
      this.opened = new Set(this.opened).add(link);
    });
  }

  async writeStatus(name: string): Promise<void> {
    this.written = "";
    await this.try(async () => void (this.written = (await this.ipc.writeStatus(name))?.file ?? ""));
  }

  askRemove(): void {
    this.fault = null;
    if (this.applied) this.stage = { at: "removing", policy: this.applied };
  }

  /** Removes the policy, once the person has proved who they are. */
  async remove(): Promise<boolean> {
    return this.try(async () => {
      await this.ipc.removePolicy();
      this.applied = null;
      this.stage = { at: "checklist" };
    });
  }

  /** Goes one step back: from a question to the checklist, from there out. */
  back(): void {
    const { at } = this.stage;
    this.fault = null;
    this.written = "";
    if (at === "review") void this.ipc.discardPolicy().catch(() => {});
    if (at === "removing") void this.ipc.conceal().catch(() => {});
    this.stage = { at: at === "removing" || (at === "review" && this.applied) ? "checklist" : "closed" };
  }

  private async try(work: () => Promise<void>): Promise<boolean> {
    this.running++;
    this.fault = null;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.fault = Fault.from(thrown);
      return false;
    } finally {
      this.running--;
    }
  }
}
