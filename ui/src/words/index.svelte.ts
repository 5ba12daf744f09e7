import { en, type ErrorWords, type Words } from "./en";
import { fr } from "./fr";
import { nl } from "./nl";

export type { ErrorWords, Words };

/** All catalogues, the one to fall back on first. */
export const catalogues: readonly Words[] = [en, nl, fr];

/** Finds the first catalogue a person reads; English when there is none. */
export function choose(languages: readonly string[]): Words {
  for (const language of languages) {
    const found = catalogues.find((words) => language.toLowerCase().split(/[-_]/)[0] === words.tag);
    if (found) return found;
  }
  return en;
}

function ofSystem(): Words {
  return choose(navigator.languages ?? [navigator.language]);
}

class Language {
  words = $state.raw(ofSystem());

  /** Speaks the language a person chose, or that of their system. */
  follow(chosen: string): void {
    this.words = chosen === "system" ? ofSystem() : choose([chosen]);
  }
}

/** Holds the language on show; every component reads its words from here. */
export const language = new Language();

/** Finds the sentence for an error code, a general one with the code in it when it is unknown. */
export function sentence(words: Words, code: string): ErrorWords {
  const known: Record<string, ErrorWords> = words.errors;
  return Object.hasOwn(known, code) ? (known[code] ?? words.unknownError(code)) : words.unknownError(code);
}
