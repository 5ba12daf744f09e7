import { fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { account, fake, FakeShell } from "../ipc/fake";
import { Codes } from "./codes.svelte";
import List from "./List.svelte";

const many = Array.from({ length: 2_000 }, (_, place) => account(`a${place}`, { issuer: `Site ${place}` }));

beforeEach(() => {
  // The test's page has no layout of its own: every row is 76 pixels high, the view 640.
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(640);
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockImplementation(function (this: Element) {
    return { top: this.tagName === "UL" ? -(this.closest("main")?.scrollTop ?? 0) : 0, height: 76 } as DOMRect;
  });
});
afterEach(() => void vi.restoreAllMocks());

interface Opened {
  shell: FakeShell;
  removed: string[];
  opened: string[];
  said: string[];
}

async function open(accounts = many, shell = new FakeShell({ accounts })): Promise<Opened> {
  const [removed, opened, said] = [[] as string[], [] as string[], [] as string[]];
  const codes = new Codes(fake(shell));
  await codes.load();
  const nothing = (): void => {};
  render(List, {
    codes,
    binned: 0,
    onadd: nothing,
    onscreen: nothing,
    onlock: nothing,
    onbin: nothing,
    onhelp: nothing,
    onpolicy: nothing,
    hides: false,
    onsettings: nothing,
    onabout: nothing,
    pressing: 0,
    note: "",
    onhealth: nothing,
    onbackup: nothing,
    onsay: (text: string) => void said.push(text),
    onmore: (id: string) => void opened.push(id),
    onremove: ({ id }: { id: string }) => void removed.push(id),
  });
  await screen.findAllByTestId("code-row");
  return { shell, removed, opened, said };
}

async function key(name: string, altKey = false): Promise<void> {
  await fireEvent.keyDown(document.activeElement ?? document.body, { key: name, altKey });
}

/** Scrolls as a wheel does. */
async function scroll(top: number): Promise<void> {
  const view = screen.getByRole("main");
  view.scrollTop = top;
  await fireEvent.scroll(view);
}

function row(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>("li") ?? null;
}

it("renders few of many rows, and says how many there are", async () => {
  await open();
  await scroll(0);
  const rows = screen.getAllByTestId("code-row");
  expect(rows.length).toBeLessThan(60);
  expect(rows[3]?.getAttribute("aria-setsize")).toBe("2000");
  expect(rows[3]?.getAttribute("aria-posinset")).toBe("4");
});

it("renders all rows of a small vault, all of them with codes", async () => {
  const { shell } = await open(many.slice(0, 60));
  expect(screen.getAllByTestId("code").length).toBe(60);
  expect(shell.asked.length).toBe(1);
});

it("reaches rows that were not on the page by End, Home and the arrows", async () => {
  await open();
  await key("ArrowDown");
  await key("End");
  expect(row()?.dataset.id).toBe("a1999");
  await scroll(2_000 * 76 - 640);
  expect(screen.getAllByTestId("code-row").at(-2)?.dataset.id, "no void above the last row").toBe("a1998");
  await key("ArrowUp");
  expect(row()?.dataset.id).toBe("a1998");
  await key("Home");
  expect(row()?.dataset.id).toBe("a0");
});

it("moves by whole pages", async () => {
  await open();
  await scroll(0);
  await key("PageDown");
  expect(row()?.getAttribute("aria-posinset"), "from the search").toBe("7");
  await key("PageDown");
  expect(row()?.getAttribute("aria-posinset")).toBe("14");
  await key("PageUp");
  expect(row()?.getAttribute("aria-posinset")).toBe("7");
});

it("keeps the row with the cursor when it scrolls out of view, and acts on it", async () => {
  const { removed, opened } = await open();
  await key("ArrowDown");
  await key("ArrowDown");
  const held = document.activeElement;
  await scroll(100_000);
  expect(document.activeElement).toBe(held);
  const [first, second] = screen.getAllByTestId("code-row");
  expect(first?.dataset.id).toBe("a1");
  expect(second?.style.marginTop, "what lies between takes its room").toMatch(/^\d{5}px$/);
  await key("F2");
  expect(opened).toEqual(["a1"]);
  await key("ArrowDown");
  expect(row()?.dataset.id, "the neighbour comes to the page").toBe("a2");
  await key("Delete");
  expect(removed).toEqual(["a2"]);
  expect(row()?.dataset.id).toBe("a3");
});

it("asks for the codes of what is in view, and of nothing else", async () => {
  const { shell } = await open();
  await scroll(76_000);
  await vi.waitFor(() => expect(screen.getAllByTestId("code-row")[10]?.querySelector("[data-testid=code]")).toBeTruthy());
  const asked = new Set(shell.asked.flat());
  expect(asked.has("a1000")).toBe(true);
  expect(asked.has("a500")).toBe(false);
  expect(asked.size).toBeLessThan(120);
});

it("looks at what is found from the top", async () => {
  await open();
  await scroll(76_000);
  await fireEvent.input(screen.getByTestId("search"), { target: { value: "Site 19" } });
  await vi.waitFor(() => expect(screen.getAllByTestId("code-row")[0]?.dataset.id).toBe("a19"));
  expect(screen.getByRole("main").scrollTop).toBe(0);
});

function order(): string {
  return screen.getAllByTestId("code-row").map((row) => row.dataset.id).join(" ");
}

const five = ["a", "b", "c", "d", "p"].map((id) => account(id, { issuer: id.toUpperCase(), pinned: id === "p" }));

it("moves a row by Alt and an arrow, keeps the cursor on it and says where it went", async () => {
  const { shell, said } = await open(five);
  expect(order()).toBe("p a b c d");
  await key("End");
  await key("ArrowUp", true);
  await key("ArrowUp", true);
  expect(order()).toBe("p a d b c");
  expect(row()?.dataset.id).toBe("d");
  await vi.waitFor(() => expect(said).toEqual(["D moved to place 4 of 5.", "D moved to place 3 of 5."]));
  expect(shell.placed).toEqual(["a", "d", "b"]);
  expect(order(), "as the vault has it").toBe("p a d b c");
});

it("lets no row leave its group", async () => {
  await open(five);
  await key("Home");
  await key("ArrowDown", true);
  expect(order()).toBe("p a b c d");
});

it("moves nothing while a search is on", async () => {
  const { shell } = await open(five);
  await fireEvent.input(screen.getByTestId("search"), { target: { value: "a" } });
  await vi.waitFor(() => expect(order()).toBe("a"));
  expect(screen.queryByTestId("grip")).toBeNull();
  await key("ArrowDown");
  await key("ArrowUp", true);
  expect(shell.placed).toEqual([]);
});

/** Presses a pointer on a row's grip and draws it to a height. */
async function draw(id: string, to: number): Promise<HTMLElement> {
  const view = screen.getByRole("main");
  view.setPointerCapture = () => {};
  const grip = view.querySelector(`[data-id="${id}"] [data-testid=grip]`) as HTMLElement;
  await fireEvent.pointerDown(grip, { button: 0, clientY: 100, pointerId: 1 });
  await fireEvent.pointerMove(view, { clientY: to, pointerId: 1 });
  return view;
}

it("puts a row where a pointer drops it", async () => {
  const { shell, said } = await open(five);
  const view = await draw("d", 76 + 10);
  expect(order()).toBe("p d a b c");
  expect(shell.placed, "nothing is kept before the drop").toEqual([]);
  await fireEvent.pointerUp(view);
  await vi.waitFor(() => expect(said).toEqual(["D moved to place 2 of 5."]));
  expect(shell.placed).toEqual(["d"]);
});

it("puts a row back when a drag is given up", async () => {
  const { shell } = await open(five);
  const view = await draw("d", 76 + 10);
  await fireEvent.keyDown(document.body, { key: "Escape" });
  expect(order()).toBe("p a b c d");
  await fireEvent.pointerUp(view);
  expect(shell.placed).toEqual([]);
});

it("copies when the grip is pressed without a move", async () => {
  const { shell } = await open(five);
  await fireEvent.pointerUp(await draw("b", 101));
  await vi.waitFor(() => expect(shell.copied).toEqual(["b"]));
  expect(order()).toBe("p a b c d");
});

it("shows the order of the vault again when a place cannot be kept", async () => {
  const shell = new FakeShell({ accounts: five });
  const { said } = await open(five, shell);
  shell.refuses = "vault_busy";
  await key("End");
  await key("ArrowUp", true);
  await vi.waitFor(() => expect(screen.getByTestId("error-banner").textContent).toContain("Another program"));
  await vi.waitFor(() => expect(order()).toBe("p a b c d"));
  expect(said).toEqual([]);
});
