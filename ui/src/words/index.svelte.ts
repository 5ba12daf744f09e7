import { en, type ErrorWords, type Words } from "./en";

export type { ErrorWords, Words };

/** Each language in its own words and where its catalogue is; only the one on show is loaded, and the one to fall back on. */
export const languages = {
  en: { own: en.own, load: async () => en },
  nl: { own: "Nederlands", load: async () => (await import("./nl")).nl },
  fr: { own: "Français", load: async () => (await import("./fr")).fr },
} as const;

export type Tag = keyof typeof languages;

function known(tag: string): tag is Tag {
  return Object.hasOwn(languages, tag);
}

/** Finds the first language a person reads; English when there is none. */
export function choose(read: readonly string[]): Tag {
  for (const language of read) {
    const tag = language.toLowerCase().split(/[-_]/)[0] ?? "";
    if (known(tag)) return tag;
  }
  return "en";
}

class Language {
  words = $state.raw<Words>(en);

  private wanted: Tag = "en";

  /** Speaks the language a person chose, or that of their system, once its words are there. */
  async follow(chosen: string): Promise<void> {
    const tag = choose(chosen === "system" ? (navigator.languages ?? [navigator.language]) : [chosen]);
    this.wanted = tag;
    const words = await languages[tag].load();
    if (this.wanted === tag) this.words = words;
  }
}

/** Holds the language on show; every component reads its words from here. */
export const language = new Language();

/** Finds the sentence for an error code, a general one with the code in it when it is unknown. */
export function sentence(words: Words, code: string): ErrorWords {
  const known: Record<string, ErrorWords> = words.errors;
  return Object.hasOwn(known, code) ? (known[code] ?? words.unknownError(code)) : words.unknownError(code);
}
