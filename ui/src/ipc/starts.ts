import type { FakeStart } from "./fake";

const languages = ["en", "fr", "nl"] as const;

/** Reads the state to show from the address of the page in a browser. */
export function starts(asked: URLSearchParams): FakeStart {
  const tongue = asked.get("language");
  const settings = { hide_codes: asked.has("hidden"), theme: asked.has("dark") ? "dark" : "system", language: languages.find((each) => each === tongue) ?? "system" } as const;
  if (asked.has("first-run")) return { settings, session: { state: "first_run", keyring: asked.get("first-run") !== "no-keyring" } };
  if (asked.has("locked")) return { settings, session: { state: "locked", keyring: false, passphrase: true, recovery_key: true, wait_seconds: 0, shut: false } };
  if (asked.has("word")) return { settings, word: "STERK" };
  return asked.has("empty") ? { settings, accounts: [] } : { settings };
}
