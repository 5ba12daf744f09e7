import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true },
  // An accessibility fault is a fault: the build stops at any warning of the compiler.
  onwarn(warning) {
    throw new Error(`${warning.filename ?? ""}: ${warning.message}`);
  },
};
