import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { expect, it, vi } from "vitest";

import App from "../App.svelte";
import { Fault } from "../ipc";
import { account, draft, fake, FakeShell, type FakeStart } from "../ipc/fake";
import { Assistant, remedies } from "./assistant.svelte";

const forge = account("a", { issuer: "Forge", name: "ada" });
const library = account("h", { issuer: "Library", kind: "hotp", period: null });

function begin(start: FakeStart = {}): { shell: FakeShell; assistant: Assistant } {
  const shell = new FakeShell({ accounts: [forge, library], recovery: {}, ...start });
  return { shell, assistant: new Assistant(fake(shell)) };
}

const at = ({ stage }: Assistant): string => (stage.at === "refused" ? stage.remedy : stage.at);

it("leads from the code over the recovery codes to the backup, and keeps each step in the vault", async () => {
  const { shell, assistant } = begin();
  await assistant.open("a");
  expect(at(assistant)).toBe("code");
  await assistant.accepted();
  expect([at(assistant), shell.beside.get("a")?.verified_at !== null]).toEqual(["recovery", true]);
  await assistant.without("none_given");
  expect([at(assistant), shell.beside.get("a")?.said]).toEqual(["backup", "none_given"]);
  assistant.backed(null);
  expect(assistant.stage).toMatchObject({ at: "done", backup: null, of: { enrolment: "none" } });
});

it("goes on where it was left, whatever step that was", async () => {
  const { shell, assistant } = begin();
  await assistant.open("a");
  await assistant.accepted();
  assistant.close();
  await assistant.open("a");
  expect(at(assistant)).toBe("recovery");
  await assistant.without("later");
  assistant.close();
  await assistant.open("a");
  expect(at(assistant), "later is not done").toBe("recovery");
  shell.recovery.set("a", ["1111", "2222", "3333"].map((code) => ({ code, used_at: null })));
  await assistant.open("a");
  expect(at(assistant)).toBe("backup");
});

it("leads through what may be wrong when the service refuses, and back", async () => {
  const { assistant } = begin({ findings: [{ concern: "clock_behind", pressing: true, accounts: [], names: [] }] });
  await assistant.open("a");
  await assistant.refused();
  expect([at(assistant), assistant.behind]).toEqual(["clock", true]);
  const seen = ["fresh", "facts", "rescan", "rescan"].map(() => (assistant.still(), at(assistant)));
  expect(seen, "the last one stays").toEqual(["fresh", "facts", "rescan", "rescan"]);
  const back = [1, 2, 3, 4].map(() => (assistant.back(), at(assistant)));
  expect(back).toEqual(["facts", "fresh", "clock", "code"]);
  await assistant.refused();
  await assistant.accepted();
  expect(at(assistant), "the service may accept at any remedy").toBe("recovery");
});

it("asks a counter nothing about the clock", async () => {
  const { assistant } = begin();
  await assistant.open("h");
  expect(assistant.stage.at === "code" && remedies(assistant.stage.of)).toEqual(["fresh", "facts", "rescan"]);
});

it("stays where it is when the vault refuses", async () => {
  const { shell, assistant } = begin();
  await assistant.open("a");
  shell.refuses = "disk_full";
  await assistant.accepted();
  expect([at(assistant), assistant.fault?.code]).toEqual(["code", "disk_full"]);
});

it("does not come back when it was closed before the vault answered", async () => {
  const shell = new FakeShell({ accounts: [forge], recovery: {} });
  let answer = (): void => {};
  const door = fake(shell);
  const slow = new Promise<void>((done) => (answer = done));
  const assistant = new Assistant({ ...door, changeAccount: async (...given) => (await slow, door.changeAccount(...given)) });
  await assistant.open("a");
  const accepted = assistant.accepted();
  assistant.close();
  answer();
  await accepted;
  expect(at(assistant)).toBe("closed");
});

const one = { drafts: [draft(1, { issuer: "Harbour", name: "ada" })], skipped: [], batches: [], sealed: null };

async function enrolled(shell: FakeShell): Promise<FakeShell> {
  render(App, { ipc: fake(shell) });
  await screen.findByTestId("search");
  await fireEvent.keyDown(document.body, { key: "v", ctrlKey: true });
  await press("accept");
  await screen.findByTestId("assistant");
  return shell;
}

async function press(id: string): Promise<void> {
  const button = await screen.findByTestId<HTMLButtonElement>(id);
  await vi.waitFor(() => expect(button.disabled).toBe(false));
  await fireEvent.click(button);
}

const stage = (): string | undefined => screen.queryByTestId("assistant")?.dataset.stage;

it("opens by itself for the one account that was kept, and not for several", async () => {
  await enrolled(new FakeShell({ accounts: [forge], review: one }));
  const big = await screen.findByTestId("big-code");
  expect(big.getAttribute("aria-label")).toMatch(/^Code (\d ){5}\d\. Copy$/);
  expect(big.closest("[aria-live], [role=status]"), "changing codes must not speak").toBeNull();
  await vi.waitFor(() => expect(document.activeElement).toBe(big));
  await fireEvent(screen.getByTestId("assistant").closest("dialog") as HTMLElement, new Event("cancel"));
  expect(screen.queryByTestId("assistant")).toBeNull();
  expect(screen.getAllByTestId("code-row").length, "leaving loses nothing").toBe(2);
});

it("keeps the codes of a list and writes a backup after the person proved who they are", async () => {
  const shell = await enrolled(new FakeShell({ accounts: [forge], review: one, passphrase: "right" }));
  await press("assistant-accepted");
  await vi.waitFor(() => expect(stage()).toBe("recovery"));
  shell.picked = "1. aaaa-1111\n2. bbbb-2222";
  await press("pick-recovery");
  const typed = await screen.findByTestId("recovery-typed");
  await vi.waitFor(() => expect(within(typed).getAllByRole("listitem").map((li) => li.textContent)).toEqual(["aaaa-1111", "bbbb-2222"]));
  await press("keep-recovery");
  await vi.waitFor(() => expect(stage()).toBe("backup"));
  await fireEvent.input(screen.getByTestId("save-passphrase"), { target: { value: "of the file" } });
  await fireEvent.input(screen.getByTestId("save-again"), { target: { value: "of the fil" } });
  await press("save-choose");
  expect(await screen.findByText("The two passphrases differ.")).toBeTruthy();
  await fireEvent.input(screen.getByTestId("save-again"), { target: { value: "of the file" } });
  await press("save-choose");
  shell.picked = "/stick/sterk.sterk";
  await fireEvent.input(await screen.findByTestId("proof-passphrase"), { target: { value: "right" } });
  await press("prove");
  expect((await screen.findByTestId("assistant-done")).textContent).toContain("A fresh backup has it");
  expect(shell.saved).toEqual(["backup of the file"]);
  expect(document.body.innerHTML).not.toContain("of the file");
  await press("assistant-finish");
  expect(screen.queryByTestId("assistant")).toBeNull();
});

it("takes a dropped list of recovery codes for what it is, and a picture where none is awaited", async () => {
  const shell = await enrolled(new FakeShell({ accounts: [forge], review: one }));
  await press("assistant-accepted");
  await screen.findByTestId("recovery-form");
  shell.picked = "1. aaaa-1111";
  shell.heard("arrived");
  await vi.waitFor(() => expect(screen.getByTestId<HTMLTextAreaElement>("recovery-text").value).toBe("aaaa-1111"));
  await press("assistant-later");
  await vi.waitFor(() => expect(stage()).toBe("backup"));
  shell.heard("arrived");
  await vi.waitFor(() => expect(screen.queryByTestId("recovery-form")).toBeNull());
});

it("asks what becomes of a namesake before anything is kept", async () => {
  const again = { drafts: [draft(1, { issuer: "Forge", name: "ada", duplicate: { by: "name", issuer: "Forge", name: "ada" } })], skipped: [], batches: [], sealed: null };
  const shell = new FakeShell({ accounts: [forge], review: again });
  render(App, { ipc: fake(shell) });
  await screen.findByTestId("search");
  await fireEvent.keyDown(document.body, { key: "v", ctrlKey: true });
  expect((await screen.findByTestId<HTMLButtonElement>("accept")).disabled, "never a second entry by accident").toBe(true);
  expect(document.activeElement).toBe(screen.getByTestId("way-replace"));
  await fireEvent.click(screen.getByTestId("way-replace"));
  expect(screen.getByTestId("replace-hint").textContent).toContain("30 days");
  await press("accept");
  expect((await screen.findByTestId("aside-until")).textContent).toMatch(/The old secret is kept aside until .*20\d\d/);
  expect(shell.accounts.length).toBe(1);
});

it("scans anew onto the same account, whatever the service calls it now", async () => {
  const shell = new FakeShell({ accounts: [forge], review: one });
  const kept = vi.fn(fake(shell).accept);
  render(App, { ipc: { ...fake(shell), accept: kept } });
  await fireEvent.click(within((await screen.findAllByTestId("code-row"))[0] as HTMLElement).getByTestId("more"));
  await press("open-assistant");
  await press("assistant-refused");
  for (const remedy of ["clock", "fresh", "facts"]) {
    await screen.findByTestId(`remedy-${remedy}`);
    await press("assistant-still");
  }
  await press("assistant-rescan");
  await press("paste");
  expect((await screen.findByTestId("duplicate")).textContent).toContain("For Forge, ada");
  await press("accept");
  expect(kept.mock.calls).toEqual([[[{ handle: 1, on_duplicate: "replace", onto: "a" }]]]);
  await vi.waitFor(() => expect(stage()).toBe("code"));
});

it("brings an old secret back, and forgets one only at the second press", async () => {
  const shell = new FakeShell({ accounts: [forge] });
  shell.beside.set("a", { former_until: 1_800_000_000 });
  render(App, { ipc: fake(shell) });
  const more = async (): Promise<boolean> =>
    fireEvent.click(within((await screen.findAllByTestId("code-row"))[0] as HTMLElement).getByTestId("more"));
  await more();
  expect((await screen.findByTestId("aside")).textContent).toContain("2027");
  await press("restore-secret");
  await vi.waitFor(() => expect(screen.getByTestId("said").textContent).toBe("The old secret is back."));
  await more();
  await press("forget-aside");
  expect(shell.beside.get("a")?.former_until).not.toBeNull();
  await press("forget-aside");
  await vi.waitFor(() => expect(screen.queryByTestId("aside")).toBeNull());
  expect(shell.beside.get("a")?.former_until).toBeNull();
});

it("says what kept an account from being looked at", async () => {
  const { shell } = begin();
  const assistant = new Assistant({ ...fake(shell), details: () => Promise.reject(new Fault("no_such_account", "gone")) });
  await assistant.open("a");
  expect([at(assistant), assistant.fault?.code]).toEqual(["closed", "no_such_account"]);
});
