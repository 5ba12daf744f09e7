import { fireEvent, render, screen } from "@testing-library/svelte";
import { expect, it } from "vitest";

import App from "../App.svelte";
import { account, fake, FakeShell } from "../ipc/fake";
import type { HappenedView } from "../ipc";

const wrong: HappenedView = { at: 1_757_000_000, event: "failed_unlock", way: "passphrase", account: null };
const shown: HappenedView = { at: 1_757_000_100, event: "transfer", way: null, account: { id: "a", issuer: "Forge", name: "ada" } };

async function open(mark: string, trail: HappenedView[] = []): Promise<FakeShell> {
  const shell = new FakeShell({ accounts: [account("a")], settings: { language: "en" } });
  shell.trail = trail;
  render(App, { ipc: fake(shell) });
  await screen.findAllByTestId("code-row");
  await fireEvent.keyDown(document.body, { key: ",", ctrlKey: true });
  await fireEvent.click(await screen.findByTestId(mark));
  return shell;
}

it("says what happened and of whom, and leaves an event of a newer program as it is", async () => {
  await open("open-audit", [{ ...wrong, event: "from_the_future", way: null }, shown, wrong]);
  const rows = (await screen.findAllByTestId("happened")).map(({ textContent }) => textContent);
  expect(rows[0]).toContain("from_the_future");
  expect(rows[1]).toContain("Shown for another deviceForge, ada");
  expect(rows[2]).toContain("Wrong try to unlockPassphrase");
});

it("shows fifty, and more when asked", async () => {
  await open("open-audit", Array.from({ length: 60 }, () => wrong));
  expect((await screen.findAllByTestId("happened")).length).toBe(50);
  await fireEvent.click(screen.getByTestId("audit-more"));
  expect(screen.getAllByTestId("happened").length).toBe(60);
  expect(screen.queryByTestId("audit-more")).toBeNull();
});

it("leads a move to a new computer to the backup and to the ways to unlock", async () => {
  await open("open-moving");
  await fireEvent.click(await screen.findByTestId("moving-backup"));
  expect(await screen.findByTestId("save-backup")).toBeTruthy();
  await fireEvent.click(screen.getByTestId("save-close"));
  await fireEvent.keyDown(document.body, { key: ",", ctrlKey: true });
  await fireEvent.click(await screen.findByTestId("open-moving"));
  await fireEvent.click(await screen.findByTestId("moving-slots"));
  expect(await screen.findByTestId("slots")).toBeTruthy();
});
