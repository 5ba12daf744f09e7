import { expect, test } from "vitest";

import { Fault, type OpeningView, type ReviewView } from "../ipc";
import { FakeShell, draft, fake } from "../ipc/fake";
import { Enrol } from "./enrol.svelte";

const sealed: ReviewView = { drafts: [draft(1)], skipped: [], batches: [], sealed: { name: "vault.json" } };

async function arrived(over = {}): Promise<Enrol> {
  const door = fake(new FakeShell({ review: sealed }));
  const enrol = new Enrol({ ...door, takeArrived: async () => sealed, ...over });
  await enrol.arrived();
  return enrol;
}

function card(enrol: Enrol) {
  if (enrol.stage.at !== "sealed") throw new Error(`at ${enrol.stage.at}`);
  return enrol.stage.sealed;
}

test("an encrypted file asks for its passphrase before anything is decided", async () => {
  const enrol = await arrived();
  expect(card(enrol).name).toBe("vault.json");
  await card(enrol).open("wrong");
  expect(card(enrol).wrong).toBe(true);
  await card(enrol).open("open sesame");
  expect(enrol.stage.at).toBe("review");
});

test("a file that is left out stands among what was not read", async () => {
  const enrol = await arrived();
  await card(enrol).skip();
  expect(enrol.stage).toMatchObject({ at: "review", review: { skipped: [{ source: "vault.json", code: "needs_passphrase" }] } });
});

test("shows how far the key is, and can be stopped", async () => {
  let tell: (opening: OpeningView) => void = () => {};
  let fail: (fault: Fault) => void = () => {};
  const openSource = (_: string, heard: typeof tell) =>
    new Promise<ReviewView>((_resolve, reject) => {
      tell = heard;
      fail = reject;
    });
  const stopSource = async () => {
    fail(new Fault("cancelled", ""));
    return null;
  };
  const enrol = await arrived({ openSource, stopSource });
  const waiting = card(enrol);
  const opened = waiting.open("open sesame");
  tell({ thousandths: 420 });
  expect([waiting.busy, waiting.thousandths]).toEqual([true, 420]);
  waiting.stop();
  await opened;
  expect([waiting.busy, waiting.fault, enrol.stage.at]).toEqual([false, null, "sealed"]);
});

test("closing forgets the file and what else was found", async () => {
  let discarded = 0;
  const enrol = await arrived({ discard: async () => (discarded++, null) });
  enrol.back();
  expect([enrol.stage.at, discarded]).toEqual(["closed", 1]);
});
