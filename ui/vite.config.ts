import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import type { Plugin } from "vite";

const folder = join(import.meta.dirname, "../icons/issuers");
const drawings = readdirSync(folder).filter((file) => file.endsWith(".svg"));

/** Puts the icons of services beside the page as files of their own: the script stays as small as it is. */
function issuers(): Plugin {
  return {
    name: "issuers",
    configureServer({ middlewares }) {
      middlewares.use("/issuers", (request, answer, next) => {
        const file = (request.url ?? "").slice(1);
        if (!drawings.includes(file)) return next();
        answer.setHeader("Content-Type", "image/svg+xml");
        answer.end(readFileSync(join(folder, file)));
      });
    },
    generateBundle() {
      for (const file of drawings)
        this.emitFile({ type: "asset", fileName: `issuers/${file}`, source: readFileSync(join(folder, file)) });
    },
  };
}

// The page runs under a policy without inline scripts, styles or data URLs: nothing may be inlined.
export default defineConfig(({ mode }) => ({
  plugins: [svelte(), issuers()],
  base: "./",
  clearScreen: false,
  server: { port: 5173, strictPort: true },
  build: { target: "es2022", modulePreload: false, assetsInlineLimit: 0, outDir: mode === "fake" ? "dist-fake" : "dist" },
  // Vitest runs outside a browser; without this Svelte would hand it the server's half.
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
  test: { environment: "happy-dom", include: ["src/**/*.test.ts"], setupFiles: ["src/test-setup.ts"] },
}));
