import { fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, expect, it, vi } from "vitest";

import App from "../App.svelte";
import { fake, FakeShell } from "../ipc/fake";
import type { FormWords, Ipc } from "../ipc";
import { Preview } from "./preview.svelte";

const words: FormWords = { kind: "totp", issuer: "", name: "", algorithm: "SHA1", digits: "6", period: "30", counter: "0" };

afterEach(() => void vi.useRealTimers());

async function open(shell = new FakeShell({ accounts: [] }), over: Partial<Ipc> = {}): Promise<FakeShell> {
  render(App, { ipc: { ...fake(shell), ...over } });
  await fireEvent.click(await screen.findByTestId("add-first"));
  await fireEvent.click(await screen.findByTestId("type-in"));
  return shell;
}

async function type(id: string, value: string): Promise<void> {
  await fireEvent.input(screen.getByTestId(id), { target: { value } });
}

const next = (): HTMLButtonElement => screen.getByTestId("read-form");

it("leads from typed fields over a live code to the review", async () => {
  const shell = await open();
  expect(next().disabled, "there is no secret yet").toBe(true);
  await type("form-issuer", "Forge");
  await type("form-name", "ada");
  await type("form-secret", "gezd gnbv gy3t qojq");
  await vi.waitFor(() => expect(screen.getByTestId("preview").textContent).toMatch(/Code now\s+\d{3} \d{3}/));
  await fireEvent.submit(screen.getByTestId("form"));
  const review = await screen.findByTestId("review");
  expect(review.textContent).toContain("Forge");
  expect(document.body.innerHTML).not.toContain("gezd");
  await fireEvent.click(screen.getByTestId("accept"));
  await vi.waitFor(() => expect(shell.accounts.map((account) => account.issuer)).toEqual(["Forge"]));
});

it("hides the secret until asked, and says which character is wrong", async () => {
  await open();
  const secret = screen.getByTestId<HTMLInputElement>("form-secret");
  expect(secret.type).toBe("password");
  await type("form-secret", "gezd1");
  expect(await screen.findByText(/^Character 5 is in no secret/)).toBeTruthy();
  expect(next().disabled).toBe(true);
  await fireEvent.click(screen.getByTestId("form-visible"));
  expect(secret.type).toBe("text");
});

it("unfolds the advanced fields when one of them is wrong, and shows only those of the kind", async () => {
  await open();
  await type("form-secret", "gezdgnbv");
  await type("form-digits", "11");
  expect(await screen.findByText("A code has 1 to 10 digits.")).toBeTruthy();
  expect(screen.getByTestId("form-digits").closest("details")?.open).toBe(true);
  await type("form-digits", "8");
  await fireEvent.change(screen.getByTestId("form-kind"), { target: { value: "hotp" } });
  expect(screen.queryByTestId("form-period")).toBeNull();
  expect(screen.getByTestId("form-counter")).toBeTruthy();
  await vi.waitFor(() => expect(screen.getByTestId("preview").textContent).toContain("Makes a code when you ask"));
});

it("goes back to the ways in, and keeps what was typed when the shell refuses", async () => {
  await open(undefined, { readForm: () => Promise.reject({ code: "unexpected", message: "" }) });
  await type("form-secret", "gezdgnbv");
  await vi.waitFor(() => expect(next().disabled).toBe(false));
  await fireEvent.submit(screen.getByTestId("form"));
  expect(await screen.findByTestId("error-banner")).toBeTruthy();
  expect(screen.getByTestId<HTMLInputElement>("form-secret").value).toBe("gezdgnbv");
  await fireEvent(screen.getByTestId("form").closest("dialog") as HTMLElement, new Event("cancel"));
  expect(await screen.findByTestId("add-sheet")).toBeTruthy();
});

it("asks for the next code when this one ends, and no more once stopped", async () => {
  vi.useFakeTimers({ now: 1_700_000_020_000 });
  const door = fake(new FakeShell());
  const asked = vi.spyOn(door, "preview");
  const preview = new Preview(door);
  await preview.ask(words, "gezdgnbv");
  await vi.advanceTimersByTimeAsync(19_900);
  expect(asked).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(asked).toHaveBeenCalledTimes(2);
  preview.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveBeenCalledTimes(2);
});

it("lets no late answer stand over a newer one", async () => {
  const door = fake(new FakeShell());
  let late = (): void => {};
  const waits = new Promise<void>((resolve) => (late = resolve));
  const preview = new Preview({
    ...door,
    preview: async (form, secret) => {
      if (secret === "1") await waits;
      return door.preview(form, secret);
    },
  });
  const first = preview.ask(words, "1");
  await preview.ask(words, "gezdgnbv");
  late();
  await first;
  expect(preview.shown?.state).toBe("right");
  preview.stop();
});
