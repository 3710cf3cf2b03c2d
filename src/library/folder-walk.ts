import { type CallOptions, isSourceError, type ListEntry, type ListPage, type Source } from "../source/index.ts";

/** Some objects of one folder, all that belongs together among them. */
export interface FolderWindow {
  readonly prefix: string;
  readonly objects: readonly ListEntry[];
  /** Where a walk goes on once this window has been dealt with. */
  readonly cursor: string;
}

/** A folder on the way from the top to where the walk is. */
interface Frame {
  readonly prefix: string;
  /** Of the page the walk is at; absent for the first. */
  pageCursor?: string | undefined;
  /** True once the page's objects were given out; its folders come after them. */
  objectsDone?: boolean | undefined;
  /** The last of the page's folders that was entered. */
  entered?: string | undefined;
  page?: ListPage | undefined;
  /** Objects of the pages before that may belong with those of this one, and where the first of those pages is. */
  carried?: { readonly objects: readonly ListEntry[]; readonly pageCursor: string | undefined } | undefined;
}

const pageEntries = 1000;
/** A name with so many companions is no name: it is given out as it is. */
const maxCarried = 10_000;

/** Walks all folders of a source, page by page: what is held at a time is a page for each level of depth. */
export class FolderWalk {
  readonly #source: Source;
  readonly #options: CallOptions;
  readonly #isRecursive: boolean;
  readonly #stack: Frame[];
  /** Folders that could not be listed though they are there, with the reason. */
  readonly unlisted: string[] = [];
  #hasSeenObjects = false;

  /** @param start the cursor of a window that was dealt with, or the folder to begin at */
  constructor(
    source: Source,
    start: {
      readonly cursor?: string | undefined;
      readonly prefix?: string | undefined;
      readonly isRecursive?: boolean;
    },
    options: CallOptions,
  ) {
    this.#source = source;
    this.#options = options;
    this.#isRecursive = start.isRecursive ?? true;
    this.#stack = parseWalkCursor(start.cursor) ?? [{ prefix: start.prefix ?? "" }];
  }

  /** Whether it has given out anything yet. */
  get hasSeenObjects(): boolean {
    return this.#hasSeenObjects;
  }

  async *windows(): AsyncGenerator<FolderWindow> {
    for (let frame = this.#stack.at(-1); frame !== undefined; frame = this.#stack.at(-1)) {
      frame.page ??= await this.#list(frame);
      if (frame.objectsDone !== true) {
        const objects = takeObjects(frame, frame.page);
        frame.objectsDone = true;
        if (objects.length > 0) {
          this.#hasSeenObjects = true;
          yield { prefix: frame.prefix, objects, cursor: formatWalkCursor(this.#stack) };
        }
      }
      this.#advance(frame, frame.page);
    }
  }

  /** On to the page's next folder, the next page, or back up. */
  #advance(frame: Frame, page: ListPage): void {
    const { entered } = frame;
    const next = this.#isRecursive
      ? page.entries.find(({ kind, key }) => kind === "prefix" && (entered === undefined || key > entered))
      : undefined;
    if (next !== undefined) {
      frame.entered = next.key;
      this.#stack.push({ prefix: next.key });
    } else if (page.nextCursor !== undefined) {
      frame.pageCursor = page.nextCursor;
      frame.objectsDone = false;
      frame.entered = undefined;
      frame.page = undefined;
    } else {
      this.#stack.pop();
    }
  }

  async #list(frame: Frame): Promise<ListPage> {
    try {
      const options = { ...this.#options, cursor: frame.pageCursor, limit: pageEntries };
      return await this.#source.list(frame.prefix, options);
    } catch (error) {
      const isOneFolders = frame.prefix !== "" && isSourceError(error);
      if (isOneFolders && error.code === "not-found") {
        // It was removed since its parent was listed.
        return { entries: [] };
      }
      if (isOneFolders && (error.code === "forbidden" || error.code === "invalid-key")) {
        this.unlisted.push(error.message);
        return { entries: [] };
      }
      throw error;
    }
  }
}

/**
 * The objects of a page, without the last few where the next page may begin with more of the same name. Keys are in order, so all that
 * shares a name up to its first dot stands together: `film.en.vtt`, `film.mp4`, `film.srt`.
 */
function takeObjects(frame: Frame, page: ListPage): ListEntry[] {
  const objects = [...(frame.carried?.objects ?? []), ...page.entries.filter(({ kind }) => kind === "object")];
  const last = objects.at(-1);
  const firstCursor = frame.carried === undefined ? frame.pageCursor : frame.carried.pageCursor;
  frame.carried = undefined;
  if (page.nextCursor === undefined || last === undefined) {
    return objects;
  }
  const group = firstWordOf(last.key);
  const cut = objects.findLastIndex(({ key }) => firstWordOf(key) !== group) + 1;
  if (objects.length - cut > maxCarried) {
    return objects;
  }
  frame.carried = { objects: objects.slice(cut), pageCursor: cut === 0 ? firstCursor : frame.pageCursor };
  return objects.slice(0, cut);
}

function firstWordOf(key: string): string {
  const dot = key.indexOf(".", key.lastIndexOf("/") + 2);
  return dot === -1 ? key : key.slice(0, dot);
}

/** Says where the walk is. A frame that carries objects over is taken up at the page they come from. */
function formatWalkCursor(stack: readonly Frame[]): string {
  const frames = stack.map(({ prefix, pageCursor, objectsDone, entered, carried }) =>
    carried === undefined
      ? { prefix, pageCursor, objectsDone, entered }
      : { prefix, pageCursor: carried.pageCursor, entered: undefined },
  );
  return JSON.stringify(frames);
}

/** A cursor of another release, or a damaged one, starts the walk anew: what was done already costs little. */
function parseWalkCursor(cursor: string | undefined): Frame[] | undefined {
  if (cursor === undefined) {
    return undefined;
  }
  try {
    const frames: unknown = JSON.parse(cursor);
    return Array.isArray(frames) && frames.length > 0 && frames.every(isFrame) ? frames : undefined;
  } catch {
    return undefined;
  }
}

function isFrame(value: unknown): value is Frame {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const frame = value as Record<string, unknown>;
  const textOrAbsent = (field: unknown): boolean => field === undefined || typeof field === "string";
  return typeof frame["prefix"] === "string" && textOrAbsent(frame["pageCursor"]) && textOrAbsent(frame["entered"]);
}
