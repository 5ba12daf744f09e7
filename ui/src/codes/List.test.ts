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

async function open(accounts = many): Promise<{ shell: FakeShell; removed: string[]; opened: string[] }> {
  const [shell, removed, opened] = [new FakeShell({ accounts }), [] as string[], [] as string[]];
  const codes = new Codes(fake(shell));
  await codes.load();
  const nothing = (): void => {};
  render(List, {
    codes,
    binned: 0,
    onadd: nothing,
    onlock: nothing,
    onbin: nothing,
    onhelp: nothing,
    onsay: nothing,
    onmore: (id: string) => void opened.push(id),
    onremove: ({ id }: { id: string }) => void removed.push(id),
  });
  await screen.findAllByTestId("code-row");
  return { shell, removed, opened };
}

async function key(name: string): Promise<void> {
  await fireEvent.keyDown(document.activeElement ?? document.body, { key: name });
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
