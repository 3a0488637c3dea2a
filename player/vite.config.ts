import { defineConfig } from "vitest/config";

// One self-contained module beside the pages that load it: no chunks, no preloads, nothing fetched from elsewhere.
export default defineConfig({
  publicDir: false,
  build: {
    outDir: "../src/vitalreel/web/static",
    emptyOutDir: false, // the pages' own style sheets live there too
    target: "es2022",
    modulePreload: false,
    rolldownOptions: {
      input: "src/main.ts",
      output: { format: "es", entryFileNames: "player.js", codeSplitting: false },
    },
  },
  test: { environment: "node", include: ["tests/**/*.test.ts"] },
});
