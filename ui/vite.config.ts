import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

// The page runs under a policy without inline scripts, styles or data URLs: nothing may be inlined.
export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  base: "./",
  clearScreen: false,
  server: { port: 5173, strictPort: true },
  build: { target: "es2022", modulePreload: false, assetsInlineLimit: 0, outDir: mode === "fake" ? "dist-fake" : "dist" },
  // Vitest runs outside a browser; without this Svelte would hand it the server's half.
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
  test: { environment: "happy-dom", include: ["src/**/*.test.ts"], setupFiles: ["src/test-setup.ts"] },
}));
