import { link, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import {
  createSigningKey,
  formatKeyRing,
  longestStreamLife,
  parseKeyRing,
  rotateKeys,
  type SigningKey,
} from "../access/index.ts";
import { errorCodeOf } from "./error-code.ts";
import { StartError } from "./start-error.ts";

/** The keys of a server, kept in a file. Disposing of it ends the watch for other processes' rotations. */
export interface KeyFile extends Disposable {
  /** As last read. */
  keys(): readonly SigningKey[];
  /** Adds a key that will sign in a minute; what the old ones signed is let in for as long as it may live. */
  rotate(): Promise<void>;
}

/** Options of {@link openKeyFile}. */
export interface KeyFileOptions {
  /** How often the file is read again. @default 20000 */
  readonly rereadMs?: number | undefined;
  /** Told where reading it again failed; the keys known before go on. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Longer than any process takes to read the file again, so that each knows a key before it meets it. */
const headStartSeconds = 60;

/**
 * Opens the file, made with a first key and for its owner's eyes only where there is none yet. Several processes may share it: of two that
 * make it at once one wins, and both read the winner's.
 * @throws {StartError} where it cannot be read or made, is damaged, or may be read by others
 */
export async function openKeyFile(path: string, options: KeyFileOptions = {}): Promise<KeyFile> {
  const { rereadMs = 20_000, onError } = options;
  let keys = await readKeys(path).catch((error: unknown) => {
    if (errorCodeOf(error) === "ENOENT") {
      return createKeys(path);
    }
    throw startErrorOf(path, error);
  });
  async function reread(): Promise<void> {
    keys = await readKeys(path);
  }
  const timer = setInterval(() => void reread().catch((error: unknown) => onError?.(error)), rereadMs).unref();
  return {
    keys: () => keys,
    async rotate() {
      await reread();
      const nowSeconds = Math.floor(Date.now() / 1000);
      const overlapSeconds = longestStreamLife();
      keys = rotateKeys(keys, createSigningKey(), { nowSeconds, headStartSeconds, overlapSeconds });
      await writeNew(path, keys, rename);
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

async function createKeys(path: string): Promise<readonly SigningKey[]> {
  try {
    // A link, unlike a rename, refuses to take another's place.
    await writeNew(path, [createSigningKey()], link);
  } catch (error) {
    if (errorCodeOf(error) !== "EEXIST") {
      throw startErrorOf(path, error);
    }
  }
  return readKeys(path);
}

/** Writes the file whole before anyone can see it under its name. */
async function writeNew(
  path: string,
  keys: readonly SigningKey[],
  publish: (from: string, to: string) => Promise<void>,
): Promise<void> {
  const draft = `${path}.${process.pid}.${crypto.randomUUID()}`;
  try {
    await writeFile(draft, formatKeyRing(keys), { mode: 0o600, flag: "wx", flush: true });
    await publish(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

async function readKeys(path: string): Promise<readonly SigningKey[]> {
  const { mode } = await stat(path);
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    const fix = `Run chmod 600 on it, and remove it instead where others may have read it: a new one is made at the next start.`;
    throw new StartError(2, `The keys of stream addresses in ${path} may be read by other users. ${fix}`);
  }
  const parsed = parseKeyRing(await readFile(path, "utf8"));
  if (parsed.kind === "refused") {
    const fix =
      "Put it back from a backup, or remove it: a new one is made, and addresses given out before stop working.";
    throw new StartError(2, `The keys of stream addresses in ${path} cannot be used: ${parsed.detail}. ${fix}`);
  }
  return parsed.keys;
}

function startErrorOf(path: string, error: unknown): StartError {
  if (error instanceof StartError) {
    return error;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new StartError(1, `Cannot open the keys of stream addresses in ${path}: ${reason}`, { cause: error });
}
