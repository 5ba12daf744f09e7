import { Access } from "./access/access.svelte";
import { Audit } from "./audit/audit.svelte";
import { Backups } from "./backup/backups.svelte";
import { Assistant } from "./enrol/assistant.svelte";
import { Health } from "./health/health.svelte";
import type { Fault, Ipc } from "./ipc";
import { Slots } from "./slots/slots.svelte";

/** Holds what leads through an enrolment and its bad days; at most one of them is open. */
export class Guide {
  readonly assistant: Assistant;
  readonly access: Access;
  readonly audit: Audit;
  readonly backups: Backups;
  readonly health: Health;
  readonly slots: Slots;
  /** Whether the way to a new computer is shown. */
  moving = $state(false);
  /** What is being saved to a file of its own. */
  saving = $state.raw<"backup" | "recovery_file" | null>(null);

  constructor(ipc: Ipc) {
    this.assistant = new Assistant(ipc);
    this.access = new Access(ipc);
    this.audit = new Audit(ipc);
    this.backups = new Backups(ipc);
    this.health = new Health(ipc);
    this.slots = new Slots(ipc);
  }

  /** Tells whether any of it lies over the list. */
  get open(): boolean {
    return this.moving || this.saving !== null || [this.assistant, this.access, this.audit, this.backups, this.health, this.slots].some(({ stage }) => stage.at !== "closed");
  }

  /** Says why the last step failed, if one did. */
  get fault(): Fault | null {
    return this.assistant.fault ?? this.access.fault ?? this.audit.fault ?? this.backups.fault ?? this.health.fault ?? this.slots.fault;
  }

  /** Puts everything away. */
  close(): void {
    this.assistant.close();
    this.access.close();
    this.audit.close();
    this.backups.close();
    this.health.close();
    this.slots.close();
    this.moving = false;
    this.saving = null;
  }
}
