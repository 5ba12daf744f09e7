import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { Fault, type SessionView } from "../ipc";
import { fake, FakeShell, recoveryGroups } from "../ipc/fake";
import { Session } from "./session.svelte";

const locked: SessionView = { state: "locked", keyring: true, passphrase: true, recovery_key: true, wait_seconds: 0, shut: false };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("shows no locked screen where the keyring answers at once", async () => {
  const session = new Session(fake(new FakeShell({ session: locked })));
  await session.start();
  expect(session.screen.at).toBe("unlocked");
});

it("asks the keyring for nothing by itself after somebody, or a crash, has locked the vault", async () => {
  const session = new Session(fake(new FakeShell({ session: { ...locked, shut: true } })));
  await session.start();
  expect(session.screen.at).toBe("locked");
});

it("shows the locked screen, and why, where the keyring refuses", async () => {
  const refused = (): Promise<never> => Promise.reject(new Fault("keyring_no_entry", ""));
  const session = new Session({ ...fake(new FakeShell({ session: locked })), unlockWithKeyring: refused });
  await session.start();
  expect(session.screen.at).toBe("locked");
  expect(session.fault?.code).toBe("keyring_no_entry");
});

it("lets a passphrase in while the keyring hangs", async () => {
  const hanging = (): Promise<never> => new Promise(() => {});
  const shell = new FakeShell({ session: locked, passphrase: "right" });
  const session = new Session({ ...fake(shell), unlockWithKeyring: hanging });
  void session.start();
  await vi.advanceTimersByTimeAsync(400);
  expect(session.screen.at).toBe("locked");
  expect(session.busy).toBe(true);
  session.forgive();
  expect(session.busy, "another way is open at once").toBe(false);
  await session.unlock("passphrase", "right");
  expect(session.screen.at).toBe("unlocked");
});

it("forgets the late refusal of a keyring that was given up", async () => {
  let refuse = (_: Fault): void => {};
  const late = (): Promise<never> => new Promise((_, reject) => (refuse = reject));
  const session = new Session({
    ...fake(new FakeShell({ session: locked, passphrase: "right" })),
    unlockWithKeyring: late,
  });
  const started = session.start();
  await vi.advanceTimersByTimeAsync(400);
  session.forgive();
  await session.unlock("passphrase", "right");
  refuse(new Fault("keyring_timed_out", ""));
  await started;
  expect(session.fault).toBeNull();
  expect(session.screen.at, "the passphrase opened it").toBe("unlocked");
});

it("says why a session ended, unless it was simply locked", async () => {
  const shell = new FakeShell({ session: { ...locked, keyring: false } });
  const session = new Session(fake(shell));
  await session.ended(new Fault("vault_rekeyed", ""));
  expect(session.fault?.code).toBe("vault_rekeyed");
  await session.ended(new Fault("locked", ""));
  expect(session.fault).toBeNull();
});

it("counts down after wrong passphrases, and lets the right one in", async () => {
  const shell = new FakeShell({ session: { ...locked, keyring: false }, passphrase: "right" });
  shell.waits = [0, 4];
  const session = new Session(fake(shell));
  await session.start();
  await session.unlock("passphrase", "wrong");
  expect(session.waiting).toBe(0);
  await session.unlock("passphrase", "wrong");
  expect([session.fault?.code, session.waiting]).toEqual(["wrong_passphrase", 4]);
  await vi.advanceTimersByTimeAsync(2_500);
  expect(session.waiting).toBe(2);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(session.waiting).toBe(0);
  await session.unlock("passphrase", "right");
  expect(session.screen.at).toBe("unlocked");
});

it("goes on waiting when the page is loaded anew", async () => {
  const session = new Session(fake(new FakeShell({ session: { ...locked, keyring: false, wait_seconds: 30 } })));
  await session.start();
  expect(session.waiting).toBe(30);
});

it("copies the recovery key only while it is on show", async () => {
  const shell = new FakeShell({ session: { state: "first_run", keyring: true } });
  const session = new Session(fake(shell));
  expect(await session.copyKey()).toBeNull();
  await session.create(true, null);
  expect(await session.copyKey()).toBe(30);
  session.kept();
  expect(await session.copyKey()).toBeNull();
  expect(shell.copied).toEqual([recoveryGroups.join("-")]);
});

it("names a print dialog that does not open", async () => {
  const shell = new FakeShell({ session: { state: "first_run", keyring: true } });
  const session = new Session({ ...fake(shell), print: () => Promise.reject(new Fault("print_failed", "")) });
  await session.create(true, null);
  await session.print();
  expect([session.fault?.code, session.screen.at]).toEqual(["print_failed", "recovery-key"]);
});
