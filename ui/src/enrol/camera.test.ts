import { fireEvent, render, screen } from "@testing-library/svelte";
import { expect, it, vi } from "vitest";

import App from "../App.svelte";
import { draft, drawnPicture, fake, FakeShell } from "../ipc/fake";
import type { Ipc, ReviewView } from "../ipc";
import { drawPicture } from "./picture";

const whole: ReviewView = { drafts: [draft(1)], skipped: [], batches: [], sealed: null };
const part: ReviewView = { ...whole, batches: [{ have: 2, of: 3, missing: [1] }] };

async function open(shell = new FakeShell({ accounts: [] }), over: Partial<Ipc> = {}): Promise<FakeShell> {
  render(App, { ipc: { ...fake(shell), ...over } });
  await fireEvent.click(await screen.findByTestId("add-first"));
  await fireEvent.click(await screen.findByTestId("look-through"));
  return shell;
}

const says = (): string => screen.getByTestId("camera-says").textContent;
const looks = (shell: FakeShell): Promise<void> =>
  vi.waitFor(() => expect(shell.look && says()).toContain("Hold the QR code still"));

it("shows pictures, and goes on by itself to the review once a code is read", async () => {
  const shell = await open();
  expect(says()).toBe("Switching the camera on…");
  await looks(shell);
  const before = shell.pictures;
  await vi.waitFor(() => expect(shell.pictures).toBeGreaterThan(before + 2));
  shell.look?.end(whole);
  expect(await screen.findByTestId("review")).toBeTruthy();
  const asked = shell.pictures;
  await new Promise(requestAnimationFrame);
  expect(shell.pictures, "nothing is asked for any more").toBe(asked);
});

it("asks for one picture at a time, however slow it is", async () => {
  let [waiting, most] = [0, 0];
  const cameraPicture = async (): Promise<ArrayBuffer> => {
    most = Math.max(most, ++waiting);
    await new Promise((drawn) => setTimeout(drawn, 20));
    waiting--;
    return drawnPicture();
  };
  await looks(await open(undefined, { cameraPicture }));
  expect(most).toBe(1);
});

it("switches the light off when the sheet closes, and drops what was read in part", async () => {
  const shell = await open();
  await looks(shell);
  shell.held = part;
  await fireEvent.click(screen.getByTestId("camera-back"));
  expect(shell.look).toBeNull();
  expect(await screen.findByTestId("add-sheet")).toBeTruthy();
  await vi.waitFor(() => expect(shell.held).toBeNull());
});

it("switches the light off when the vault is locked", async () => {
  const shell = await open();
  await looks(shell);
  await fireEvent.keyDown(window, { key: "l", ctrlKey: true });
  await vi.waitFor(() => expect(screen.queryByTestId("camera-sheet")).toBeNull());
  expect(shell.look).toBeNull();
});

it("switches the light off when the window cannot be seen, and on when it is told to", async () => {
  const shell = await open();
  await looks(shell);
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  document.dispatchEvent(new Event("visibilitychange"));
  hidden.mockRestore();
  await vi.waitFor(() => expect(says()).toBe("The camera is off."));
  expect(shell.look).toBeNull();
  await fireEvent.click(await screen.findByTestId("camera-on"));
  await looks(shell);
});

it("says that the camera is off when the shell gave up on the page", async () => {
  const shell = await open();
  await looks(shell);
  shell.look?.end(null);
  await vi.waitFor(() => expect(says()).toBe("The camera is off."));
  expect(screen.queryByTestId("error-banner")).toBeNull();
});

it("stays open until a set is whole, and says which part is missing", async () => {
  const shell = await open();
  await looks(shell);
  shell.look?.heard({ seen: "part", batches: part.batches });
  await vi.waitFor(() => expect(says()).toBe("2 of 3 parts read, part 1 is missing."));
  shell.look?.heard({ seen: "foreign" });
  await vi.waitFor(() => expect(says()).toContain("holds no account"));
  shell.look?.end(whole);
  expect(await screen.findByTestId("review")).toBeTruthy();
});

it("goes on with what there is when told to, even after the camera was unplugged", async () => {
  const shell = await open();
  await looks(shell);
  shell.look?.heard({ seen: "part", batches: part.batches });
  shell.held = part;
  shell.look?.fail("camera_gone");
  await fireEvent.click(await screen.findByTestId("camera-go-on"));
  expect((await screen.findByTestId("missing")).textContent).toContain("part 1 is missing");
});

it("looks on after a drop that held nothing", async () => {
  const shell = await open();
  await looks(shell);
  shell.heard("arrived");
  await new Promise(requestAnimationFrame);
  await looks(shell);
  shell.look?.end(whole);
  expect(await screen.findByTestId("review")).toBeTruthy();
});

it.each([
  ["camera_busy", "Another program is using the camera."],
  ["camera_denied", "Sterk may not use the camera."],
  ["camera_failed", "The camera gives no picture."],
  ["camera_gone", "The camera was unplugged."],
  ["capture_failed", "The camera gives no picture."],
])("names %s, and looks again when told to", async (code, sentence) => {
  const shell = await open();
  await looks(shell);
  shell.look?.fail(code);
  expect((await screen.findByTestId("error-banner")).textContent).toContain(sentence);
  await fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await looks(shell);
  expect(screen.queryByTestId("error-banner")).toBeNull();
});

it("says that there is no camera, and finds one that was plugged in", async () => {
  const shell = new FakeShell({ accounts: [] });
  const cameras = shell.cameras.splice(0);
  await open(shell);
  expect((await screen.findByTestId("error-banner")).textContent).toContain("There is no camera.");
  shell.cameras = cameras;
  await fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await looks(shell);
});

it("takes the first camera, and another one when there are several", async () => {
  const shell = await open();
  await looks(shell);
  expect(shell.look?.camera).toBe(0);
  const first = shell.look;
  await fireEvent.change(screen.getByTestId("camera"), { target: { value: "2" } });
  await vi.waitFor(() => expect(shell.look?.camera).toBe(2));
  first?.heard({ seen: "foreign" });
  await looks(shell);
});

it("offers no choice where there is one camera", async () => {
  const shell = new FakeShell({ accounts: [] });
  shell.cameras.pop();
  await looks(await open(shell));
  expect(screen.queryByTestId("camera")).toBeNull();
});

it("draws a picture of its size and outlines the code in it", () => {
  const lines: number[][] = [];
  const put = vi.fn<(image: ImageData) => void>();
  const drawing = { beginPath() {}, closePath() {}, stroke() {}, lineTo: (...at: number[]) => lines.push(at), putImageData: put };
  const canvas = Object.assign(document.createElement("canvas"), { getContext: () => drawing });
  vi.stubGlobal("ImageData", class {
    constructor(readonly data: Uint8ClampedArray, readonly width: number, readonly height: number) {}
  });
  drawPicture(canvas, drawnPicture(48, 36));
  expect([canvas.width, canvas.height]).toEqual([48, 36]);
  expect([...(put.mock.calls[0]?.[0].data.slice(48, 52) ?? [])]).toEqual([105, 105, 105, 255]);
  expect(lines).toEqual([[16, 6], [40, 6], [40, 30], [16, 30]]);
  drawPicture(canvas, drawnPicture(48, 36).slice(1));
  expect(put, "a picture that is cut is none").toHaveBeenCalledTimes(1);
  vi.unstubAllGlobals();
});
