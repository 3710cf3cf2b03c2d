import { type Dirent, promises as fs, stat } from "node:fs";
import { resolve, sep } from "node:path";
import { promisify } from "node:util";
import {
  type CallOptions,
  type ListEntry,
  type ListOptions,
  type ListPage,
  type LocateOptions,
  type MediaObject,
  type OpenOptions,
  type Revalidation,
  type Source,
  SourceError,
  throwIfAborted,
  type Validator,
} from "../source/index.ts";
import { FolderListing } from "./folder-listing.ts";
import { assertUsablePrefix } from "./key-listing.ts";
import { LocalObject, openRegularFile } from "./local-file.ts";
import { assertUsableKey } from "./object-key.ts";

/** Takes two thirds of the time of the one in `fs.promises`, and a listing asks it for every file. */
const statFile = promisify(stat);

/** Options of {@link createLocalSource}. */
export interface LocalSourceOptions {
  /** The folder. Nothing outside it is ever served, whatever symbolic links in it point to. */
  readonly root: string;
}

/** Creates a source over a folder. Dot files, and all that is not a regular file or a folder, do not exist for it. */
export function createLocalSource(options: LocalSourceOptions): Source {
  return new LocalSource(resolve(options.root));
}

class LocalSource implements Source {
  readonly location: string;
  /** The root's true path; resolved at first use, because the folder may be mounted later than we start. */
  #realRoot: Promise<string> | undefined;
  readonly #listing = new FolderListing();

  constructor(root: string) {
    this.location = root;
  }

  async open(key: string, options: OpenOptions = {}): Promise<MediaObject> {
    throwIfAborted(options.signal, `Cannot open "${key}" in ${this.location}`);
    this.#assertVisible(key);
    try {
      return new LocalObject(key, this.location, await openRegularFile(await this.#root(), key));
    } catch (error) {
      throw translateError(error, `Cannot open "${key}" in ${this.location}`);
    }
  }

  async revalidate(key: string, validator: Validator, options: CallOptions = {}): Promise<Revalidation> {
    await using object = await this.open(key, options);
    return { isCurrent: object.validator?.etag === validator.etag };
  }

  async list(prefix: string, options: ListOptions = {}): Promise<ListPage> {
    throwIfAborted(options.signal, `Cannot list "${prefix}" in ${this.location}`);
    assertUsablePrefix(prefix, this.location);
    try {
      const folder = await this.#folder(prefix);
      const page = await this.#listing.page(
        { prefix, path: folder, entriesOf: (entry) => visibleEntry(prefix, entry) },
        options,
      );
      const entries = await Promise.all(page.entries.map((entry) => describeEntry(folder, entry)));
      return { ...page, entries: entries.filter((entry) => entry !== undefined) };
    } catch (error) {
      throw translateError(error, `Cannot list "${prefix}" in ${this.location}`);
    }
  }

  locate(key: string, _options: LocateOptions): Promise<URL> {
    return Promise.reject(
      new SourceError("unsupported", `Cannot locate "${key}" in ${this.location}: a folder has no addresses`),
    );
  }

  async check(options: CallOptions = {}): Promise<void> {
    await this.list("", { ...options, limit: 1 });
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #root(): Promise<string> {
    this.#realRoot ??= fs.realpath(this.location).catch((error: unknown) => {
      this.#realRoot = undefined;
      throw error;
    });
    return this.#realRoot;
  }

  async #folder(prefix: string): Promise<string> {
    const root = await this.#root();
    if (prefix === "") {
      return root;
    }
    this.#assertVisible(prefix.slice(0, -1));
    const folder = await fs.realpath(`${root}${sep}${prefix}`);
    if (!folder.startsWith(withSeparator(root))) {
      throw new SourceError("not-found", `Cannot list "${prefix}" in ${this.location}: it leads outside the folder`);
    }
    return folder;
  }

  /** Dot files are private by custom; a backslash is a separator on some systems and never in a key of ours. */
  #assertVisible(key: string): void {
    assertUsableKey(key, this.location);
    if (key.startsWith(".") || key.includes("/.") || key.includes("\\")) {
      throw new SourceError("not-found", `Cannot open "${key}" in ${this.location}: hidden`);
    }
  }
}

function withSeparator(path: string): string {
  return path.endsWith(sep) ? path : path + sep;
}

function visibleEntry(prefix: string, entry: Dirent): ListEntry[] {
  // U+FFFD: the name is not UTF-8, so no key can name it.
  if (entry.name.startsWith(".") || entry.name.includes("\\") || /[\p{Cc}\ufffd]/u.test(entry.name)) {
    return [];
  }
  if (entry.isDirectory()) return [{ kind: "prefix", key: `${prefix}${entry.name}/` }];
  if (entry.isFile()) return [{ kind: "object", key: prefix + entry.name }];
  // What a link leads to shows when the page is described.
  return entry.isSymbolicLink() ? [{ kind: "object", key: prefix + entry.name }] : [];
}

/** Adds size and time; resolves links, and drops what leads outside, is broken, or has just gone. */
async function describeEntry(folder: string, entry: ListEntry): Promise<ListEntry | undefined> {
  if (entry.kind === "prefix") {
    return entry;
  }
  const path = `${folder}${sep}${entry.key.slice(entry.key.lastIndexOf("/") + 1)}`;
  try {
    const stats = await statFile(path);
    return stats.isFile() ? { ...entry, sizeBytes: stats.size, modifiedAt: stats.mtime } : undefined;
  } catch {
    return undefined;
  }
}

/** Maps a file system error to ours; {@link SourceError}s pass. */
export function translateError(error: unknown, doing: string): SourceError {
  if (error instanceof SourceError) {
    return error;
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const message = `${doing}: ${code === "" ? String(error) : code}`;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
    case "ELOOP":
    case "ENAMETOOLONG":
    case "ENXIO":
      return new SourceError("not-found", message, { cause: error });
    case "EACCES":
    case "EPERM":
      return new SourceError("forbidden", message, { cause: error });
    case "EMFILE":
    case "ENFILE":
    case "EAGAIN":
    case "EIO":
    case "ESTALE":
      return new SourceError("unavailable", message, { cause: error, retryable: true });
    default:
      return new SourceError("unavailable", message, { cause: error });
  }
}
