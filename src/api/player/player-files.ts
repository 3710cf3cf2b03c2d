import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { mediaTypeOfKey } from "../../http/index.ts";

/** A file of the built player, in every coding that the build made of it. */
export interface PlayerFile {
  readonly mediaType: string;
  readonly identity: Uint8Array<ArrayBuffer>;
  readonly br?: Uint8Array<ArrayBuffer> | undefined;
  readonly gzip?: Uint8Array<ArrayBuffer> | undefined;
}

/** The built player's files by their paths: `index.html`, `assets/main-4f0c.js`. */
export type PlayerFiles = ReadonlyMap<string, PlayerFile>;

const mediaTypes: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  webmanifest: "application/manifest+json",
  woff2: "font/woff2",
};

/**
 * Reads the built player into memory: about a megabyte, and no request ever names a file on the disk.
 * @returns `undefined` where it has not been built
 */
export function readPlayerFiles(folder: string): PlayerFiles | undefined {
  const paths = filesIn(folder);
  if (!paths.includes("index.html")) {
    return undefined;
  }
  const present = new Set(paths);
  const read = (path: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(join(folder, path)));
  return new Map(
    paths
      .filter((path) => !isCodingOf(path, present))
      .map((path) => [
        path,
        {
          mediaType: mediaTypeOf(path),
          identity: read(path),
          br: present.has(`${path}.br`) ? read(`${path}.br`) : undefined,
          gzip: present.has(`${path}.gz`) ? read(`${path}.gz`) : undefined,
        },
      ]),
  );
}

function isCodingOf(path: string, present: ReadonlySet<string>): boolean {
  return /\.(?:br|gz)$/.test(path) && present.has(path.slice(0, path.lastIndexOf(".")));
}

function mediaTypeOf(path: string): string {
  const extension = path.slice(path.lastIndexOf(".") + 1);
  return mediaTypes[extension] ?? mediaTypeOfKey(path) ?? "application/octet-stream";
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.replace(/[/\\]+$/, "").length + 1))
      .map((path) => path.split(sep).join("/"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return [];
    }
    throw error;
  }
}
