/** How long a code stays on show. */
const SHOWN_MS = 10_000;

/** Holds the one account whose covered code somebody asked to see. */
export class Reveal {
  id = $state<string | null>(null);

  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Shows the code of an account for a while, in place of any other. */
  show(id: string): void {
    this.cover();
    this.id = id;
    this.timer = setTimeout(() => this.cover(), SHOWN_MS);
  }

  /** Shows the code of an account, or covers it again. */
  toggle(id: string): void {
    if (this.id === id) this.cover();
    else this.show(id);
  }

  cover(): void {
    clearTimeout(this.timer);
    this.id = null;
  }
}
