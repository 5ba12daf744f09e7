import type { TipName } from "../words/guide/en";

/** Knows which pieces of advice a person has put away; the settings keep it. */
class Tips {
  hidden = $state.raw<readonly TipName[]>([]);
  /** Puts one away for good. */
  hide: (name: TipName) => void = () => {};
}

/** Holds them for every place that gives advice. */
export const tips = new Tips();
