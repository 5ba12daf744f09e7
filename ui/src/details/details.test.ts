import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { expect, it, vi } from "vitest";

import App from "../App.svelte";
import { account, fake, FakeShell } from "../ipc/fake";
import { tagsIn } from "./details.svelte";

const three = [
  account("a", { issuer: "Forge", name: "ada" }),
  account("h", { issuer: "Library", kind: "hotp", period: null }),
  account("m", { issuer: "Office", kind: "motp", period: 10 }),
];

async function open(shell = new FakeShell({ accounts: three })): Promise<FakeShell> {
  render(App, { ipc: fake(shell) });
  await screen.findAllByTestId("code-row");
  return shell;
}

async function more(place: number): Promise<void> {
  const row = screen.getAllByTestId("code-row")[place];
  await fireEvent.click(within(row as HTMLElement).getByTestId("more"));
  await screen.findByTestId("details-sheet");
}

async function type(id: string, value: string): Promise<void> {
  await fireEvent.input(screen.getByTestId(id), { target: { value } });
}

async function save(): Promise<void> {
  await fireEvent.submit(screen.getByTestId("details-sheet"));
}

const rows = (): string[] => screen.getAllByTestId("code-row").map((row) => row.querySelector("strong")?.textContent ?? "");

it("renames, tags, notes and pins, and sends only what differs", async () => {
  const shell = await open();
  const sent = vi.spyOn(shell, "change");
  await more(1);
  await type("edit-issuer", " Reading Room ");
  await type("edit-tags", "books, city ,books,");
  await type("edit-note", "third floor\nleft");
  await fireEvent.click(screen.getByTestId("edit-pinned"));
  await save();
  await vi.waitFor(() => expect(rows()).toEqual(["Reading Room", "Forge", "Office"]));
  expect(sent.mock.calls).toEqual([
    ["h", { issuer: "Reading Room", tags: ["books", "city"], note: "third floor\nleft", pinned: true }, null],
  ]);
  expect(screen.queryByTestId("details-sheet")).toBeNull();
  expect(screen.getByTestId("said").textContent).toBe("Saved.");
});

it("asks the shell for nothing when nothing differs", async () => {
  const shell = await open();
  const sent = vi.spyOn(shell, "change");
  await more(0);
  await save();
  await vi.waitFor(() => expect(screen.queryByTestId("details-sheet")).toBeNull());
  expect(sent).not.toHaveBeenCalled();
});

it("opens with F2, on the row under the cursor or the first", async () => {
  await open();
  await fireEvent.keyDown(screen.getByTestId("search"), { key: "F2" });
  expect((await screen.findByTestId<HTMLInputElement>("edit-issuer")).value).toBe("Forge");
});

it("shows when the service accepted a code, and takes it back", async () => {
  const shell = await open();
  await more(0);
  await fireEvent.click(screen.getByTestId("edit-verified"));
  await save();
  await vi.waitFor(() => expect(shell.beside.get("a")?.verified_at).toBeGreaterThan(0));
  await more(0);
  expect(screen.getByText(/^Since /)).toBeTruthy();
  await fireEvent.click(screen.getByTestId("edit-verified"));
  await save();
  await vi.waitFor(() => expect(shell.beside.get("a")?.verified_at).toBeNull());
});

it("sets a counter, and says under the field what is wrong with one", async () => {
  const shell = await open();
  await more(1);
  await type("edit-counter", "four");
  await save();
  expect(await screen.findByText("A counter is a whole number.")).toBeTruthy();
  expect(screen.queryByTestId("error-banner"), "one place says it").toBeNull();
  await type("edit-counter", "42");
  await save();
  await vi.waitFor(() => expect(shell.counters.get("h")).toBe(42));
});

it("takes a PIN in by its row, hidden, and shows it nowhere again", async () => {
  const shell = await open();
  await screen.findByText("Needs its PIN");
  await fireEvent.click(screen.getByRole("button", { name: "Office, no code shown" }));
  await screen.findByTestId("details-sheet");
  expect(screen.getByTestId<HTMLInputElement>("edit-pin").type).toBe("password");
  await type("edit-pin", "73914");
  await save();
  await vi.waitFor(() => expect(shell.beside.get("m")?.pin).toBe("73914"));
  await vi.waitFor(() => expect(screen.getAllByTestId("code").length).toBe(2));
  await more(2);
  expect(screen.getByTestId<HTMLInputElement>("edit-pin").value).toBe("");
  expect(document.body.innerHTML).not.toContain("73914");
});

it("moves to the bin and undoes it, by button and by Ctrl+Z", async () => {
  await open();
  await more(0);
  await fireEvent.click(screen.getByTestId("remove"));
  await vi.waitFor(() => expect(rows()).toEqual(["Library", "Office"]));
  expect(screen.getByTestId("said").textContent).toBe("Forge, ada moved to the bin.");
  await fireEvent.click(screen.getByTestId("undo"));
  await vi.waitFor(() => expect(rows()).toEqual(["Forge", "Library", "Office"]));
  expect(screen.queryByTestId("notice")).toBeNull();
  const row = screen.getByRole("button", { name: /^Forge, ada, code/ });
  row.focus();
  await fireEvent.keyDown(row, { key: "Delete" });
  await vi.waitFor(() => expect(rows()).toEqual(["Library", "Office"]));
  expect(document.activeElement?.getAttribute("aria-label"), "the cursor is on the next row").toContain("Library");
  await fireEvent.click(within(screen.getByTestId("notice")).getByLabelText("Close"));
  await fireEvent.keyDown(document.body, { key: "z", ctrlKey: true });
  await vi.waitFor(() => expect(rows()).toEqual(["Forge", "Library", "Office"]));
});

it("lists the bin and puts back from it", async () => {
  await open();
  expect(screen.queryByTestId("open-bin")).toBeNull();
  for (const [place, left] of [[0, 2], [0, 1]] as const) {
    await more(place);
    await fireEvent.click(screen.getByTestId("remove"));
    await vi.waitFor(() => expect(rows().length).toBe(left));
  }
  await fireEvent.click(screen.getByTestId("menu"));
  await fireEvent.click(await screen.findByText("Bin (2)"));
  expect((await screen.findAllByTestId("binned")).map((one) => one.querySelector("strong")?.textContent)).toEqual(["Library", "Forge"]);
  await fireEvent.click(screen.getByLabelText("Put Forge, ada back"));
  await vi.waitFor(() => expect(rows()).toEqual(["Forge", "Office"]));
  await fireEvent.click(screen.getByLabelText("Put Library back"));
  await vi.waitFor(() => expect(screen.queryByTestId("bin"), "an empty bin closes").toBeNull());
});

it("leaves the account where it is when the vault refuses", async () => {
  const shell = new FakeShell({ accounts: three });
  render(App, { ipc: { ...fake(shell), removeAccount: () => Promise.reject({ code: "read_only", message: "" }) } });
  await screen.findAllByTestId("code-row");
  await more(0);
  await fireEvent.click(screen.getByTestId("remove"));
  expect((await screen.findByTestId("error-banner")).textContent).toContain("cannot be written");
  expect(screen.queryByTestId("notice")).toBeNull();
  expect(rows().length).toBe(3);
});

it("reads tags between commas, each once", () => {
  expect(tagsIn(" a, b,,a ,b c ")).toEqual(["a", "b", "b c"]);
  expect(tagsIn(" , ")).toEqual([]);
});

it("chooses an icon by a few letters, and a letter again", async () => {
  const shell = await open();
  const icons = vi.spyOn(shell, "icons");
  const sent = vi.spyOn(shell, "change");
  await more(0);
  expect(icons, "the list of icons comes when somebody asks for it").not.toHaveBeenCalled();
  await fireEvent.click(screen.getByTestId("choose-icon"));
  await screen.findByTestId("icons");
  await type("icon-search", "git");
  expect(screen.queryByTestId("icon-steam")).toBeNull();
  await fireEvent.keyDown(screen.getByTestId("icon-search"), { key: "Enter" });
  expect(screen.queryByTestId("icons")).toBeNull();
  await save();
  await vi.waitFor(() => expect(sent.mock.calls).toEqual([["a", { icon: "github" }, null]]));
  const drawing = await vi.waitFor(() => {
    const found = screen.getAllByTestId("code-row")[0]?.querySelector<HTMLElement>("[data-testid=icon]");
    if (!found) throw new Error("still a letter");
    return found;
  });
  expect(drawing.getAttribute("style")).toContain("issuers/github.svg");

  await more(0);
  await fireEvent.click(screen.getByTestId("choose-icon"));
  await fireEvent.click(await screen.findByTestId("icon-none"));
  await save();
  await vi.waitFor(() => expect(sent.mock.calls.at(-1)).toEqual(["a", { icon: "none" }, null]));
  await vi.waitFor(() => expect(screen.getAllByTestId("code-row")[0]?.querySelector("[data-testid=icon]")).toBeNull());
});
