import { render, screen } from "@testing-library/svelte";
import { expect, it } from "vitest";

import type { SpotView } from "../ipc";
import { draft } from "../ipc/fake";
import Outline from "./Outline.svelte";
import { frame, whereabouts } from "./outline";
import { Review } from "./enrol.svelte";
import ReviewCard from "./ReviewCard.svelte";

const left = { name: "DP-1", x: 0, y: 0, width: 1920, height: 1080 };
const right = { name: "DP-2", x: 1920, y: -200, width: 1000, height: 1600 };

function spot(places: SpotView["places"], place: number, x: number, y: number): SpotView {
  return { places, place, corners: [[x, y], [x + 80, y], [x + 80, y + 80], [x, y + 80]] };
}

it("frames all monitors as they stand", () => {
  const { x, y, width, height } = frame([left, right]);
  expect([x < 0, y < -200, x + width > 2920, y + height > 1400]).toEqual([true, true, true, true]);
});

it("names the third of the monitor, not of the desktop", () => {
  expect(whereabouts(spot([left, right], 1, 1930, -190))).toEqual({ row: 0, column: 0 });
  expect(whereabouts(spot([left, right], 0, 1800, 1000))).toEqual({ row: 2, column: 2 });
  expect(whereabouts(spot([left], 0, 920, 500))).toEqual({ row: 1, column: 1 });
});

it("draws every monitor and the code, and says in words where it stands", () => {
  const { container } = render(Outline, { spot: spot([left, right], 1, 1930, -190) });
  expect(container.querySelectorAll("rect").length).toBe(2);
  expect(container.querySelector("polygon")?.getAttribute("points")).toBe("1930,-190 2010,-190 2010,-110 1930,-110");
  expect(screen.getByTestId("outline").textContent).toContain("Monitor 2, top left");
});

it("stands at every account and at every leftover that came from the screen, and at no other", () => {
  const here = spot([left], 0, 1800, 500);
  const view = {
    drafts: [draft(1, { spot: here }), draft(2)],
    skipped: [{ source: "", code: "web_link", message: "", spot: here }, { source: "a.txt:3", code: "wifi", message: "", spot: null }],
    batches: [],
    sealed: null,
  };
  const quiet = (): void => {};
  render(ReviewCard, { review: new Review(view), saving: false, fault: null, onaccept: quiet, onlook: quiet, ondiscard: quiet });
  expect(screen.getAllByTestId("outline").map((outline) => outline.textContent.trim())).toEqual(["On the screen, right", "On the screen, right"]);
});
