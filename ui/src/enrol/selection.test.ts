import { expect, it } from "vitest";

import { Selection } from "./selection.svelte";

function drawn(from: [number, number], to: [number, number]): Selection {
  const selection = new Selection(1000, 500);
  selection.grow(-50, -50);
  selection.press({ x: from[0], y: from[1] });
  selection.follow({ x: to[0], y: to[1] });
  selection.release();
  return selection;
}

it("is drawn in any direction and ends at the edge", () => {
  expect(drawn([600, 300], [800, 400]).part).toEqual([600, 300, 200, 100]);
  expect(drawn([800, 400], [600, 300]).part).toEqual([600, 300, 200, 100]);
  expect(drawn([900, 400], [5000, -300]).part).toEqual([900, 0, 100, 400]);
});

it("is moved by whoever grasps it, and stays inside", () => {
  const selection = drawn([600, 300], [800, 400]);
  selection.press({ x: 700, y: 350 });
  selection.follow({ x: 690, y: 340 });
  expect(selection.part).toEqual([590, 290, 200, 100]);
  selection.follow({ x: -900, y: -900 });
  expect(selection.part).toEqual([0, 0, 200, 100]);
  selection.release();
  selection.follow({ x: 500, y: 250 });
  expect(selection.part, "nobody holds it").toEqual([0, 0, 200, 100]);
});

it("moves and grows by steps, and never vanishes", () => {
  const selection = new Selection(1000, 500);
  expect(selection.part).toEqual([250, 125, 500, 250]);
  selection.move(1, -1);
  expect(selection.part).toEqual([270, 105, 500, 250]);
  selection.grow(1, 2);
  expect(selection.part).toEqual([270, 105, 520, 290]);
  for (let n = 0; n < 100; n++) selection.grow(1, 1);
  expect(selection.part).toEqual([270, 105, 730, 395]);
  for (let n = 0; n < 100; n++) selection.grow(-1, -1);
  expect(selection.part).toEqual([270, 105, 10, 10]);
  for (let n = 0; n < 100; n++) selection.move(1, 1);
  expect(selection.part).toEqual([990, 490, 10, 10]);
});

it("counts a code by its middle", () => {
  const selection = drawn([600, 300], [800, 400]);
  const square = (x: number, y: number, side: number): [number, number][] => [[x, y], [x + side, y], [x + side, y + side], [x, y + side]];
  expect(selection.holds(square(560, 260, 100)), "a corner is cut off").toBe(true);
  expect(selection.holds(square(780, 330, 100)), "the edge touches it").toBe(false);
});
