import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import App from "../App.svelte";
import { account, fake, FakeShell } from "../ipc/fake";
import { draw, scale, wipe } from "./draw";

beforeEach(() => vi.useFakeTimers({ now: 1_700_000_020_000, toFake: ["Date", "setInterval", "clearInterval"] }));
afterEach(() => vi.useRealTimers());

async function open(over: Partial<ReturnType<typeof fake>> = {}): Promise<FakeShell> {
  const shell = new FakeShell({ accounts: [account("a", { issuer: "Forge", name: "ada" })], passphrase: "right" });
  render(App, { ipc: { ...fake(shell), ...over } });
  await fireEvent.click(within((await screen.findAllByTestId("code-row"))[0] as HTMLElement).getByTestId("more"));
  await fireEvent.click(await screen.findByTestId("open-transfer"));
  return shell;
}

async function prove(typed: string): Promise<void> {
  await fireEvent.input(await screen.findByTestId("proof-passphrase"), { target: { value: typed } });
  await vi.waitFor(() => expect(screen.getByTestId<HTMLButtonElement>("prove").disabled).toBe(false));
  await fireEvent.click(screen.getByTestId("prove"));
}

it("shows the code after the right passphrase only", async () => {
  await open();
  await prove("wrong");
  expect((await screen.findByTestId("error-banner")).textContent).toContain("does not open this vault");
  expect(screen.queryByTestId("transfer-code")).toBeNull();
  await prove("right");
  const code = await screen.findByRole("img", { name: "QR code of Forge, ada" });
  expect(within(code).getByTestId("transfer-code")).toBeTruthy();
  expect(screen.getByTestId("transfer-left").closest("[role=status], [aria-live]"), "seconds must not speak").toBeNull();
});

it("closes by itself after a minute and says how long it stays", async () => {
  const shell = await open();
  await prove("right");
  await vi.waitFor(() => expect(screen.getByTestId("transfer-left").textContent).toBe("Closes in 60 seconds"));
  await vi.advanceTimersByTimeAsync(59_000);
  expect(screen.getByTestId("transfer-left").textContent).toBe("Closes in 1 second");
  await vi.advanceTimersByTimeAsync(1_250);
  expect(screen.queryByTestId("transfer-sheet")).toBeNull();
  await vi.waitFor(() => expect(shell.grant).toBeNull());
});

it("closes when the window is hidden", async () => {
  await open();
  await prove("right");
  await screen.findByTestId("transfer-left");
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  try {
    await fireEvent(document, new Event("visibilitychange"));
    expect(screen.queryByTestId("transfer-sheet")).toBeNull();
  } finally {
    hidden.mockRestore();
  }
});

it("goes with everything else when the vault is locked", async () => {
  await open();
  await prove("right");
  await screen.findByTestId("transfer-left");
  await fireEvent.keyDown(document.body, { key: "l", ctrlKey: true });
  await screen.findByTestId("unlock");
  expect(screen.queryByTestId("transfer-code")).toBeNull();
});

it("says when the names are too long for a code", async () => {
  await open({ transfer: () => Promise.reject({ code: "transfer_too_long", message: "too long" }) });
  await prove("right");
  expect((await screen.findByTestId("error-banner")).textContent).toContain("too long for a QR code");
});

it("makes modules as large as there is room for, and never too small to tell apart", () => {
  expect([scale(45, 316), scale(45, 450), scale(185, 316), scale(45, 0)]).toEqual([7, 10, 2, 2]);
});

it("paints dark modules black on white, in whole pixels, and wipes them", () => {
  const canvas = document.createElement("canvas");
  const squares: unknown[] = [];
  const context = { fillStyle: "", fillRect: (...at: number[]) => squares.push([context.fillStyle, ...at]) };
  vi.spyOn(canvas, "getContext").mockReturnValue(context as unknown as CanvasRenderingContext2D & null);
  draw(canvas, { side: 3, pixels: [255, 255, 255, 255, 0, 255, 255, 255, 0], closes_in: 60 }, 12);
  expect([canvas.width, canvas.height]).toEqual([12, 12]);
  expect(squares).toEqual([
    ["white", 0, 0, 12, 12],
    ["black", 4, 4, 4, 4],
    ["black", 8, 8, 4, 4],
  ]);
  wipe(canvas);
  expect(canvas.width).toBe(0);
});
