import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCodeOf } from "./error-code.ts";

/**
 * What a server leaves in its cache folder for `sluice cache`: which sources the cache is of and, while it runs, where it can be asked and
 * with which token. Whoever may read the file could as well empty the folder himself.
 */
export interface CacheNote {
  /** What sources are filed under, by name. */
  readonly sources: Readonly<Record<string, string>>;
  readonly server?: { readonly origin: string; readonly token: string } | undefined;
}

const fileName = "server.json";

/** Writes the note, for this user's eyes only. */
export async function writeCacheNote(folder: string, note: CacheNote): Promise<void> {
  const path = join(folder, fileName);
  await writeFile(`${path}.new`, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** The note in a folder, or `undefined` where there is none that makes sense. */
export async function readCacheNote(folder: string): Promise<CacheNote | undefined> {
  try {
    const note: unknown = JSON.parse(await readFile(join(folder, fileName), "utf8"));
    return isCacheNote(note) ? note : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || errorCodeOf(error) === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

function isCacheNote(note: unknown): note is CacheNote {
  if (typeof note !== "object" || note === null || !("sources" in note)) {
    return false;
  }
  const { sources } = note;
  const server: unknown = "server" in note ? note.server : undefined;
  const isServer =
    server === undefined ||
    (typeof server === "object" &&
      server !== null &&
      "origin" in server &&
      typeof server.origin === "string" &&
      "token" in server &&
      typeof server.token === "string");
  return (
    isServer &&
    typeof sources === "object" &&
    sources !== null &&
    Object.values(sources).every((name) => typeof name === "string")
  );
}
