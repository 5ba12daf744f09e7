import { language, choose } from "../words/index.svelte";
import type { FakeStart } from "./fake";

/** Reads the state to show from the address of the page in a browser. */
export function starts(asked: URLSearchParams): FakeStart {
  const tongue = asked.get("language");
  if (tongue) language.words = choose([tongue]);
  if (asked.has("first-run")) return { session: { state: "first_run", keyring: asked.get("first-run") !== "no-keyring" } };
  if (asked.has("locked")) return { session: { state: "locked", keyring: false, passphrase: true, recovery_key: true, wait_seconds: 0, shut: false } };
  return asked.has("empty") ? { accounts: [] } : {};
}
