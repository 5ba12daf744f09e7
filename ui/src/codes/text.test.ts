import { describe, expect, it } from "vitest";

import { account } from "../ipc/fake";
import { hue, movedTo, neighbours, ordered, spelled, who } from "./text";
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

describe("the person's own order", () => {
  const pinned = account("p", { pinned: true });
  const [a, b, c] = ["a", "b", "c"].map((id) => account(id, { issuer: id })) as [never, never, never];
  const ids = (accounts: readonly { id: string }[]): string => accounts.map(({ id }) => id).join("");

  it("puts what was moved above what was not, and pinned ones above both", () => {
    const moved = [account("y", { issuer: "a", position: "i001" }), account("z", { issuer: "z", position: "i" })];
    expect(ids(ordered([b, ...moved, a, pinned], "en"))).toBe("pzyab");
  });

  it("moves a row within its group only", () => {
    expect(ids(movedTo([pinned, a, b, c], "c", 0))).toBe("pcab");
    expect(ids(movedTo([pinned, a, b, c], "a", 99))).toBe("pbca");
    expect(ids(movedTo([pinned, a, b], "p", 2))).toBe("pab");
    expect(ids(movedTo([pinned, a, b], "gone", 2))).toBe("pab");
  });

  it("names the rows above back to the last with a place", () => {
    const placed = ["x", "y"].map((id) => account(id, { position: id }));
    expect(neighbours([pinned, ...placed, a, b, c], "b")).toEqual({ above: ["y", "a"], below: "c" });
    expect(neighbours([pinned, ...placed, c], "c")).toEqual({ above: ["y"], below: null });
    expect(neighbours([pinned, a, b, c], "c")).toEqual({ above: ["a", "b"], below: null });
    expect(neighbours([pinned, a, b], "a")).toEqual({ above: [], below: "b" });
  });
});
