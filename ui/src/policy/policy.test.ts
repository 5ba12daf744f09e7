import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { expect, it } from "vitest";

import App from "../App.svelte";
import { Fault, type PolicyReviewView, type PolicyView } from "../ipc";
import { fake, FakeShell, policy, service } from "../ipc/fake";

const LINK = "https://github.com/settings/security";

async function open(applied?: PolicyView, over: Partial<ReturnType<typeof fake>> = {}): Promise<FakeShell> {
  const shell = new FakeShell({ settings: { language: "en" }, ...(applied && { policy: applied }) });
  render(App, { ipc: { ...fake(shell), ...over } });
  await screen.findAllByTestId("code-row");
  return shell;
}

async function sheet(): Promise<HTMLElement> {
  await fireEvent.click(screen.getByTestId("menu"));
  await fireEvent.click(screen.getByTestId("open-policy"));
  return screen.findByTestId("policy-sheet");
}

function review(over: Partial<PolicyReviewView> = {}): PolicyReviewView {
  return { policy: policy(), doubts: [], same: false, ...over };
}

/** Drops a policy on the window. */
async function drop(shell: FakeShell, offered: PolicyReviewView): Promise<HTMLElement> {
  shell.offered = offered;
  shell.heard("arrived");
  return screen.findByTestId("policy-review");
}

const states = (): (string | undefined)[] => screen.getAllByTestId("policy-service").map(({ dataset }) => dataset.state);
const apply = (): HTMLButtonElement => screen.getByTestId("policy-apply");

it("says what a policy is where none is applied, and takes one from a dialog", async () => {
  const shell = await open();
  await sheet();
  expect(screen.getByTestId("no-policy")).toBeTruthy();
  shell.offered = review();
  await fireEvent.click(screen.getByTestId("pick-policy"));
  await screen.findByTestId("policy-review");
  await fireEvent.click(apply());
  await screen.findByRole("heading", { name: "Required by Example Harbour" });
  expect(states()).toEqual(["missing", "unverified"]);
  await waitFor(() => expect(screen.getByTestId("said").textContent).toBe("The policy is applied."));
});

it("shows all that a dropped policy asks, links in full and the fingerprint, before it applies", async () => {
  const shell = await open();
  const shown = await drop(shell, review());
  expect(within(shown).getByText(LINK).tagName).toBe("P");
  expect(within(shown).queryByRole("link")).toBeNull();
  expect(screen.getByTestId("policy-key").textContent).toBe("eedb-2b12-38fd-4c62e75c-ba0b-071a-3d1d");
  expect(screen.getByTestId("policy-rules").textContent).toContain("40 bits");
  expect(shell.policy).toBeNull();
  await fireEvent.click(screen.getByTestId("policy-decline"));
  await waitFor(() => expect(screen.queryByTestId("policy-review")).toBeNull());
  expect([shell.policy, shell.offered]).toEqual([null, null]);
});

it("warns of a policy that nobody signed", async () => {
  const shell = await open();
  await drop(shell, review({ policy: policy({ signed_by: null }) }));
  expect(screen.getByTestId("policy-unsigned").textContent).toContain("anybody");
});

it("applies no policy of another signer before the person has said yes to just that", async () => {
  const shell = await open(policy());
  await drop(shell, review({ doubts: ["key_changed", "older"] }));
  expect(apply().disabled).toBe(true);
  await fireEvent.click(screen.getByTestId("doubt-key_changed"));
  expect(apply().disabled).toBe(true);
  await fireEvent.click(screen.getByTestId("doubt-older"));
  expect(apply().disabled).toBe(false);
  await fireEvent.click(screen.getByTestId("doubt-older"));
  expect(apply().disabled).toBe(true);
  await fireEvent.click(screen.getByTestId("doubt-older"));
  await fireEvent.click(apply());
  await screen.findByTestId("policy-sheet");
});

it("leads from the site of a service to enrolling it", async () => {
  const shell = await open(policy());
  await sheet();
  expect(screen.getByTestId("policy-done").textContent).toBe("0 of 2 services are done.");
  await fireEvent.click(screen.getByTestId("visit"));
  await waitFor(() => expect(shell.visited).toEqual([LINK]));
  await fireEvent.click(await screen.findByTestId("enrol-service"));
  await screen.findByTestId("add-sheet");
  expect(screen.queryByTestId("policy-sheet")).toBeNull();
});

it("leads to the account that is not done, and to nothing where all is", async () => {
  await open(policy({ services: [service("Forge", { state: "recovery_codes_open", account: "a2" }), service("Codeberg", { state: "done", account: "a1" })] }));
  await sheet();
  expect(screen.getAllByRole("button", { name: /Finish|Enrol|site/ })).toHaveLength(1);
  await fireEvent.click(screen.getByRole("button", { name: "Finish Forge" }));
  await screen.findByTestId("assistant");
});

it("writes a status under the name the person gives", async () => {
  const shell = await open(policy());
  await sheet();
  const write: HTMLButtonElement = screen.getByTestId("write-status");
  expect(write.disabled).toBe(true);
  await fireEvent.input(screen.getByTestId("status-name"), { target: { value: "Ada" } });
  await fireEvent.click(write);
  await screen.findByText("sterk-status.json was written.");
  expect(shell.told).toEqual(["Ada"]);
});

it("removes a policy only after the person has proved who they are", async () => {
  const shell = await open(policy());
  await sheet();
  await fireEvent.click(screen.getByTestId("remove-policy"));
  await screen.findByTestId("policy-removing");
  await fireEvent.input(await screen.findByTestId("proof-passphrase"), { target: { value: "wrong" } });
  await fireEvent.click(screen.getByTestId("prove"));
  await screen.findByTestId("error-banner");
  expect(shell.policy).not.toBeNull();
  await fireEvent.input(screen.getByTestId("proof-passphrase"), { target: { value: shell.passphrase } });
  await fireEvent.click(screen.getByTestId("prove"));
  await screen.findByTestId("no-policy");
  expect(shell.policy).toBeNull();
});

it("marks in the settings what the organisation manages", async () => {
  await open(policy());
  await fireEvent.keyDown(document.body, { key: ",", ctrlKey: true });
  const settings = await screen.findByTestId("settings");
  const managed = await within(settings).findByTestId("policy-rules");
  expect(managed.textContent).toContain("Managed by Example Harbour");
  expect(managed.textContent).toContain("locks after 15 minutes at the latest");
});

it("says what is wrong with a file that was dropped", async () => {
  const refuse = async (): Promise<never> => {
    throw new Fault("bad_policy", "services[0].enrol_at is no link");
  };
  const shell = await open(undefined, { takePolicy: refuse });
  shell.heard("arrived");
  const banner = await screen.findByTestId("error-banner");
  expect(banner.getAttribute("title")).toContain("services[0].enrol_at");
});
