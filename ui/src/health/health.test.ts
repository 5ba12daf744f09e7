import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { expect, it, vi } from "vitest";

import App from "../App.svelte";
import { account, fake, FakeShell, type FakeStart } from "../ipc/fake";
import type { FindingView } from "../ipc";
import { Health } from "./health.svelte";

const forge = account("a", { issuer: "Forge", name: "ada", open_end: "unverified" });
const bank = account("b", { issuer: "Bank" });
const unverified: FindingView = { concern: "unverified", pressing: false, accounts: [{ id: "a", issuer: "Forge", name: "ada" }], names: [] };
const none: FindingView = { concern: "no_backup", pressing: true, accounts: [], names: [] };

async function open(start: FakeStart = {}): Promise<FakeShell> {
  const shell = new FakeShell({ accounts: [forge, bank], findings: [none, unverified], passphrase: "right", ...start });
  render(App, { ipc: fake(shell) });
  await screen.findAllByTestId("code-row");
  await fireEvent.click(screen.getByTestId("menu"));
  await fireEvent.click(await screen.findByTestId("open-health"));
  await screen.findByTestId("health");
  return shell;
}

it("counts what presses, and looks without a word", async () => {
  const health = new Health(fake(new FakeShell({ findings: [none, unverified] })));
  expect(health.pressing).toBe(0);
  await health.look();
  expect([health.pressing, health.findings.length, health.stage.at]).toEqual([1, 2, "closed"]);
  const broken = new Health({ ...fake(new FakeShell()), health: () => Promise.reject({ code: "locked", message: "" }) });
  await broken.look();
  expect(broken.fault).toBeNull();
});

it("marks the menu while something presses, in words too", async () => {
  const shell = await open();
  expect(screen.getByTestId("badge")).toBeTruthy();
  expect(screen.getByTestId("menu").getAttribute("aria-label")).toBe("Menu, 1 thing wants attention");
  shell.findings = [unverified];
  await fireEvent.click(screen.getByTestId("health-close"));
  await vi.waitFor(() => expect(screen.queryByTestId("badge"), "what merely could be better is quiet").toBeNull());
});

it("leads from an account that is not confirmed into the assistant", async () => {
  await open();
  const row = screen.getByRole("button", { name: "Confirm: Forge, ada" });
  await fireEvent.click(row);
  expect((await screen.findByTestId("assistant")).dataset.stage).toBe("code");
});

it("leads from a missing backup to one, and from there to a file of recovery codes", async () => {
  const shell = await open();
  await fireEvent.click(screen.getByTestId("mend-no_backup"));
  await fireEvent.click(await screen.findByTestId("open-codes-file"));
  await screen.findByTestId("save-recovery_file");
  for (const id of ["save-passphrase", "save-again"]) await fireEvent.input(screen.getByTestId(id), { target: { value: "of the file" } });
  await fireEvent.submit(screen.getByTestId("save-passphrase").closest("form") as HTMLElement);
  shell.picked = "/stick/codes.sterk";
  await fireEvent.input(await screen.findByTestId("proof-passphrase"), { target: { value: "right" } });
  await fireEvent.click(screen.getByTestId("prove"));
  expect((await screen.findByTestId("saved")).textContent).toContain("Written and opened again");
  expect(shell.saved).toEqual(["recovery_file of the file"]);
});

it("shows a few accounts of one concern and all of them when asked", async () => {
  const accounts = ["1", "2", "3", "4", "5", "6"].map((id) => ({ id, issuer: `Site ${id}`, name: "" }));
  await open({ findings: [{ ...unverified, accounts }] });
  expect(screen.getAllByTestId("mend-account").length).toBe(4);
  await fireEvent.click(screen.getByTestId("health-more"));
  expect(screen.getAllByTestId("mend-account").length).toBe(6);
  expect(screen.queryByTestId("health-more")).toBeNull();
});

it("says that all is well", async () => {
  await open({ findings: [] });
  expect(within(screen.getByTestId("health")).getByText("All is well.")).toBeTruthy();
});

it("finds what is unfinished from the menu, and marks it in the list", async () => {
  const shell = new FakeShell({ accounts: [forge, bank] });
  render(App, { ipc: fake(shell) });
  const rows = await screen.findAllByTestId("code-row");
  expect(screen.getAllByTestId("open-end").map((mark) => mark.title)).toEqual(["Not confirmed yet"]);
  expect(rows.map((row) => row.querySelector("button.copy")?.getAttribute("aria-label")).filter((name) => name?.includes("Not confirmed yet")).length).toBe(1);
  await fireEvent.click(screen.getByTestId("menu"));
  await fireEvent.click(await screen.findByTestId("open-unfinished"));
  await vi.waitFor(() => expect(screen.getAllByTestId("code-row").length).toBe(1));
  expect(screen.getByTestId<HTMLInputElement>("search").value).toBe("state:unfinished");
});

it("puts a piece of advice away for good", async () => {
  const shell = await open();
  await fireEvent.click(screen.getByTestId("mend-no_backup"));
  const tip = await screen.findByTestId("tip-backup_elsewhere");
  expect(tip.textContent).toContain("Source: CISA");
  await fireEvent.click(within(tip).getByRole("button"));
  await vi.waitFor(() => expect(screen.queryByTestId("tip-backup_elsewhere")).toBeNull());
  expect(shell.settings.hidden_tips).toEqual(["backup_elsewhere"]);
});
