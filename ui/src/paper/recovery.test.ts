import { expect, it } from "vitest";

import { matches, pickTwo } from "./recovery";

it("asks for two different groups, in order", () => {
  for (let first = 0; first < 9; first++)
    for (let second = 0; second < 8; second++) {
      const draws = [first, second];
      const [a, b] = pickTwo(9, () => draws.shift() ?? 0);
      expect(a).toBeLessThan(b);
      expect(b).toBeLessThan(9);
    }
});

it("overlooks case, spaces and dashes, and nothing else", () => {
  expect(matches("7K2M", " 7k-2m ")).toBe(true);
  expect(matches("7K2M", "7K2N")).toBe(false);
  expect(matches("7K2M", "")).toBe(false);
});
