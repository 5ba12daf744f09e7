/** Counts seconds down by the clock, because a timer may be late and a computer may sleep. */
export class Countdown {
  left = $state(0);

  private timer: ReturnType<typeof setInterval> | undefined;

  /** Starts anew; `over` is called once, at the end. */
  start(seconds: number, over: () => void): void {
    this.stop();
    const until_ms = Date.now() + seconds * 1000;
    const look = (): void => {
      this.left = Math.max(0, Math.ceil((until_ms - Date.now()) / 1000));
      if (this.left > 0) return;
      this.stop();
      over();
    };
    this.timer = setInterval(look, 250);
    this.left = seconds;
  }

  /** Ends it without calling anybody. */
  stop(): void {
    clearInterval(this.timer);
    this.left = 0;
  }
}
