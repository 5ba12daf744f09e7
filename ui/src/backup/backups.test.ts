import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { expect, it, vi } from "vitest";

import App from "../App.svelte";
import { account, backupFolder, fake, FakeShell } from "../ipc/fake";
import type { RestoreRowView } from "../ipc";
import { Backups, proposed } from "./backups.svelte";

const row = (id: string, over: Partial<RestoreRowView> = {}): RestoreRowView => ({ id, issuer: "Forge", name: id, class: "new", parts: [], ...over });

async function open(shell: FakeShell): Promise<void> {
  render(App, { ipc: fake(shell) });
  await screen.findAllByTestId("code-row");
  await fireEvent.keyDown(window, { key: ",", ctrlKey: true });
  await fireEvent.click(await screen.findByTestId("open-backups"));
  await screen.findByTestId("backups");
}

async function type(mark: string, value: string): Promise<void> {
  await fireEvent.input(await screen.findByTestId(mark), { target: { value } });
}

it("sets backups up with a passphrase that is typed twice, after a proof", async () => {
  const shell = new FakeShell({ accounts: [account("a")], passphrase: "right" });
  await open(shell);
  await fireEvent.click(await screen.findByTestId("set-up-backups"));
  await type("backups-passphrase", "of the backups");
  await type("backups-again", "of the bakcups");
  await fireEvent.click(screen.getByTestId("backups-go"));
  expect(await screen.findByText("The two passphrases differ.")).toBeTruthy();
  await type("backups-again", "of the backups");
  await fireEvent.click(screen.getByTestId("backups-go"));
  await type("proof-passphrase", "right");
  await fireEvent.click(screen.getByTestId("prove"));
  await screen.findByTestId("no-folder");
  shell.picked = "/media/stick";
  await fireEvent.click(screen.getByTestId("add-folder"));
  expect((await screen.findByTestId("backup-folder")).textContent).toContain("Up to date");
});

it("says quietly that something changed, and loudly that a folder fails", async () => {
  const shell = new FakeShell({ accounts: [account("a")] });
  shell.backups = { ...shell.backups, on: true, folders: [backupFolder("/stick", { changed_since: true }), backupFolder("/cloud", { stand: "failed", failed: "disk_full" })] };
  await open(shell);
  const [stick, cloud] = await screen.findAllByTestId("backup-folder");
  expect(stick?.textContent).toContain("Changed since the last backup");
  expect(cloud?.textContent).toContain("The last backup failed.");
  expect(await screen.findByTestId("list-note")).toBeTruthy();
  await fireEvent.click(screen.getByTestId("back-up-now"));
  await vi.waitFor(() => expect(screen.getAllByTestId("backup-folder")[1]?.dataset.stand).toBe("done"));
});

it("tries the newest backup and says when", async () => {
  const shell = new FakeShell({ accounts: [account("a")] });
  await open(shell);
  await fireEvent.click(await screen.findByTestId("open-drill"));
  await type("backups-passphrase", "wrong");
  await fireEvent.click(screen.getByTestId("backups-go"));
  await vi.waitFor(() => expect(screen.getByTestId("backups").dataset.stage).toBe("drill"));
  await type("backups-passphrase", "of the backups");
  await fireEvent.click(screen.getByTestId("backups-go"));
  expect((await screen.findByTestId("drill-found")).textContent).toContain("8 accounts");
  await fireEvent.click(screen.getByTestId("backups-back"));
  expect((await screen.findByTestId("drilled")).textContent).toContain("2026");
});

it("proposes what overwrites nothing, and brings back what is chosen", async () => {
  const shell = new FakeShell({ accounts: [account("a")] });
  shell.restorable = { ...shell.restorable, rows: [row("fresh"), row("gone", { class: "deleted_here" }), row("other", { class: "changed", parts: [["secret", false]] })] };
  await open(shell);
  await fireEvent.click(await screen.findByTestId("open-restore"));
  await type("backups-passphrase", "of the backups");
  await fireEvent.click(screen.getByTestId("backups-go"));
  const choose = await screen.findByTestId("restore-choose");
  expect(choose.textContent).toContain("secret: newer here");
  await fireEvent.click(within(choose).getByLabelText("Forge, gone"));
  await fireEvent.click(screen.getByTestId("restore-go"));
  await vi.waitFor(() => expect(screen.getByTestId<HTMLButtonElement>("undo-restore").disabled).toBe(false));
  expect([...shell.broughtBack].sort()).toEqual(["fresh", "gone"]);
  await fireEvent.click(screen.getByTestId("undo-restore"));
  await vi.waitFor(() => expect(screen.queryByTestId("undo-restore")).toBeNull());
});

it("forgets the passphrase and lets the shell forget what was compared", async () => {
  const shell = new FakeShell();
  const discarded = vi.fn(() => Promise.resolve(null));
  const backups = new Backups({ ...fake(shell), discardRestore: discarded });
  await backups.compare("of the backups", false);
  expect(backups.stage.at).toBe("choose");
  backups.close();
  expect(discarded).toHaveBeenCalledOnce();
  expect([...proposed([row("a"), row("b", { class: "conflict" })])]).toEqual(["a"]);
});
