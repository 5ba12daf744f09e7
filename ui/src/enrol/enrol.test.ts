import { expect, it } from "vitest";

import { Fault, type Choice, type ReviewView } from "../ipc";
import { draft, fake, FakeShell } from "../ipc/fake";
import { Enrol, Review } from "./enrol.svelte";

const fresh = draft(1);
const same = draft(2, { duplicate: { by: "secret", issuer: "Forge", name: "ada" } });
const namesake = draft(3, { duplicate: { by: "name", issuer: "Forge", name: "ada" } });
const view = (drafts: ReviewView["drafts"]): ReviewView => ({ drafts, skipped: [], batches: [], sealed: null });

it("leads from the screen to the review, and names what kept it from looking", async () => {
  const shell = new FakeShell();
  const seen = new Enrol(fake(shell));
  await seen.scanScreen();
  expect(seen.stage.at).toBe("review");
  const refused = new Enrol({ ...fake(shell), scanScreen: () => Promise.reject({ code: "no_portal", message: "none" }) });
  await refused.scanScreen();
  expect([refused.stage.at, refused.fault?.code]).toEqual(["choosing", "no_portal"]);
});

it("offers to keep what is new, and to leave out what is there already", () => {
  const review = new Review(view([fresh, same, namesake]));
  expect(review.choices()).toEqual([
    { handle: 1, on_duplicate: "keep", onto: null },
    { handle: 2, on_duplicate: "skip", onto: null },
    { handle: 3, on_duplicate: "keep", onto: null },
  ]);
  expect(review.count).toBe(2);
});

it("lets go of what is not ticked", () => {
  const review = new Review(view([fresh, namesake]));
  review.take(fresh, false);
  expect(review.choices()[0]).toEqual({ handle: 1, on_duplicate: "skip", onto: null });
  expect(review.count).toBe(1);
});

it("ticks and unticks a duplicate with the choice made for it", () => {
  const review = new Review(view([same]));
  expect(review.isTaken(same)).toBe(false);
  review.choose(same, "replace");
  expect(review.isTaken(same)).toBe(true);
  review.choose(same, "skip");
  expect(review.isTaken(same)).toBe(false);
});

it("keeps a ticked duplicate beside the old one unless told otherwise", () => {
  const review = new Review(view([same]));
  review.take(same, true);
  expect(review.choices()).toEqual([{ handle: 2, on_duplicate: "keep", onto: null }]);
});

it("remembers 'replace' across unticking and ticking", () => {
  const review = new Review(view([namesake]));
  review.choose(namesake, "replace");
  review.take(namesake, false);
  review.take(namesake, true);
  expect(review.choices()).toEqual([{ handle: 3, on_duplicate: "replace", onto: null }]);
});

it("keeps nothing before the person says so", async () => {
  const kept: (readonly Choice[])[] = [];
  const shell = new FakeShell({ review: view([fresh]) });
  const door = fake(shell);
  const enrol = new Enrol({ ...door, accept: (choices) => (kept.push(choices), door.accept(choices)) });
  await enrol.paste();
  expect(enrol.stage.at).toBe("review");
  expect(kept).toEqual([]);
  enrol.back();
  expect(enrol.stage.at).toBe("closed");
  expect(kept).toEqual([]);
});

it("stays at the review when saving fails", async () => {
  const enrol = new Enrol({
    ...fake(new FakeShell({ review: view([fresh]) })),
    accept: () => Promise.reject(new Fault("disk_full", "no space")),
  });
  await enrol.paste();
  expect(await enrol.accept()).toBeNull();
  expect(enrol.stage.at).toBe("review");
  expect(enrol.fault?.code).toBe("disk_full");
});

it("returns to the ways in when a picker is closed or nothing is found", async () => {
  const door = fake(new FakeShell());
  const enrol = new Enrol({ ...door, pickFiles: async () => null });
  enrol.open();
  await enrol.pickFiles();
  expect(enrol.stage.at).toBe("choosing");
  await enrol.readText("https://example.org");
  expect(enrol.stage.at).toBe("choosing");
  expect(enrol.fault?.code).toBe("web_link");
});

it("opens nothing when nothing arrived", async () => {
  const enrol = new Enrol(fake(new FakeShell()));
  const looked = enrol.look();
  expect(enrol.stage.at, "nothing flashes while it looks").toBe("closed");
  await looked;
  expect(enrol.stage.at).toBe("closed");
});

it("opens the review of what arrived, and says why it could not be read", async () => {
  const door = fake(new FakeShell());
  const arrived = new Enrol({ ...door, takeArrived: async () => view([fresh]) });
  await arrived.look();
  expect(arrived.stage.at).toBe("review");
  const broken = new Enrol({ ...door, takeArrived: () => Promise.reject(new Fault("not_a_picture", "")) });
  await broken.look();
  expect(broken.stage.at).toBe("choosing");
  expect(broken.fault?.code).toBe("not_a_picture");
});

it("says which part of a set is missing, and is silent once it came", async () => {
  const missing = [{ have: 2, of: 3, missing: [1] }];
  const enrol = new Enrol({
    ...fake(new FakeShell({ review: { ...view([fresh]), batches: missing } })),
    takeArrived: async () => view([fresh, namesake]),
  });
  const shown = (): unknown => enrol.stage.at === "review" && enrol.stage.review.batches;
  await enrol.paste();
  expect(shown()).toEqual(missing);
  await enrol.arrived();
  expect(shown()).toEqual([]);
});

it("keeps decisions when more arrives during a review", async () => {
  const enrol = new Enrol({ ...fake(new FakeShell({ review: view([namesake]) })), takeArrived: async () => view([namesake, fresh]) });
  await enrol.paste();
  if (enrol.stage.at === "review") enrol.stage.review.choose(namesake, "replace");
  await enrol.arrived();
  expect(enrol.stage.at === "review" && enrol.stage.review.choices()).toEqual([
    { handle: 3, on_duplicate: "replace", onto: null },
    { handle: 1, on_duplicate: "keep", onto: null },
  ]);
});
