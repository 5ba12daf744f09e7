import { expect, it } from "vitest";

import { catalogues, choose, sentence } from "./index.svelte";

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
    const text = typeof value === "function" ? String(value("x", 2, 3)) : String(value);
    expect(text.trim(), path).not.toBe("");
    expect(text, path).not.toContain("!");
    expect(text, path).not.toContain("undefined");
  }
});

it("follows the person's languages in their order", () => {
  expect(choose(["de-DE", "fr-BE", "nl"]).tag).toBe("fr");
  expect(choose(["nl_NL.UTF-8"]).tag).toBe("nl");
  expect(choose(["de"]).tag).toBe("en");
  expect(choose([]).tag).toBe("en");
});

it("shows the code of an error it has no sentence for", () => {
  for (const words of catalogues) {
    expect(sentence(words, "from_the_future").say).toContain("from_the_future");
    expect(sentence(words, "toString").say).toContain("toString");
    expect(sentence(words, "wrong_passphrase")).toBe(words.errors.wrong_passphrase);
  }
});
