import { render, screen } from "@testing-library/svelte";
import { afterEach, expect, it, vi } from "vitest";

import Starting from "./Starting.svelte";

afterEach(() => vi.useRealTimers());

it("shows that it is opening once that takes longer than a blink", async () => {
  vi.useFakeTimers();
  render(Starting, { fault: null, onretry: () => {} });
  expect(screen.getByTestId("starting").className).toContain("visually-hidden");
  await vi.advanceTimersByTimeAsync(450);
  const line = screen.getByTestId("starting");
  expect([line.className.includes("visually-hidden"), line.textContent]).toEqual([false, "Opening…"]);
});
