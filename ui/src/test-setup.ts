import { cleanup } from "@testing-library/svelte";
import { afterEach, beforeAll } from "vitest";

afterEach(cleanup);

// What the page loads when it is wanted: here at once, so that no test waits for a compiler.
beforeAll(() => Promise.all([import("./Sheets.svelte"), import("./session/Door.svelte")]));
