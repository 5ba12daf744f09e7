import { expect, it } from "vitest";

import { Heights, rowAt, spanOf } from "./span";

const many = Array.from({ length: 10_000 }, (_, place) => ({ id: `a${place}` }));

it("renders what is near the view and little more", () => {
  const tops = new Heights().tops(many);
  expect(tops[10_000]).toBe(760_000);
  expect(spanOf(tops, 0, 640)).toEqual({ from: 0, to: 20 });
  const { from, to } = spanOf(tops, 380_000, 640);
  expect(from).toBeLessThanOrEqual(5_000 - 7);
  expect(to).toBeGreaterThanOrEqual(5_000 + 9 + 7);
  expect(to - from).toBeLessThan(40);
});

it("ends at the last row, however far somebody scrolls", () => {
  const tops = new Heights().tops(many);
  expect(spanOf(tops, 9e9, 640)).toEqual({ from: 9_996, to: 10_000 });
  expect(spanOf(tops, -5_000, 640).from).toBe(0);
  expect(spanOf(new Heights().tops([]), 0, 640)).toEqual({ from: 0, to: 0 });
  expect(spanOf(new Heights().tops(many.slice(0, 1)), 0, 640)).toEqual({ from: 0, to: 1 });
});

it("finds the row at a pixel among rows of different heights", () => {
  const heights = new Heights();
  heights.take([["a0", 50], ["a1", 150], ["a2", 100]]);
  const tops = heights.tops(many.slice(0, 3));
  expect([...tops]).toEqual([0, 50, 200, 300]);
  expect([-1, 0, 49, 50, 199, 200, 299, 300].map((pixel) => rowAt(tops, pixel))).toEqual([0, 0, 0, 1, 1, 2, 2, 2]);
});

it("takes rows it never saw to be as high as the others", () => {
  const heights = new Heights();
  expect(heights.take([["a0", 100], ["a1", 140]])).toBe(true);
  expect(heights.tops(many)[10_000]).toBe(1_200_000);
  expect(heights.take([["a2", 120]]), "as expected: nothing moves").toBe(false);
});

it("forgets the old heights when a row changes its own", () => {
  const heights = new Heights();
  heights.take([["a0", 76], ["a1", 76], ["a9000", 76]]);
  expect(heights.take([["a0", 130], ["a1", 130]])).toBe(true);
  expect(heights.tops(many)[10_000], "at 200 % text every row grew").toBe(1_300_000);
});

it("learns nothing from rows that are not laid out", () => {
  expect(new Heights().take([["a0", 0]])).toBe(false);
});
