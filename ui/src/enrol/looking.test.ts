import { fireEvent, render, screen } from "@testing-library/svelte";
import { expect, it, vi } from "vitest";

import App from "../App.svelte";
import { Fault, type Ipc, type ReviewView } from "../ipc";
import { draft, fake, FakeShell } from "../ipc/fake";
import { Enrol } from "./enrol.svelte";

const found: ReviewView = { drafts: [draft(1)], skipped: [], batches: [], sealed: null };
const half: ReviewView = { ...found, batches: [{ have: 1, of: 2, missing: [2] }] };
const nothing = (): Promise<never> => Promise.reject(new Fault("no_qr", "there is no QR code"));

async function open(over: Partial<Ipc>, shell = new FakeShell({ accounts: [], review: found })): Promise<FakeShell> {
  render(App, { ipc: { ...fake(shell), ...over } });
  await fireEvent.click(await screen.findByTestId("add-first"));
  return shell;
}

async function click(id: string): Promise<void> {
  await fireEvent.click(await screen.findByTestId(id));
}

it("offers to keep looking after a look that saw nothing, and only then", async () => {
  await open({ scanScreen: nothing, paste: nothing });
  await click("paste");
  await screen.findByTestId("error-banner");
  expect(screen.queryByTestId("keep-looking"), "a clipboard does not load").toBeNull();
  await click("scan-screen");
  expect((await screen.findByTestId("keep-looking")).textContent).toBe("Keep looking for 10 s");
});

it("counts down while it looks, and shows what came", async () => {
  let come = (_: ReviewView): void => {};
  const asked: number[] = [];
  await open({ scanScreen: nothing, keepLooking: (seconds) => (asked.push(seconds), new Promise((resolve) => (come = resolve))) });
  await click("scan-screen");
  await click("keep-looking");
  expect((await screen.findByTestId("looking-left")).textContent).toBe("10 s left");
  expect(asked).toEqual([10]);
  come(found);
  await screen.findByTestId("review");
  expect(screen.queryByTestId("looking")).toBeNull();
});

it("stops at once, by the button and by Escape", async () => {
  for (const stop of [() => click("stop-looking"), () => fireEvent(screen.getByTestId("looking"), new Event("cancel"))]) {
    let end = (): void => {};
    const enrol = vi.fn(async () => (end(), null));
    await open({ scanScreen: nothing, keepLooking: () => new Promise((resolve) => (end = () => resolve(null))), stopLooking: enrol });
    await click("scan-screen");
    await click("keep-looking");
    await screen.findByTestId("looking");
    await stop();
    expect(await screen.findByTestId("add-sheet")).toBeTruthy();
    expect(enrol).toHaveBeenCalledOnce();
    document.body.innerHTML = "";
  }
});

it("looks for the missing part of a set, and keeps what is there when it does not come", async () => {
  const enrol = new Enrol({ ...fake(new FakeShell({ review: half })), keepLooking: nothing });
  await enrol.paste();
  await enrol.keepLooking();
  expect([enrol.stage.at, enrol.fault?.code]).toEqual(["review", "no_qr"]);
  const lucky = new Enrol({ ...fake(new FakeShell({ review: half })), keepLooking: async () => found });
  await lucky.paste();
  await lucky.keepLooking();
  expect(lucky.stage.at === "review" && lucky.stage.review.batches).toEqual([]);
});

it("offers to delete the file that still holds what was kept, and asks once", async () => {
  const shell = new FakeShell({ accounts: [], review: found });
  shell.leftovers = [{ name: "code.png", service: "Dropbox" }];
  await open({}, shell);
  await click("paste");
  await click("accept");
  const asked = await screen.findByTestId("leftover");
  expect(asked.textContent).toContain("code.png still holds the secret.");
  expect(asked.textContent).toContain("Dropbox");
  await click("delete-leftovers");
  await vi.waitFor(() => expect(screen.getByTestId("leftover").textContent).toContain("The file is deleted."));
  expect(shell.leftovers).toEqual([]);
});

it("leaves the file where it lies when told, and says why one could not be deleted", async () => {
  const shell = new FakeShell({ accounts: [], review: found });
  shell.leftovers = [{ name: "code.png", service: null }];
  await open({}, shell);
  await click("paste");
  await click("accept");
  await click("keep-leftovers");
  expect(screen.queryByTestId("leftover")).toBeNull();
  document.body.innerHTML = "";
  shell.leftovers = [{ name: "code.png", service: null }];
  const stays = [{ source: "code.png", code: "file_changed", message: "", spot: null }];
  shell.accounts = [];
  await open({ deleteLeftovers: async () => ({ deleted: 0, stays }) }, shell);
  await click("paste");
  await click("accept");
  await click("delete-leftovers");
  await vi.waitFor(() => expect(screen.getByTestId("leftover").textContent).toContain("was changed since it was read"));
});

it("looks at the part that was chosen by keys, and lets go of the picture when it closes", async () => {
  const asked: unknown[] = [];
  const shell = new FakeShell({ accounts: [], review: found });
  const looks: Ipc["lookAtPart"][] = [nothing, async () => found];
  await open({ lookAtPart: (...words) => (asked.push(words), looks.shift()?.(...words) ?? nothing()) }, shell);
  await click("choose-part");
  const box = await screen.findByTestId("part-box");
  expect(box.textContent).toContain("25 % from the left, 25 % from the top, 50 % wide, 50 % high");
  expect(screen.getByTestId("part").querySelectorAll(".counts").length).toBe(1);
  await fireEvent.keyDown(box, { key: "ArrowRight" });
  await fireEvent.keyDown(box, { key: "ArrowUp", shiftKey: true });
  expect(box.textContent).toContain("27 % from the left, 25 % from the top, 50 % wide, 47 % high");
  await fireEvent.click(box);
  expect(await screen.findByTestId("error-banner")).toBeTruthy();
  expect(screen.queryByTestId("part"), "nothing found leaves it open").toBeTruthy();
  await click("look-at-part");
  expect(await screen.findByTestId("review")).toBeTruthy();
  expect(asked).toEqual([
    [0, [216, 125, 400, 234]],
    [0, [216, 125, 400, 234]],
  ]);
});

it("lets go of the frozen screens when somebody goes back or their time is over", async () => {
  const shell = new FakeShell();
  const enrol = new Enrol(fake(shell));
  await enrol.choosePart();
  expect(enrol.stage.at).toBe("part");
  enrol.back();
  expect([enrol.stage.at, shell.thawed]).toEqual(["choosing", 1]);
  await enrol.choosePart();
  enrol.partOver();
  expect([enrol.stage.at, enrol.fault?.code, shell.thawed]).toEqual(["choosing", "frozen_gone", 2]);
});
