import { cleanup } from "@testing-library/svelte";
import { afterEach, beforeAll } from "vitest";

import { drawn } from "./codes/drawn.svelte";

afterEach(cleanup);

// As after the first picture: what comes with the second one is there.
beforeAll(() => void (drawn.due = true));

// What the page loads when it is wanted: here at once, so that no test waits for a compiler.
beforeAll(() => Promise.all([import("./Sheets.svelte"), import("./session/Door.svelte")]));
