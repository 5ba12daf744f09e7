import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import App from "../App.svelte";
import { account, fake, FakeShell, type FakeStart } from "../ipc/fake";

const codes = ["one-1111", "two-2222", "three-3333"].map((code) => ({ code, used_at: null }));
const accounts = [account("a", { issuer: "Forge", name: "ada" })];

beforeEach(() => vi.useFakeTimers({ now: 1_700_000_020_000, toFake: ["Date", "setInterval", "clearInterval"] }));
afterEach(() => vi.useRealTimers());

async function open(start: FakeStart = {}): Promise<FakeShell> {
  const shell = new FakeShell({ accounts, passphrase: "right", recovery: { a: codes }, ...start });
  render(App, { ipc: fake(shell) });
  await fireEvent.click(within((await screen.findAllByTestId("code-row"))[0] as HTMLElement).getByTestId("more"));
  await press("open-recovery");
  return shell;
}

async function press(id: string): Promise<void> {
  const button = await screen.findByTestId<HTMLButtonElement>(id);
  await vi.waitFor(() => expect(button.disabled).toBe(false));
  await fireEvent.click(button);
}

async function type(id: string, value: string): Promise<void> {
  await fireEvent.input(await screen.findByTestId(id), { target: { value } });
}

async function prove(typed: string): Promise<void> {
  await type("proof-passphrase", typed);
  await press("prove");
}

async function show(shell: FakeShell): Promise<FakeShell> {
  await press("show-recovery");
  await prove("right");
  await screen.findAllByTestId("recovery-code");
  return shell;
}

const page = (): string => document.body.innerHTML;

it("counts without asking who is there, and warns when few are left", async () => {
  await open({ recovery: { a: [...codes.slice(1), { code: "used-0000", used_at: 1_600_000_000 }] } });
  const count = screen.getByTestId("recovery-count");
  expect(count.textContent).toContain("2 codes left");
  expect(count.textContent).toContain("1 used");
  expect(screen.getByTestId("recovery-few").textContent).toContain("before the last is gone");
  expect(page()).not.toContain("two-2222");
});

it("offers nothing to show where none are kept", async () => {
  await open({ recovery: {} });
  expect(screen.getByTestId("recovery-count").textContent).toContain("None kept");
  expect(screen.queryByTestId("show-recovery")).toBeNull();
  expect(screen.queryByTestId("recovery-few"), "what was never there is not missing").toBeNull();
});

it("shows the codes after the right passphrase, and waits when the shell says so", async () => {
  const shell = await open();
  shell.waits = [8];
  await press("show-recovery");
  await prove("wrong");
  expect((await screen.findByTestId("error-banner")).textContent).toContain("does not open this vault");
  const button = screen.getByTestId<HTMLButtonElement>("prove");
  await vi.waitFor(() => expect(button.textContent).toContain("Next try in 8 seconds"));
  await type("proof-passphrase", "right");
  expect(button.disabled).toBe(true);
  expect(page()).not.toContain("two-2222");
  await vi.advanceTimersByTimeAsync(8_000);
  await press("prove");
  const shown = await screen.findAllByTestId("recovery-code");
  expect(shown.map((row) => row.querySelector("code")?.textContent)).toEqual(["one-1111", "two-2222", "three-3333"]);
});

it("takes the recovery key where the passphrase is forgotten", async () => {
  await open();
  await press("show-recovery");
  await press("prove-by-recovery_key");
  await type("proof-recovery-key", "7K2MX-Q9XD4-4TRBA-W8NHE-3CFV0-Z6JPT-5YGAR-M2EK9");
  await press("prove");
  expect((await screen.findAllByTestId("recovery-code")).length).toBe(3);
});

it("asks for a word where the keyring alone opens the vault", async () => {
  await open({ word: "STERK" });
  await press("show-recovery");
  const field = await screen.findByLabelText("Type STERK to go on");
  await fireEvent.input(field, { target: { value: "STERK" } });
  await press("prove");
  expect((await screen.findAllByTestId("recovery-code")).length).toBe(3);
});

it("copies one, dates it, and takes that back", async () => {
  const shell = await show(await open());
  await fireEvent.click(screen.getByLabelText("Copy code 2 and mark it used"));
  await vi.waitFor(() => expect(shell.copied).toEqual(["two-2222"]));
  const row = screen.getAllByTestId("recovery-code")[1] as HTMLElement;
  await vi.waitFor(() => expect(row.textContent).toContain("Used on November 14, 2023"));
  expect(row.querySelector("s")?.textContent).toBe("two-2222");
  expect(screen.getByTestId("recovery-count").textContent).toContain("2 codes left");
  const said = screen.getByTestId("recovery-said");
  await vi.waitFor(() => expect(said.textContent).toContain("leaves the clipboard in 30 seconds"));
  expect(said.closest("dialog"), "what lies below a sheet is not read out").toBeTruthy();
  await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("undo-copy")));
  await press("undo-copy");
  await vi.waitFor(() => expect(screen.getByTestId("recovery-count").textContent).toContain("3 codes left"));
  expect(row.querySelector("s")).toBeNull();
});

it("marks one used without copying, and not used again", async () => {
  const shell = await show(await open());
  await fireEvent.click(screen.getByLabelText("Mark code 1 used"));
  await fireEvent.click(await screen.findByLabelText("Code 1 is not used"));
  await screen.findByLabelText("Mark code 1 used");
  expect(shell.copied).toEqual([]);
});

it("forgets the codes after a minute, on closing and on locking", async () => {
  const shell = await show(await open());
  await vi.advanceTimersByTimeAsync(59_000);
  expect(screen.getByTestId("recovery-left").textContent).toContain("1 second");
  await vi.advanceTimersByTimeAsync(1_250);
  expect(page()).not.toContain("two-2222");
  expect(shell.grant, "and so does the shell").toBeNull();

  await show(shell);
  await fireEvent(screen.getByTestId("recovery-sheet").closest("dialog") as HTMLElement, new Event("cancel"));
  expect(screen.queryByTestId("recovery-sheet")).toBeNull();
  expect(page()).not.toContain("two-2222");
  expect(shell.grant).toBeNull();
  expect(screen.getByTestId("details-sheet"), "what lay below is as it was").toBeTruthy();

  await press("open-recovery");
  await show(shell);
  await fireEvent.keyDown(document.body, { key: "l", ctrlKey: true });
  await screen.findByTestId("unlock");
  expect(page()).not.toContain("two-2222");
});

it("shows what it understood of a list before anything is kept", async () => {
  const shell = await open();
  await press("add-recovery");
  await type("recovery-text", "Your codes:\n 1. four-4444\n 2. five-5555\n");
  const typed = await screen.findByText("2 codes found:");
  expect(within(typed.parentElement as HTMLElement).getAllByRole("listitem").map((one) => one.textContent)).toEqual([
    "four-4444",
    "five-5555",
  ]);
  expect(shell.count("a").unused).toBe(3);
  await press("keep-recovery");
  await vi.waitFor(() => expect(screen.getByTestId("recovery-count").textContent).toContain("5 codes left"));
  expect(page()).not.toContain("four-4444");
  await vi.waitFor(() => expect(screen.getByTestId("open-recovery").textContent).toContain("5 codes left"));
});

it("replaces all when the service issued new ones", async () => {
  const shell = await open();
  await press("add-recovery");
  await type("recovery-text", "new-0001\nnew-0002\nnew-0003");
  await fireEvent.click(screen.getByTestId("replace-recovery"));
  expect((await screen.findByTestId("keep-recovery")).textContent).toContain("Replace all");
  await press("keep-recovery");
  await vi.waitFor(() => expect(shell.recovery.get("a")?.map(({ code }) => code)).toEqual(["new-0001", "new-0002", "new-0003"]));
});

it("keeps no list without a code", async () => {
  await open();
  await press("add-recovery");
  await type("recovery-text", "Your codes:");
  expect(await screen.findByText("No code found in this so far.")).toBeTruthy();
  expect(screen.getByTestId<HTMLButtonElement>("keep-recovery").disabled).toBe(true);
});
