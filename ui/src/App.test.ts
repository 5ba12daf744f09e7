import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { expect, it, vi } from "vitest";

import App from "./App.svelte";
import { account, fake, FakeShell, recoveryGroups } from "./ipc/fake";

const two = [account("a", { issuer: "Forge", name: "ada" }), account("b", { issuer: "Harbour", name: "grace" })];

function open(shell: FakeShell): FakeShell {
  render(App, { ipc: fake(shell) });
  return shell;
}

async function type(id: string, text: string): Promise<void> {
  await fireEvent.input(await screen.findByTestId(id), { target: { value: text } });
}

async function press(id: string): Promise<void> {
  const button = await screen.findByTestId<HTMLButtonElement>(id);
  await vi.waitFor(() => expect(button.disabled).toBe(false));
  await fireEvent.click(button);
}

it("makes a vault and lets nobody past the recovery key without it", async () => {
  open(new FakeShell({ session: { state: "first_run", keyring: true }, accounts: [] }));
  await press("make-vault");
  const shown = await screen.findByTestId("recovery-key");
  expect(within(shown).getAllByRole("listitem").length).toBe(recoveryGroups.length);
  await press("recovery-next");
  const fields = await screen.findAllByTestId("recovery-group");
  for (const field of fields) await fireEvent.input(field, { target: { value: "WRONG" } });
  await press("recovery-kept");
  expect(screen.queryByTestId("empty")).toBeNull();
  for (const field of fields)
    await fireEvent.input(field, { target: { value: recoveryGroups[Number(field.dataset.group) - 1] } });
  await press("recovery-kept");
  expect(await screen.findByTestId("empty")).toBeTruthy();
});

it("refuses two passphrases that differ", async () => {
  const shell = open(new FakeShell({ session: { state: "first_run", keyring: false } }));
  await type("new-passphrase", "one");
  await type("repeat-passphrase", "two");
  await press("make-vault");
  expect(await screen.findByText("The two passphrases differ.")).toBeTruthy();
  expect(shell.session.state).toBe("first_run");
});

it("says that a passphrase is wrong, and opens with the right one", async () => {
  const locked = { state: "locked", keyring: false, passphrase: true, recovery_key: true, wait_seconds: 0, shut: false } as const;
  open(new FakeShell({ session: locked, accounts: two, passphrase: "right" }));
  await type("passphrase", "wrong");
  await press("unlock-open");
  expect((await screen.findByTestId("error-banner")).textContent).toContain("does not open this vault");
  await type("passphrase", "right");
  await press("unlock-open");
  expect((await screen.findAllByTestId("code-row")).length).toBe(2);
});

it("shows how long the next passphrase waits, and holds the key of it back", async () => {
  const locked = { state: "locked", keyring: false, passphrase: true, recovery_key: true, wait_seconds: 8, shut: false } as const;
  open(new FakeShell({ session: locked, accounts: two, passphrase: "right" }));
  await type("passphrase", "right");
  const button = screen.getByTestId<HTMLButtonElement>("unlock-open");
  expect(button.textContent).toContain("Next try in 8 seconds");
  expect(button.disabled).toBe(true);
  await fireEvent.submit(screen.getByTestId("unlock"));
  expect(screen.queryAllByTestId("code-row").length).toBe(0);
  await fireEvent.click(screen.getByTestId("use-recovery-key"));
  await type("recovery-key-input", recoveryGroups.join("-"));
  await press("unlock-open");
  expect((await screen.findAllByTestId("code-row")).length, "the recovery key never waits").toBe(2);
});

it("opens by itself where the keyring answers", async () => {
  open(new FakeShell({ session: { state: "locked", keyring: true, passphrase: false, recovery_key: true, wait_seconds: 0, shut: false }, accounts: two }));
  expect((await screen.findAllByTestId("code-row")).length).toBe(2);
});

it("copies on a click, says so, and reads the code digit by digit", async () => {
  const shell = open(new FakeShell({ accounts: two }));
  const row = await screen.findByRole("button", { name: /^Forge, ada, code (\d ){5}\d\. Copy$/ });
  await fireEvent.click(row);
  expect(shell.copied).toEqual(["a"]);
  expect(await screen.findByText("Copied")).toBeTruthy();
  await vi.waitFor(() => expect(screen.getByTestId("said").textContent).toContain("Forge, ada"));
  expect(screen.getByTestId("said").getAttribute("role")).toBe("status");
  expect(row.closest("[aria-live], [role=status]"), "changing codes must not speak").toBeNull();
});

it("finds, moves and copies by keyboard alone", async () => {
  const shell = open(new FakeShell({ accounts: two }));
  await screen.findAllByTestId("code-row");
  await fireEvent.keyDown(document.body, { key: "h" });
  const search = screen.getByTestId("search");
  expect(document.activeElement).toBe(search);
  await fireEvent.input(search, { target: { value: "har" } });
  await fireEvent.keyDown(search, { key: "Enter" });
  expect(screen.getAllByTestId("code-row").length).toBe(1);
  await vi.waitFor(() => expect(shell.copied).toEqual(["b"]));
  await fireEvent.keyDown(search, { key: "Escape" });
  expect(screen.getAllByTestId("code-row").length).toBe(2);
  await fireEvent.keyDown(search, { key: "ArrowDown" });
  expect(document.activeElement?.getAttribute("aria-label")).toContain("Forge");
  await fireEvent.keyDown(document.activeElement ?? search, { key: "ArrowDown" });
  expect(document.activeElement?.getAttribute("aria-label")).toContain("Harbour");
});

it("reaches the list with one Tab stop", async () => {
  open(new FakeShell({ accounts: two }));
  const rows = await screen.findAllByTestId("code-row");
  expect(rows.map((row) => row.querySelector("button")?.tabIndex)).toEqual([0, -1]);
});

it("uses up a counter code only at the second press", async () => {
  const shell = open(new FakeShell({ accounts: [account("h", { issuer: "Library", kind: "hotp", period: null })] }));
  await press("next-code");
  expect(shell.counters.get("h")).toBeUndefined();
  await press("next-code");
  expect(shell.counters.get("h")).toBe(1);
  expect((await screen.findByTestId("code")).textContent).toMatch(/^\d{3} \d{3}$/);
});

it("reviews a pasted link and keeps what was ticked", async () => {
  const shell = open(new FakeShell({ accounts: two }));
  await screen.findAllByTestId("code-row");
  await fireEvent.keyDown(document.body, { key: "n", ctrlKey: true });
  await type("link", "otpauth://totp/x?secret=y");
  await press("read-link");
  const drafts = await screen.findAllByTestId("draft");
  expect(document.activeElement, "Enter keeps, Esc discards").toBe(screen.getByTestId("accept"));
  expect(drafts.length).toBe(3);
  expect(within(drafts[2] as HTMLElement).getByTestId("unusual").textContent).toContain("six digits");
  await fireEvent.click(within(drafts[1] as HTMLElement).getByLabelText("Leave it out"));
  expect(shell.accounts.length, "nothing is kept before the person says so").toBe(2);
  await press("accept");
  await vi.waitFor(() => expect(shell.accounts.length).toBe(4));
  expect((await screen.findAllByTestId("code-row")).length).toBe(4);
});

it("shows the keys by a question mark, but not within a search", async () => {
  open(new FakeShell({ accounts: two }));
  await screen.findAllByTestId("code-row");
  await type("search", "har");
  await fireEvent.keyDown(screen.getByTestId("search"), { key: "?" });
  expect(screen.queryByTestId("keys")).toBeNull();
  await type("search", "");
  await fireEvent.keyDown(document.body, { key: "?" });
  const keys = await screen.findByTestId("keys");
  expect(within(keys).getByText("Copy the code").closest("div")?.textContent).toContain("Enter");
  await fireEvent(keys.closest("dialog") as HTMLElement, new Event("cancel"));
  expect(screen.queryByTestId("keys")).toBeNull();
});

it("locks by keyboard and drops every code from the page", async () => {
  open(new FakeShell({ accounts: two }));
  await screen.findAllByTestId("code-row");
  await fireEvent.keyDown(document.body, { key: "l", ctrlKey: true });
  expect(await screen.findByTestId("unlock")).toBeTruthy();
  expect(screen.queryAllByTestId("code").length).toBe(0);
});

it("shows the way out when the session cannot be read", async () => {
  const shell = new FakeShell();
  const door = { ...fake(shell), start: () => Promise.reject({ code: "unsupported_version", message: "version 9" }) };
  render(App, { ipc: door });
  expect((await screen.findByTestId("error-banner")).textContent).toContain("newer Sterk");
});

it("lets the ring of a long period run on when a short one ends", async () => {
  vi.useFakeTimers({ now: 1_700_000_020_000, toFake: ["Date", "setTimeout", "clearTimeout"] });
  try {
    open(new FakeShell({ accounts: [account("a", { issuer: "Long", period: 60 }), account("b", { issuer: "Short" })] }));
    await vi.waitFor(() => expect(screen.getAllByTestId("code").length).toBe(2));
    const ring = (): string => screen.getAllByTestId("code-row")[0]?.querySelector("svg")?.getAttribute("style") ?? "";
    const before = ring();
    expect(before).toContain("--period: 60");
    const code = screen.getAllByTestId("code")[1]?.textContent;
    await vi.advanceTimersByTimeAsync(21_000);
    await vi.waitFor(() => expect(screen.getAllByTestId("code")[1]?.textContent).not.toBe(code));
    expect(ring()).not.toBe(before);
    const later = ring();
    await vi.advanceTimersByTimeAsync(31_000);
    expect(ring(), "half-way through its own period").toBe(later);
  } finally {
    vi.useRealTimers();
  }
});

it("adds a link that was pasted into the search, and searches for other words", async () => {
  open(new FakeShell({ accounts: two }));
  await screen.findAllByTestId("code-row");
  const paste = (text: string): Promise<boolean> =>
    fireEvent.paste(screen.getByTestId("search"), { clipboardData: { getData: () => text } });
  expect(await paste("harbour"), "words go into the field").toBe(true);
  expect(screen.queryByTestId("review")).toBeNull();
  for (const link of [" otpauth://totp/x?secret=y", "otpauth-migration://offline?data=x", ""]) {
    expect(await paste(link), link).toBe(false);
    await press("discard");
  }
});
