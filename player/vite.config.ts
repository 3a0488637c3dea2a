import { defineConfig } from "vitest/config";

const SERVED = "../src/vitalreel/web/static";
const [PLAYER, EVENTS] = ["src/main.ts", "src/client.ts"];

// Three builds. As it stands: the player, one self-contained module beside the pages that load it: no chunks, no preloads,
// nothing fetched from elsewhere. `--mode events`: the events client alone, beside it. `--mode package`: what npm gets, with
// hls.js and media-chrome left for npm to bring.
export default defineConfig(({ mode }) => ({
  publicDir: false,
  build: {
    outDir: mode === "package" ? "dist" : SERVED,
    emptyOutDir: mode === "package", // in the other folder lie the pages' own style sheets
    target: "es2022",
    modulePreload: false,
    minify: mode !== "package",
    lib:
      mode === "package" ? { entry: { index: "src/index.ts", events: EVENTS }, formats: ["es"] }
      : mode === "events" ? { entry: { events: EVENTS }, formats: ["es"] }
      : undefined,
    rolldownOptions: {
      ...(mode === "package" ? { external: [/^hls\.js/, /^media-chrome/] } : mode === "events" ? {} : { input: PLAYER }),
      output: mode === "package" ? { format: "es", chunkFileNames: "[name].js" } : { format: "es", entryFileNames: mode === "events" ? "events.js" : "player.js", codeSplitting: false },
    },
  },
  test: { environment: "node", include: ["tests/**/*.test.ts"] },
}));
