import { mount } from "svelte";

import App from "./App.svelte";
import { ipc, type Ipc } from "./ipc";
import "./theme.css";

// `vite --mode fake` shows the page in a browser, with the state named in the address (`?locked`, `?first-run`).
async function door(): Promise<Ipc> {
  if (import.meta.env.MODE !== "fake") return ipc;
  const { fake, FakeShell } = await import("./ipc/fake");
  const { starts } = await import("./ipc/starts");
  return fake(new FakeShell(starts(new URLSearchParams(location.search))));
}

const target = document.getElementById("app");
if (target) mount(App, { target, props: { ipc: await door() } });
