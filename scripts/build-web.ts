// Builds the player into dist/web, each file also as gzip and brotli. With `--if-stale` only where it is missing or older than its
// sources. Says nothing on stdout: under `npm start` that belongs to the server's address.
import { globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const root = join(import.meta.dirname, "..");
const outputFolder = join(root, "dist/web");
/** Written last: a build that was interrupted has none. */
const stampFile = join(outputFolder, "sw.js.br");
const sources = [
  "web/**/*",
  "src/api/contract.ts",
  "src/api/sluice-client.ts",
  "scripts/build-web.ts",
  "package-lock.json",
];
const compressible = /\.(?:css|html|js|json|svg|webmanifest)$/;

if (!process.argv.includes("--if-stale") || isStale()) {
  await buildPlayer();
}

function isStale(): boolean {
  const builtAt = statSync(stampFile, { throwIfNoEntry: false })?.mtimeMs;
  return (
    builtAt === undefined ||
    globSync(sources, { cwd: root, exclude: ["**/node_modules"] }).some(
      (path) => statSync(join(root, path)).mtimeMs > builtAt,
    )
  );
}

async function buildPlayer(): Promise<void> {
  const startedAt = performance.now();
  // Whoever started this, a test runner for one, may have another: React would be built for developers.
  process.env["NODE_ENV"] = "production";
  // Loaded only here: a start that has nothing to build does not wait for it.
  const { build } = await import("vite");
  await build({ configFile: join(root, "web/vite.config.ts"), logLevel: "warn" });
  for (const path of globSync("**/*", { cwd: outputFolder, withFileTypes: true })) {
    if (path.isFile() && compressible.test(path.name) && path.name !== "sw.js") {
      compress(join(path.parentPath, path.name));
    }
  }
  compress(join(outputFolder, "sw.js"));
  console.error(`The player is built (${((performance.now() - startedAt) / 1000).toFixed(1)} s).`);
}

function compress(file: string): void {
  const bytes = readFileSync(file);
  const parameters = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: parameters }));
}
