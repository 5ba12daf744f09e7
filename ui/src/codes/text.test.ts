import { describe, expect, it } from "vitest";

import { account } from "../ipc/fake";
import { hue, ordered, spelled, who } from "./text";
import { grouped } from "../parts/grouped";

describe("codes on show", () => {
  it.each([
    ["1", "1"],
    ["N7KXP", "N7KXP"],
    ["492013", "492 013"],
    ["4920134", "492 0134"],
    ["49201345", "4920 1345"],
    ["492013456", "492 013 456"],
    ["4920134567", "49201 34567"],
  ])("groups %s as %s", (code, shown) => expect(grouped(code)).toBe(shown));

  it("reads a code digit by digit", () => expect(spelled("492013")).toBe("4 9 2 0 1 3"));

  it("names an account by what it has", () => {
    expect(who({ issuer: "Forge", name: "ada" }, "-")).toBe("Forge, ada");
    expect(who({ issuer: "", name: "ada" }, "-")).toBe("ada");
    expect(who({ issuer: "", name: "" }, "-")).toBe("-");
  });

  it("gives one name one hue", () => {
    expect(hue("Forge")).toBe(hue("forge"));
    expect(hue("")).toBe(0);
  });
});

describe("order", () => {
  it("puts pinned first and counts numbers as numbers", () => {
    const all = [
      account("1", { issuer: "site 10" }),
      account("2", { issuer: "Site 9" }),
      account("3", { name: "zebra", pinned: true }),
      account("4", { issuer: "Site 9", name: "b" }),
    ];
    expect(ordered(all, "en").map((each) => each.id)).toEqual(["3", "2", "4", "1"]);
  });
});
