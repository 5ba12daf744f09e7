import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { fake, FakeShell } from "../ipc/fake";
import { Activity } from "./activity";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("tells the first use at once and the next ones rarely", () => {
  const shell = new FakeShell();
  const activity = new Activity(fake(shell), () => true);
  for (let key = 0; key < 100; key++) activity.note();
  expect(shell.noted).toBe(1);
  vi.advanceTimersByTime(5000);
  activity.note();
  expect(shell.noted).toBe(2);
});

it("tells nothing while the vault is locked, and the first use after it at once", () => {
  const shell = new FakeShell();
  let open = false;
  const activity = new Activity(fake(shell), () => open);
  activity.note();
  expect(shell.noted).toBe(0);
  open = true;
  activity.note();
  expect(shell.noted).toBe(1);
});
