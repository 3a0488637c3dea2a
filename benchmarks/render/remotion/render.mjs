// node render.mjs OUT.mp4 FACES BROWSER CONTENT.json BUNDLE    bundles once (BUNDLE absent), else renders; as Remotion's documents say.
import fs from "node:fs";
import path from "node:path";
import { bundle } from "@remotion/bundler";
import { renderMedia, selectComposition } from "@remotion/renderer";

const [out, faces, browserExecutable, content, built] = process.argv.slice(2);
if (!fs.existsSync(built)) {
  await bundle({ entryPoint: path.resolve("scene.jsx"), publicDir: faces, outDir: built });
} else {
  const inputProps = JSON.parse(fs.readFileSync(content, "utf8"));
  const shared = { serveUrl: built, id: "scene", inputProps, browserExecutable, logLevel: "error" };
  const composition = await selectComposition(shared);
  await renderMedia({
    ...shared, composition, codec: "h264", crf: 20, x264Preset: "veryfast", muted: true, concurrency: 2, outputLocation: out,
  });
}
