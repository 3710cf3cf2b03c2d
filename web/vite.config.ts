import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { build, defineConfig, type Plugin } from "vite";
import { shadowStyles } from "./shadow-styles.ts";

const folder = import.meta.dirname;
const outputFolder = join(folder, "../dist/web");
const workerEntry = join(folder, "src/sw/service-worker.ts");

/**
 * Builds the service worker after everything else, since it names every file of the app: what it has cached is one whole version, never
 * a page of one with scripts of another.
 */
function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    enforce: "post",
    async closeBundle() {
      if (!existsSync(workerEntry)) {
        this.error(`There is no service worker at ${workerEntry}`);
      }
      const paths = await shellPaths();
      const digest = createHash("sha256");
      for (const path of paths) {
        digest.update(path).update(await readFile(join(outputFolder, path)));
      }
      await build({
        configFile: false,
        root: folder,
        logLevel: "warn",
        publicDir: false,
        define: {
          __SHELL_FILES__: JSON.stringify([
            "/",
            ...paths.filter((path) => path !== "index.html").map((path) => `/${path}`),
          ]),
          __SHELL_VERSION__: JSON.stringify(digest.digest("base64url").slice(0, 16)),
        },
        build: {
          outDir: outputFolder,
          emptyOutDir: false,
          target: "es2023",
          rolldownOptions: {
            input: { sw: workerEntry },
            // One file at a fixed address: browsers look there for a newer one.
            output: { format: "iife", entryFileNames: "[name].js" },
          },
        },
      });
    },
  };
}

async function shellPaths(): Promise<readonly string[]> {
  const entries = await readdir(outputFolder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name !== "sw.js")
    .map((entry) => join(entry.parentPath, entry.name).slice(outputFolder.length + 1))
    .toSorted();
}

/** Names the chunk of whatever the entry imports without waiting for it to be asked for. */
function createFirstLoadGroup(): (id: string, context: ChunkingContext) => string | null {
  let reached: Set<string> | undefined;
  return (id, context) => {
    if (reached === undefined) {
      reached = new Set([join(folder, "src/main.tsx")]);
      for (const each of reached) {
        context.getModuleInfo(each)?.importedIds.forEach((imported) => reached?.add(imported));
      }
    }
    return reached.has(id) ? "player" : null;
  };
}

interface ChunkingContext {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

export default defineConfig({
  root: folder,
  plugins: [react(), shadowStyles(), serviceWorker()],
  server: { proxy: { "/api": "http://127.0.0.1:8080", "/stream": "http://127.0.0.1:8080" } },
  build: {
    outDir: outputFolder,
    emptyOutDir: true,
    target: "es2023",
    // An image in a style sheet would need "data:" in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // hls.js is larger than what is usual, and fetched where media in pieces is played alone.
    chunkSizeWarningLimit: 640,
    rolldownOptions: {
      // What a first visit needs anyway comes as one file: in thirty small ones it is 3 % more, for they are compressed one by one.
      output: { codeSplitting: { groups: [{ name: createFirstLoadGroup(), debugName: "first load" }] } },
    },
  },
});
