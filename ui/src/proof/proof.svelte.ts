import type { Ipc, Proof, ProofsView, Reveal } from "../ipc";
import { Attempts } from "../ipc/attempts.svelte";
import { Countdown } from "../parts/countdown.svelte";

/** Asks a person to prove who they are, before one thing of one account is revealed. */
export class Proving extends Attempts {
  /** The proofs this vault can ask for, the usual one first; none while that is being learnt. */
  ways = $state.raw<readonly Proof[]>([]);
  /** The word to type, where that has to do. */
  word = $state("");

  /** Follows the seconds until the next passphrase may be tried. */
  readonly wait = new Countdown();

  constructor(
    private readonly ipc: Ipc,
    private readonly id: string,
    private readonly reveal: Reveal,
  ) {
    super();
  }

  /** Learns what can be asked for. */
  async look(): Promise<void> {
    await this.try(async () => this.take(await this.ipc.proofs()));
  }

  /** Checks a proof; answers whether it was right. */
  async prove(proof: Proof, typed: string): Promise<boolean> {
    return this.try(async () => {
      try {
        await this.ipc.authenticate(this.id, this.reveal, proof, typed);
      } catch (thrown) {
        if (proof === "passphrase") await this.ipc.proofs().then((view) => this.take(view), () => {});
        throw thrown;
      }
    });
  }

  forgive(): void {
    this.fault = null;
  }

  stop(): void {
    this.wait.stop();
  }

  private take({ passphrase, recovery_key, word, wait_seconds }: ProofsView): void {
    const ways: Proof[] = [];
    if (passphrase) ways.push("passphrase");
    if (word !== null) ways.push("word");
    if (recovery_key) ways.push("recovery_key");
    this.ways = ways;
    this.word = word ?? "";
    if (wait_seconds > 0) this.wait.start(wait_seconds, () => {});
  }
}
