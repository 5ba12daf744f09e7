import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { account, fake, FakeShell } from "../ipc/fake";
import { Fault } from "../ipc";
import { Codes } from "./codes.svelte";

const NOON = 1_700_000_020_000; // 20 s before a change of 30-second codes.

beforeEach(() => void vi.useFakeTimers({ now: NOON }));
afterEach(() => void vi.useRealTimers());

async function open(shell: FakeShell): Promise<Codes> {
  const codes = new Codes(fake(shell));
  await codes.load();
  return codes;
}

it("asks again only when the earliest code ends", async () => {
  const shell = new FakeShell({ accounts: [account("a"), account("b", { period: 60 })] });
  await open(shell);
  await vi.advanceTimersByTimeAsync(19_900);
  expect(shell.asked.length, "nothing has ended yet").toBe(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(shell.asked.length).toBe(2);
  await vi.advanceTimersByTimeAsync(29_700);
  expect(shell.asked.length, "the next change is 30 s away").toBe(2);
});

it("never asks for counter codes by itself", async () => {
  const shell = new FakeShell({ accounts: [account("a", { kind: "hotp", period: null })] });
  await open(shell);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(shell.asked.length).toBe(1);
});

it("waits through a long period without asking", async () => {
  const shell = new FakeShell({ accounts: [account("a", { period: 3600 })] });
  await open(shell);
  const left = 3600 - ((NOON / 1000) % 3600);
  await vi.advanceTimersByTimeAsync((left - 1) * 1000);
  expect(shell.asked.length).toBe(1);
  await vi.advanceTimersByTimeAsync(1_100);
  expect(shell.asked.length).toBe(2);
});

it("follows the shell's clock, not the page's", async () => {
  const shell = new FakeShell({ accounts: [account("a")], now: () => Date.now() + 15_000 });
  const codes = await open(shell);
  expect(codes.now()).toBe((NOON + 15_000) / 1000);
  await vi.advanceTimersByTimeAsync(5_100);
  expect(shell.asked.length).toBe(2);
});

it("catches up when the computer wakes", async () => {
  const shell = new FakeShell({ accounts: [account("a")] });
  const codes = await open(shell);
  vi.setSystemTime(NOON + 8 * 3_600_000);
  await codes.wake();
  expect(shell.asked.length).toBe(2);
  expect(codes.beat, "rings start anew").toBe(1);
});

it("notices a sleep by a late timer, and only then starts rings anew", async () => {
  const shell = new FakeShell({ accounts: [account("a", { period: 3600 })] });
  const codes = await open(shell);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(codes.beat).toBe(0);
  vi.setSystemTime(Date.now() + 600_000);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(codes.beat).toBe(1);
});

it("forgets every code when it stops", async () => {
  const shell = new FakeShell();
  const codes = await open(shell);
  codes.stop();
  expect(codes.codes.size + codes.accounts.length).toBe(0);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(shell.asked.length).toBe(1);
});

it("answers a copy for a moment", async () => {
  const shell = new FakeShell({ accounts: [account("a")] });
  const codes = await open(shell);
  expect(await codes.copy("a")).toBe(30);
  expect(codes.copied).toBe("a");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(codes.copied).toBeNull();
});

it("keeps a refusal to show, and no tick", async () => {
  const shell = new FakeShell({ accounts: [account("a")] });
  const codes = new Codes({ ...fake(shell), copyCode: () => Promise.reject(new Fault("clipboard_unavailable", "gone")) });
  await codes.load();
  expect(await codes.copy("a")).toBeNull();
  expect(codes.fault?.code).toBe("clipboard_unavailable");
  expect(codes.copied).toBeNull();
});

it("shows a counter code only when asked", async () => {
  const shell = new FakeShell({ accounts: [account("a", { kind: "hotp", period: null })] });
  const codes = await open(shell);
  expect(codes.codes.get("a")).toEqual({ state: "counter", id: "a", code: null });
  await codes.advance("a");
  expect(codes.codes.get("a")).toMatchObject({ state: "counter", code: expect.stringMatching(/^\d{6}$/) });
});

it("shows what the shell finds, in its order, and all of it without words", async () => {
  const shell = new FakeShell({ accounts: [account("a", { issuer: "A" }), account("b", { issuer: "B" }), account("c")] });
  const codes = new Codes({ ...fake(shell), search: async () => ["b", "gone", "a"] });
  await codes.load();
  codes.query = "x";
  await codes.settled;
  expect(codes.shown.map(({ id }) => id)).toEqual(["b", "a"]);
  codes.query = "  ";
  expect(codes.shown.length).toBe(3);
});

it("lets no late answer stand over what was typed after it", async () => {
  const late = new Map<string, (ids: string[]) => void>();
  const search = (query: string): Promise<string[]> => new Promise((resolve) => late.set(query, resolve));
  const codes = new Codes({ ...fake(new FakeShell({ accounts: [account("a"), account("b")] })), search });
  await codes.load();
  codes.query = "a";
  const first = codes.settled;
  codes.query = "ab";
  late.get("ab")?.(["b"]);
  await codes.settled;
  late.get("a")?.(["a"]);
  await first;
  expect(codes.shown.map(({ id }) => id)).toEqual(["b"]);
  codes.query = "abc";
  const last = codes.settled;
  codes.query = "";
  late.get("abc")?.([]);
  await last;
  expect(codes.shown.length, "an emptied field shows everything").toBe(2);
});

it("searches again when the list is read again", async () => {
  const shell = new FakeShell({ accounts: [account("a", { issuer: "Forge" })] });
  const codes = await open(shell);
  codes.query = "har";
  await codes.settled;
  expect(codes.shown.length).toBe(0);
  shell.accounts.push(account("b", { issuer: "Harbour" }));
  await codes.load();
  expect(codes.shown.map(({ id }) => id)).toEqual(["b"]);
});

const many = Array.from({ length: 500 }, (_, place) => account(`a${place}`, { issuer: `Site ${place}` }));

it("asks at a change for the codes in view alone", async () => {
  const shell = new FakeShell({ accounts: many });
  const codes = await open(shell);
  await codes.see(["a100", "a101"]);
  await vi.advanceTimersByTimeAsync(20_100);
  expect(shell.asked.at(-1)).toEqual(["a100", "a101"]);
  expect([...codes.codes.keys()], "the others would be old").toEqual(["a100", "a101"]);
});

it("asks once for what it lacks while the list moves on", async () => {
  const shell = new FakeShell({ accounts: many });
  const codes = await open(shell);
  shell.asked = [];
  void codes.see(["a100"]);
  void codes.see(["a200"]);
  await codes.see(["a300", "a301"]);
  await vi.advanceTimersByTimeAsync(0);
  expect(shell.asked).toEqual([["a100"], ["a300", "a301"]]);
  await codes.see(["a301", "a302"]);
  expect(shell.asked.at(-1), "a301 is there").toEqual(["a302"]);
});

it("asks no second time for an account that gave no answer", async () => {
  const shell = new FakeShell({ accounts: many });
  const silent = { ...fake(shell), codes: async (ids: readonly string[]) => (shell.asked.push([...ids]), { now_ms: Date.now(), codes: [] }) };
  const codes = new Codes(silent);
  await codes.load();
  shell.asked = [];
  await codes.see(["a100"]);
  expect(shell.asked).toEqual([["a100"]]);
});
