import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { expect, it, vi } from "vitest";

import App from "../App.svelte";
import { account, fake, FakeShell, recoveryGroups, slot } from "../ipc/fake";
import type { FindingView } from "../ipc";
import { Slots } from "./slots.svelte";

const alone: FindingView = { concern: "one_way_only", pressing: true, accounts: [], names: [] };

async function shell(over: (shell: FakeShell) => void = () => {}): Promise<FakeShell> {
  const shell = new FakeShell({ accounts: [account("a")], passphrase: "right", settings: { language: "en" }, findings: [alone] });
  over(shell);
  render(App, { ipc: fake(shell) });
  await screen.findAllByTestId("code-row");
  await fireEvent.keyDown(document.body, { key: ",", ctrlKey: true });
  await fireEvent.click(await screen.findByTestId("open-slots"));
  await screen.findByTestId("slots");
  return shell;
}

async function type(mark: string, value: string): Promise<void> {
  await fireEvent.input(await screen.findByTestId(mark), { target: { value } });
}

async function submit(): Promise<void> {
  await fireEvent.submit(await screen.findByTestId("slot-form"));
}

async function prove(): Promise<void> {
  await type("proof-passphrase", "right");
  await fireEvent.click(screen.getByTestId("prove"));
}

async function typeBack(): Promise<void> {
  await fireEvent.click(await screen.findByTestId("recovery-next"));
  for (const field of await screen.findAllByTestId("recovery-group"))
    await fireEvent.input(field, { target: { value: recoveryGroups[Number(field.dataset.group) - 1] } });
  await fireEvent.click(screen.getByTestId("recovery-kept"));
}

const kinds = (): (string | undefined)[] => screen.getAllByTestId("slot").map(({ dataset }) => dataset.kind);

it("lists each way with what a guess at it costs", async () => {
  await shell();
  expect(kinds()).toEqual(["passphrase", "recovery_key"]);
  expect(screen.getAllByTestId("slot")[0]?.textContent).toContain("64 MiB of memory 3 times");
});

it("adds a passphrase that was weighed and typed twice, once it is proved who asks", async () => {
  const fake = await shell();
  await fireEvent.click(screen.getByTestId("slot-add-passphrase"));
  await type("slot-passphrase", "short");
  await vi.waitFor(() => expect(screen.getByTestId("strength").dataset.grade).toBe("weak"));
  await type("slot-passphrase", "four words that differ");
  await vi.waitFor(() => expect(screen.getByTestId("strength").dataset.grade).toBe("strong"));
  await submit();
  expect(screen.queryByTestId("proof"), "the two differ").toBeNull();
  await type("slot-repeat", "four words that differ");
  await type("slot-name", "at work");
  await submit();
  expect(fake.slots.length, "nothing before the proof").toBe(2);
  await prove();
  await vi.waitFor(() => expect(kinds()).toEqual(["passphrase", "recovery_key", "passphrase"]));
  expect(screen.getByText("at work")).toBeTruthy();
});

it("adds a recovery key once it was typed back, and none that was put away before", async () => {
  const fake = await shell();
  await fireEvent.click(screen.getByTestId("slot-add-recovery_key"));
  await submit();
  await prove();
  await screen.findByTestId("recovery-key");
  expect(screen.getByTestId("printed-key").textContent).toContain(recoveryGroups[7]);
  await fireEvent.click(screen.getByRole("button", { name: "Close" }));
  await vi.waitFor(() => expect(fake.pending).toBeNull());
  expect(fake.slots.length).toBe(2);
  expect(screen.queryByTestId("printed-key"), "the key has left the page").toBeNull();

  const slots = new Slots((await import("../ipc/fake")).fake(fake));
  await slots.open();
  slots.ask({ does: "add", kind: "recovery_key", name: "", passphrase: "" });
  fake.grant = { id: "", reveal: "change_slots", shown: false };
  await slots.perform();
  await slots.kept();
  expect([fake.slots.length, slots.stage.at, slots.done]).toEqual([3, "list", "add"]);
});

it("offers no removal of the last way", async () => {
  await shell((shell) => (shell.slots = [slot("s1", "passphrase")]));
  expect(screen.queryByTestId("slot-remove")).toBeNull();
  expect(screen.getByTestId("slot-last")).toBeTruthy();
});

it("removes a way after asking, and tells what is refused", async () => {
  const fake = await shell();
  fake.refuses = "read_only";
  await fireEvent.click(screen.getAllByTestId("slot-remove")[1] as HTMLElement);
  await submit();
  await prove();
  expect((await screen.findByTestId("error-banner")).textContent).toContain("cannot be written");
  fake.refuses = "";
  await fireEvent.click(screen.getAllByTestId("slot-remove")[1] as HTMLElement);
  await submit();
  await prove();
  await vi.waitFor(() => expect(kinds()).toEqual(["passphrase"]));
});

it("makes a new vault key with the passphrases that stay, and names what is still open", async () => {
  const fake = await shell((shell) => {
    shell.slots = [slot("s1", "passphrase"), slot("s3", "passphrase", { name: "lost" }), slot("s2", "recovery_key")];
    shell.copies = ["/stick/old.sterk"];
  });
  await fireEvent.click(screen.getByTestId("slot-rekey"));
  const go = await screen.findByTestId<HTMLButtonElement>("slot-go");
  expect(go.disabled, "every passphrase is wanted").toBe(true);
  await fireEvent.input(screen.getAllByTestId("rekey-passphrase")[0] as HTMLElement, { target: { value: "right" } });
  await fireEvent.click(screen.getAllByTestId("rekey-leave-out")[1] as HTMLElement);
  await submit();
  await prove();
  await screen.findByTestId("recovery-key");
  expect(fake.pending).toBe("rekey");
  await typeBack();
  expect(within(await screen.findByTestId("rekeyed")).getByText("/stick/old.sterk")).toBeTruthy();
  await fireEvent.click(screen.getByTestId("rekeyed-done"));
  await vi.waitFor(() => expect(kinds()).toEqual(["passphrase", "recovery_key"]));
});

it("is where health leads when there is one way only", async () => {
  const shell = new FakeShell({ accounts: [account("a")], findings: [alone], settings: { language: "en" } });
  render(App, { ipc: fake(shell) });
  await screen.findAllByTestId("code-row");
  await fireEvent.click(screen.getByTestId("menu"));
  await fireEvent.click(await screen.findByTestId("open-health"));
  await fireEvent.click(await screen.findByTestId("mend-one_way_only"));
  expect(await screen.findByTestId("slots")).toBeTruthy();
});
