import { expect, it } from "vitest";

import { choose, language, languages, sentence } from "./index.svelte";

const catalogues = await Promise.all(Object.values(languages).map(({ load }) => load()));

type Leaves = [path: string, value: unknown][];

function leaves(tree: object, path = ""): Leaves {
  return Object.entries(tree).flatMap(([key, value]): Leaves =>
    typeof value === "object" && value !== null ? leaves(value, `${path}${key}.`) : [[path + key, value]],
  );
}

const [english, ...others] = catalogues.map((words) => ({ tag: words.tag, all: leaves(words) }));

it.each(others)("has every entry in $tag, of the same kind, and none besides", ({ all }) => {
  const shape = (list: Leaves): string[] => list.map(([path, value]) => `${path}: ${typeof value}`).sort();
  expect(shape(all)).toEqual(shape(english?.all ?? []));
});

it.each([...catalogues])("leaves no entry of $tag blank or loud", (words) => {
  for (const [path, value] of leaves(words)) {
    const text = typeof value === "function" ? String(value("x", 2, 3, 4)) : String(value);
    expect(text.trim(), path).not.toBe("");
    expect(text, path).not.toContain("!");
    expect(text, path).not.toContain("undefined");
  }
});

it("follows the person's languages in their order", () => {
  expect(choose(["de-DE", "fr-BE", "nl"])).toBe("fr");
  expect(choose(["nl_NL.UTF-8"])).toBe("nl");
  expect(choose(["de"])).toBe("en");
  expect(choose(["constructor"])).toBe("en");
  expect(choose([])).toBe("en");
});

it("speaks the language that was asked for last, whichever is there first", async () => {
  await Promise.all([language.follow("nl"), language.follow("fr"), language.follow("en")]);
  expect(language.words.tag).toBe("en");
});

it("calls every language by its own name", () => {
  for (const words of catalogues) expect(languages[words.tag as keyof typeof languages].own).toBe(words.own);
});

it("shows the code of an error it has no sentence for", () => {
  for (const words of catalogues) {
    expect(sentence(words, "from_the_future").say).toContain("from_the_future");
    expect(sentence(words, "toString").say).toContain("toString");
    expect(sentence(words, "wrong_passphrase")).toBe(words.errors.wrong_passphrase);
  }
});
