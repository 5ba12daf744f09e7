import { readFileSync } from "node:fs";

import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, expect, it, vi } from "vitest";

import App from "../App.svelte";
import { Fault } from "../ipc";
import { account, fake, FakeShell, type FakeStart, policy } from "../ipc/fake";
import { language } from "../words/index.svelte";

const accounts = [account("a", { issuer: "Forge", name: "ada" }), account("b", { issuer: "Harbour", name: "grace" })];
const root = document.documentElement;

afterEach(async () => {
  vi.useRealTimers();
  await language.follow("en");
  delete root.dataset.theme;
});

async function open(settings: FakeStart["settings"] = {}, over: Partial<ReturnType<typeof fake>> = {}): Promise<FakeShell> {
  const shell = new FakeShell({ accounts, settings: { language: "en", ...settings } });
  render(App, { ipc: { ...fake(shell), ...over } });
  await screen.findAllByTestId("code-row");
  return shell;
}

async function comma(): Promise<void> {
  await fireEvent.keyDown(document.body, { key: ",", ctrlKey: true });
  await screen.findByTestId("settings");
}

async function set(mark: string, value: string): Promise<void> {
  await fireEvent.change(screen.getByTestId(mark), { target: { value } });
}

const shown = (): (string | null)[] => screen.getAllByTestId("code").map((code) => code.textContent);
const rows = (): HTMLButtonElement[] => screen.getAllByTestId("code-row").map((row) => row.querySelector("button") as HTMLButtonElement);
const cover = "••• •••";

it("looks and speaks from the first picture on as the settings say", async () => {
  await open({ language: "fr", theme: "light" });
  expect(screen.getByTestId("search").getAttribute("placeholder")).toBe("Rechercher");
  expect([root.lang, root.dataset.theme]).toEqual(["fr", "light"]);
});

it("changes language and colours at once, and back to those of the system", async () => {
  const shell = await open();
  await comma();
  await set("set-language", "nl");
  expect(await screen.findByRole("heading", { name: "Instellingen" })).toBeTruthy();
  await vi.waitFor(() => expect(root.lang).toBe("nl"));
  await set("set-theme", "dark");
  await vi.waitFor(() => expect(root.dataset.theme).toBe("dark"));
  expect(shell.settings).toMatchObject({ language: "nl", theme: "dark" });
  await set("set-theme", "system");
  await vi.waitFor(() => expect(root.dataset.theme).toBeUndefined());
});

it("says after how long a copied code is gone", async () => {
  await open();
  await comma();
  await set("set-clears", "60");
  await fireEvent(screen.getByTestId("settings").closest("dialog") as HTMLElement, new Event("cancel"));
  await fireEvent.click(rows()[0] as HTMLElement);
  await vi.waitFor(() => expect(screen.getByTestId("said").textContent).toContain("in 60 seconds"));
});

it("says that a setting was not kept, and shows what still holds", async () => {
  await open({}, { changeSettings: () => Promise.reject(new Fault("settings_not_kept", "no room")) });
  await comma();
  await set("set-theme", "dark");
  expect((await screen.findByTestId("error-banner")).textContent).toContain("could not be kept");
  expect(root.dataset.theme).toBeUndefined();
});

it("says that the file of the settings could not be read", async () => {
  await open({ unread: true });
  await comma();
  expect(screen.getByTestId("settings-unread").textContent).toContain("could not be read");
  await fireEvent.click(screen.getByTestId("set-hide"));
  await vi.waitFor(() => expect(screen.queryByTestId("settings-unread")).toBeNull());
});

it("covers every code, and copies without showing it", async () => {
  const shell = await open({ hide_codes: true });
  expect(shown()).toEqual([cover, cover]);
  expect(screen.queryAllByTestId("next").length, "the next code is one too").toBe(0);
  expect(rows()[0]?.getAttribute("aria-label")).toBe("Forge, ada, code hidden. Copy");
  await fireEvent.click(rows()[0] as HTMLElement);
  expect(shell.copied).toEqual(["a"]);
  await fireEvent.input(screen.getByTestId("search"), { target: { value: "forge" } });
  await vi.waitFor(() => expect(shown()).toEqual([cover]));
});

it("shows one code at a time by Space, for ten seconds", async () => {
  const shell = await open({ hide_codes: true });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const space = async (place: number): Promise<void> => {
    rows()[place]?.focus();
    expect(await fireEvent.keyDown(rows()[place] as HTMLElement, { key: " " }), "Space must not press the button").toBe(false);
  };
  await space(0);
  expect(shown()).toEqual([expect.stringMatching(/^\d{3} \d{3}$/), cover]);
  expect(rows()[0]?.getAttribute("aria-label")).toMatch(/code (\d ){5}\d\. Copy$/);
  await space(1);
  expect(shown()).toEqual([cover, expect.stringMatching(/\d/)]);
  await vi.advanceTimersByTimeAsync(9_900);
  expect(shown()[1]).not.toBe(cover);
  await vi.advanceTimersByTimeAsync(200);
  expect(shown()).toEqual([cover, cover]);
  await space(0);
  await space(0);
  expect(shown(), "a second Space covers again").toEqual([cover, cover]);
  expect(shell.copied, "showing is not copying").toEqual([]);
});

it("shows a code by its eye, and leaves Space alone where nothing is covered", async () => {
  await open({ hide_codes: true });
  const [eye] = screen.getAllByTestId("reveal");
  expect(eye?.getAttribute("aria-label")).toBe("Show the code of Forge, ada");
  await fireEvent.click(eye as HTMLElement);
  expect(shown()[0]).toMatch(/\d/);
  expect(eye?.getAttribute("aria-label")).toBe("Hide the code of Forge, ada");
  await comma();
  await fireEvent.click(screen.getByTestId("set-hide"));
  await vi.waitFor(() => expect(screen.queryAllByTestId("reveal").length).toBe(0));
  await fireEvent(screen.getByTestId("settings").closest("dialog") as HTMLElement, new Event("cancel"));
  expect(await fireEvent.keyDown(rows()[1] as HTMLElement, { key: " " }), "the button gets it").toBe(true);
});

it("shows the counter code that was asked for", async () => {
  const shell = new FakeShell({ accounts: [account("h", { issuer: "Library", kind: "hotp", period: null })], settings: { hide_codes: true } });
  render(App, { ipc: fake(shell) });
  await fireEvent.click(await screen.findByTestId("next-code"));
  await fireEvent.click(screen.getByTestId("next-code"));
  expect((await screen.findByTestId("code")).textContent).toMatch(/^\d{3} \d{3}$/);
});

it("goes through the menu by keyboard and comes back to its button", async () => {
  await open();
  const button = screen.getByTestId("menu");
  button.focus();
  await fireEvent.keyDown(button, { key: "ArrowDown" });
  const menu = await screen.findByRole("menu");
  const entries = within(menu).getAllByRole("menuitem");
  expect(entries.map((entry) => entry.dataset.testid), "no empty bin").toEqual(["menu-screen", "open-health", "open-backup", "open-settings", "open-policy", "open-keys", "open-about", "menu-lock"]);
  const press = (key: string): Promise<boolean> => fireEvent.keyDown(document.activeElement as Element, { key });
  await vi.waitFor(() => expect(document.activeElement).toBe(entries[0]));
  await press("ArrowUp");
  expect(document.activeElement, "it goes round").toBe(entries.at(-1));
  await press("Home");
  await press("ArrowDown");
  expect(document.activeElement).toBe(entries[1]);
  await press("a");
  expect(document.activeElement, "a letter finds its entry and does not search").toBe(entries[6]);
  await press("Escape");
  expect(screen.queryByRole("menu")).toBeNull();
  expect(document.activeElement).toBe(button);
});

it("puts the menu away by a click elsewhere", async () => {
  await open();
  await fireEvent.click(screen.getByTestId("menu"));
  await screen.findByRole("menu");
  await fireEvent.pointerDown(rows()[0] as HTMLElement);
  expect(screen.queryByRole("menu")).toBeNull();
});

it("says what the program is, where the vault lies and what it is built from", async () => {
  const shell = await open();
  await fireEvent.click(screen.getByTestId("menu"));
  await fireEvent.click(await screen.findByTestId("open-about"));
  const about = await screen.findByTestId("about");
  expect(about.textContent).toMatch(/Sterk 0\.1\.0.*2 accounts/s);
  expect(screen.getByTestId("about-ways").textContent).toBe("the system keyring and the recovery key");
  expect(screen.getByTestId("about-folder").textContent).toBe("/home/ada/.local/share/sterk");
  await fireEvent.click(screen.getByTestId("copy-folder"));
  await vi.waitFor(() => expect(screen.getByTestId("copy-folder").textContent).toContain("Copied"));
  expect(shell.copied).toEqual(["folder"]);
  const licences = screen.getByTestId<HTMLDetailsElement>("licences");
  expect(screen.queryAllByTestId("licence-packages").length, "nobody asked yet").toBe(0);
  licences.open = true;
  await fireEvent(licences, new Event("toggle"));
  const packages = await screen.findAllByTestId("licence-packages");
  expect(packages.map((line) => line.textContent).join(" · ").split(" · ")).toEqual(expect.arrayContaining(["svelte", "tauri", "argon2"]));
});

it("ends the session when it is locked meanwhile", async () => {
  await open({}, { about: () => Promise.reject(new Fault("locked", "")), session: async () => ({ state: "locked", keyring: false, passphrase: true, recovery_key: true, wait_seconds: 0, shut: true }) });
  await fireEvent.click(screen.getByTestId("menu"));
  await fireEvent.click(await screen.findByTestId("open-about"));
  expect(await screen.findByTestId("unlock")).toBeTruthy();
});

it("writes numbers as their readers group them", async () => {
  const counted = async (tag: string): Promise<string> => {
    await language.follow(tag);
    return language.words.codes.count(10_000);
  };
  expect([await counted("en"), await counted("nl"), await counted("fr")]).toEqual(["10,000 accounts", "10.000 accounts", "10\u202f000 comptes"]);
});

const css = readFileSync("src/theme.css", "utf8");

/** Returns the tokens of the rule that begins so. */
function tokens(head: string): string[] {
  const block = css.slice(css.indexOf(head) + head.length).split("}")[0] ?? "";
  return block.split("\n").map((line) => line.trim()).filter((line) => line.startsWith("--"));
}

it("is as dark by choice as by the system", () => {
  const system = tokens(`:root:where(:not([data-theme="light"])) {`);
  expect(system.length).toBeGreaterThan(15);
  expect(tokens(`:root:where([data-theme="dark"]) {`)).toEqual(system);
});

it("has every colour once more where the system asks for more contrast", () => {
  const name = (token: string): string => token.split(":")[0] ?? "";
  const colours = tokens(":root {").filter((token) => /: #/.test(token)).map(name);
  const strong = tokens("@media (prefers-contrast: more) {\n  @supports (color: light-dark(#000, #fff)) {\n    :root {").map(name);
  expect(colours.filter((colour) => !strong.includes(colour))).toEqual([]);
});

it("leaves every colour to a system that forces its own", () => {
  const name = (token: string): string => token.split(":")[0] ?? "";
  const colours = tokens(":root {").filter((token) => /: #/.test(token)).map(name);
  const forced = tokens("@media (forced-colors: active) {\n  :root {");
  expect(colours.length).toBeGreaterThan(15);
  expect(colours.filter((colour) => !forced.map(name).includes(colour))).toEqual([]);
  expect(forced.filter((token) => !/: (Canvas|CanvasText|none);$/.test(token))).toEqual([]);
});

it("chooses when the vault locks by itself", async () => {
  const shell = await open();
  await comma();
  const sheet = within(screen.getByTestId("settings"));
  expect((sheet.getByTestId("set-locks-after") as HTMLSelectElement).value).toBe("10");
  await set("set-locks-after", "60");
  await vi.waitFor(() => expect(shell.settings.locks_after).toBe(60));
  await fireEvent.click(sheet.getByLabelText("When the window is minimised"));
  await vi.waitFor(() => expect(shell.settings.locks_at).toContain("minimised"));
  await fireEvent.click(sheet.getByLabelText("Before the computer sleeps"));
  await vi.waitFor(() => expect(shell.settings.locks_at).toEqual(["screen_locked", "user_switched", "minimised"]));
});

it("offers no time that is longer than the organisation allows", async () => {
  const shell = new FakeShell({ accounts, settings: { language: "en", locks_after: 60 }, policy: policy() });
  render(App, { ipc: fake(shell) });
  await screen.findAllByTestId("code-row");
  await comma();
  const times = screen.getByTestId<HTMLSelectElement>("set-locks-after");
  await vi.waitFor(() => expect([...times.options].map((option) => option.value)).toEqual(["1", "5", "10", "0"]));
  expect(times.selectedOptions[0]?.textContent).toContain("15 minutes, the most your organisation allows");
});

it("shows nothing of the vault once it has locked by itself", async () => {
  const shell = await open();
  await comma();
  await fireEvent.click(rows()[0] as HTMLElement);
  await vi.waitFor(() => expect(screen.getByTestId("said").textContent).toContain("Forge"));
  shell.session = { state: "locked", keyring: false, passphrase: true, recovery_key: true, wait_seconds: 0, shut: true };
  shell.heard("locked");
  await screen.findByTestId("unlock");
  expect(screen.queryByTestId("settings")).toBeNull();
  expect(document.body.textContent).not.toContain("Forge");
});

it("tells the shell that somebody uses the window, and not when nobody does", async () => {
  const shell = await open();
  expect(shell.noted).toBe(0);
  await fireEvent.pointerMove(document.body);
  await fireEvent.keyDown(document.body, { key: "a" });
  expect(shell.noted).toBe(1);
});
