import { mount } from "svelte";

import App from "./App.svelte";
import { onMac } from "./codes/text";
import { ipc, type Ipc } from "./ipc";
import { Session } from "./session/session.svelte";
import "./theme.css";

/** How long the page stays empty for an answer, so that its first picture is the one that stays. */
const PATIENCE_MS = 250;

// `vite --mode fake` shows the page in a browser, with the state named in the address (`?locked`, `?first-run`).
async function door(): Promise<Ipc> {
  if (import.meta.env.MODE !== "fake") return ipc;
  const { fake, FakeShell } = await import("./ipc/fake");
  const { starts } = await import("./ipc/starts");
  return fake(new FakeShell(starts(new URLSearchParams(location.search))));
}

async function open(target: HTMLElement): Promise<void> {
  const ipc = await door();
  const begun = new Session(ipc);
  await Promise.race([begun.start(), new Promise((late) => setTimeout(late, PATIENCE_MS))]);
  mount(App, { target, props: { ipc, begun } });
}

if (onMac()) document.documentElement.dataset.mac = "";
const target = document.getElementById("app");
if (target) void open(target);
