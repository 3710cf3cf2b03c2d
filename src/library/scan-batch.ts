import type { CatalogScans, ItemRecord, PlaylistRecord, Scan } from "../catalog/index.ts";
import { mediaKindOf, mediaTypeOfKey } from "../http/index.ts";
import { type CallOptions, isSourceError, type ListEntry, type Source } from "../source/index.ts";
import { coverRank, findCover, pairSidecars } from "./companions.ts";
import { chunksOf, concurrently } from "./concurrently.ts";
import type { FolderWindow } from "./folder-walk.ts";
import type { FactsThread } from "./facts-thread.ts";
import { type Candidate, itemRecordOf } from "./item-record.ts";
import { checkFacts } from "./media-facts.ts";
import { isPlaylistKey } from "./parse-playlist.ts";
import { readPlaylistRecord } from "./playlist-record.ts";
import { readMediaFacts } from "./read-media-facts.ts";
import { fingerprintOf, unreadFingerprint } from "./scan-fingerprint.ts";

/** What a part of a batch came to; to be written down with {@link writeBatch}. */
export interface BatchResult {
  readonly objects: number;
  readonly failed: number;
  /** Keys of objects that are there, and stay as they are. */
  readonly present: readonly string[];
  readonly records: readonly (ItemRecord | PlaylistRecord)[];
  /** True for the last part of a batch. */
  readonly isLast: boolean;
}

/** Where batches come from and go to. */
export interface BatchContext {
  readonly catalog: CatalogScans;
  readonly scan: Scan;
  readonly source: Source;
  /** What reads tags. */
  readonly thread: FactsThread;
  /** Objects read at a time. */
  readonly concurrency: number;
  readonly options: CallOptions;
}

type Found = Candidate & { readonly isPlaylist: boolean };

const keysPerQuestion = 1000;
const recordsPerUpsert = 100;
const longestProgramBytes = 4 * 1024 * 1024;
/** So many objects in a row that are out of reach: then it is the source that is. */
const failuresInARow = 8;

/** Finds out what windows of a walk mean to the catalog: what is unchanged only has to be said to be there, the rest is read. */
export class BatchScan {
  readonly #context: BatchContext;
  /** Of the folder the last window was in: the next may be of the same one. */
  #cover: { readonly prefix: string; readonly key: string } | undefined;
  #unavailableInARow = 0;

  constructor(context: BatchContext) {
    this.#context = context;
  }

  /**
   * What is unchanged comes at once, and then what was read, in parts: what is held for long costs the collector of garbage
   * more than the database costs to ask.
   * @throws {SourceError} where the source is out of reach
   */
  async *process(windows: readonly FolderWindow[]): AsyncGenerator<BatchResult> {
    const found = windows.flatMap((window) => this.#candidatesOf(window));
    const known = await this.#known(found.map(({ entry }) => entry.key));
    const present: string[] = [];
    const changed: Found[] = [];
    for (const candidate of found) {
      const { key } = candidate.entry;
      if (known.get(key) === candidate.fingerprint) {
        present.push(key);
      } else {
        changed.push(candidate);
      }
    }
    yield { objects: present.length, failed: 0, present, records: [], isLast: changed.length === 0 };
    const listed = new Set(changed.length === 0 ? [] : found.map(({ entry }) => entry.key));
    const parts = chunksOf(changed, recordsPerUpsert);
    for (const [index, part] of parts.entries()) {
      yield { ...(await this.#readAll(part, known, listed)), isLast: index === parts.length - 1 };
    }
  }

  async #readAll(
    candidates: readonly Found[],
    known: ReadonlyMap<string, string>,
    listed: ReadonlySet<string>,
  ): Promise<Omit<BatchResult, "isLast">> {
    const present: string[] = [];
    const records: (ItemRecord | PlaylistRecord)[] = [];
    await concurrently(candidates, this.#context.concurrency, async (candidate) => {
      const { key } = candidate.entry;
      const record = await this.#read(candidate, known.has(key), listed);
      if (record === "keep") {
        present.push(key);
      } else if (record !== undefined) {
        records.push(record);
      }
    });
    const failed = records.filter(({ issues }) => issues.length > 0).length;
    return { objects: candidates.length, failed, present, records };
  }

  async #known(keys: readonly string[]): Promise<Map<string, string>> {
    const { catalog, scan } = this.#context;
    const [first, ...others] = await Promise.all(
      chunksOf(keys, keysPerQuestion).map((chunk) => catalog.known(scan.sourceId, chunk)),
    );
    const known = first ?? new Map<string, string>();
    for (const [key, fingerprint] of others.flatMap((other) => [...other])) {
      known.set(key, fingerprint);
    }
    return known;
  }

  /** The media and the playlists of a window; covers among music and sidecars go with them, and are none of their own. */
  #candidatesOf({ prefix, objects }: FolderWindow): Found[] {
    const media = objects.filter(isMedia);
    const coverKey = findCover(objects) ?? (this.#cover?.prefix === prefix ? this.#cover.key : undefined);
    this.#cover = coverKey === undefined ? undefined : { prefix, key: coverKey };
    const isAlbum = media.some(({ key }) => mediaKindOf(mediaTypeOfKey(key)) !== "image");
    const shown = isAlbum ? media.filter(({ key }) => coverRank(key) < 0) : media;
    const sidecars = pairSidecars(
      objects,
      shown.map(({ key }) => key),
    );
    const items = shown.map((entry) => {
      const cover = isAlbum && mediaKindOf(mediaTypeOfKey(entry.key)) !== "image" ? coverKey : undefined;
      const companions = { sidecars: sidecars.get(entry.key) ?? [], coverKey: cover };
      return foundOf(entry, companions, false);
    });
    const playlists = objects.filter(({ key }) => isPlaylistKey(key));
    return [...items, ...playlists.map((entry) => foundOf(entry, { sidecars: [] }, true))];
  }

  async #read(
    candidate: Found,
    isKnown: boolean,
    listed: ReadonlySet<string>,
  ): Promise<ItemRecord | PlaylistRecord | "keep" | undefined> {
    const { source, options } = this.#context;
    try {
      const exists = (key: string): boolean => listed.has(key);
      const record = candidate.isPlaylist
        ? await readPlaylistRecord(candidate.entry.key, candidate.fingerprint, { source, exists, options })
        : await readItem(this.#context, candidate);
      this.#unavailableInARow = 0;
      return record;
    } catch (error) {
      return this.#unread(candidate, isKnown, error);
    }
  }

  /** What becomes of an object that could not be read: gone ones are forgotten, known ones stay, new ones are kept by name. */
  #unread(candidate: Found, isKnown: boolean, error: unknown): ItemRecord | "keep" | undefined {
    if (!isSourceError(error) || error.code === "aborted") {
      throw error;
    }
    if (error.code === "not-found") {
      return undefined;
    }
    if (error.retryable || error.code === "unavailable" || error.code === "timeout") {
      this.#unavailableInARow += 1;
      if (this.#unavailableInARow >= failuresInARow) {
        throw error;
      }
    }
    if (isKnown) {
      return "keep";
    }
    const issues = [`It could not be read: ${error.message}`];
    const unread = { ...candidate, fingerprint: unreadFingerprint };
    return candidate.isPlaylist ? undefined : itemRecordOf(unread, checkFacts({ issues }), undefined);
  }
}

/** Writes down what a part of a batch came to. */
export async function writeBatch({ catalog, scan }: BatchContext, { present, records }: BatchResult): Promise<void> {
  for (const keys of chunksOf(present, keysPerQuestion)) {
    await catalog.touch(scan, keys);
  }
  if (records.length > 0) {
    const items = records.filter((record) => "kind" in record);
    const playlists = records.filter((record) => "entries" in record);
    await catalog.upsert(scan, { items, playlists });
  }
}

async function readItem({ source, options, thread }: BatchContext, candidate: Candidate): Promise<ItemRecord> {
  const { facts, version } = await readMediaFacts(source, candidate.entry.key, options, thread);
  return itemRecordOf(candidate, facts, version);
}

function foundOf(entry: ListEntry, companions: Candidate["companions"], isPlaylist: boolean): Found {
  // Where the listing tells too little, nothing it says again means "unchanged".
  const known = fingerprintOf(entry, isPlaylist ? "playlist" : "media", companions);
  const fingerprint = known ?? `${unreadFingerprint} ${Date.now()}`;
  return { entry, companions, fingerprint, isPlaylist };
}

/** Objects whose extension says audio, video or picture. Playlists have such types too. */
function isMedia({ key, sizeBytes }: ListEntry): boolean {
  const type = mediaTypeOfKey(key);
  const isShown = mediaKindOf(type) !== undefined && type !== "image/svg+xml" && !isPlaylistKey(key);
  return isShown && !(type === "video/mp2t" && isProgram(sizeBytes));
}

/** `.ts` is TypeScript far more often than a transport stream, which is long and comes in packets of 188 or 192 bytes. */
function isProgram(sizeBytes: number | undefined): boolean {
  const isInPackets = sizeBytes !== undefined && (sizeBytes % 188 === 0 || sizeBytes % 192 === 0);
  return sizeBytes !== undefined && sizeBytes < longestProgramBytes && !isInPackets;
}
