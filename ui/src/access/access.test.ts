import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { expect, it, vi } from "vitest";

import App from "../App.svelte";
import { account, fake, FakeShell } from "../ipc/fake";

const forge = account("a", { issuer: "Forge", name: "ada" });
const codes = ["one-1111", "two-2222", "three-3333"].map((code) => ({ code, used_at: null }));

async function lost(shell = new FakeShell({ accounts: [forge], recovery: { a: codes } })): Promise<FakeShell> {
  render(App, { ipc: fake(shell) });
  await fireEvent.click(within((await screen.findAllByTestId("code-row"))[0] as HTMLElement).getByTestId("more"));
  await fireEvent.click(await screen.findByTestId("open-lost"));
  await screen.findByTestId("lost");
  return shell;
}

it("offers the recovery codes first, and asks who is there before it shows them", async () => {
  await lost();
  expect(document.activeElement).toBe(screen.getByTestId("lost-recovery"));
  await fireEvent.click(screen.getByTestId("lost-recovery"));
  await fireEvent.click(await screen.findByTestId("show-recovery"));
  expect(await screen.findByTestId("proof-passphrase")).toBeTruthy();
});

it("notes who resets, and opens the link only by a click", async () => {
  const shell = await lost(new FakeShell({ accounts: [forge], recovery: {} }));
  expect(screen.queryByTestId("lost-recovery"), "there are none to show").toBeNull();
  await fireEvent.input(screen.getByTestId("lost-who"), { target: { value: " https://example.org/reset " } });
  await fireEvent.click(screen.getByTestId("lost-note"));
  expect((await screen.findByTestId("lost-reset")).textContent).toBe("https://example.org/reset");
  expect(shell.opened).toEqual([]);
  await fireEvent.click(screen.getByTestId("lost-link"));
  await vi.waitFor(() => expect(shell.opened).toEqual(["a"]));
});

it("shows words of who resets as words", async () => {
  const shell = new FakeShell({ accounts: [forge] });
  shell.beside.set("a", { reset_by: "the owner, room 4" });
  await lost(shell);
  expect(screen.getByTestId("lost-reset").textContent).toBe("the owner, room 4");
  expect(screen.queryByTestId("lost-link")).toBeNull();
});

it("prints and saves the emergency sheet, which holds no code", async () => {
  const shell = await lost();
  await fireEvent.click(screen.getByTestId("lost-sheet"));
  const sheet = await screen.findByTestId("emergency");
  expect(within(sheet).getByText("3 unused")).toBeTruthy();
  expect(sheet.textContent).not.toContain("one-1111");
  await fireEvent.click(screen.getByTestId("print-emergency"));
  await vi.waitFor(() => expect(shell.printed).toBe(1));
  shell.picked = "/home/ada/sheet.html";
  await fireEvent.click(screen.getByTestId("save-emergency"));
  await vi.waitFor(() => expect(screen.getByTestId("emergency-saved").textContent).toContain("/home/ada/sheet.html"));
});

it("leads to a new code for this very account", async () => {
  await lost();
  await fireEvent.click(screen.getByTestId("lost-scan"));
  expect(await screen.findByTestId("add-sheet")).toBeTruthy();
});
