import type { CatalogScans, ItemRecord, PlaylistRecord, Scan } from "../catalog/index.ts";
import { mediaKindOf, mediaTypeOfKey } from "../http/index.ts";
import { type CallOptions, isSourceError, type ListEntry, type Source } from "../source/index.ts";
import { coverRank, findCover, pairSidecars } from "./companions.ts";
import { chunksOf, concurrently } from "./concurrently.ts";
import type { FolderWindow } from "./folder-walk.ts";
import { type Candidate, itemRecordOf } from "./item-record.ts";
import { checkFacts } from "./media-facts.ts";
import { isPlaylistKey } from "./parse-playlist.ts";
import { readPlaylistRecord } from "./playlist-record.ts";
import { readMediaFacts } from "./read-media-facts.ts";
import { fingerprintOf, unreadFingerprint } from "./scan-fingerprint.ts";

/** What a batch came to. */
export interface BatchCounts {
  objects: number;
  failed: number;
}

/** Where batches come from and go to. */
export interface BatchContext {
  readonly catalog: CatalogScans;
  readonly scan: Scan;
  readonly source: Source;
  /** Objects read at a time. */
  readonly concurrency: number;
  readonly options: CallOptions;
}

type Found = Candidate & { readonly isPlaylist: boolean };

const keysPerQuestion = 1000;
const recordsPerUpsert = 200;
/** So many objects in a row that are out of reach: then it is the source that is. */
const failuresInARow = 8;

/** Brings windows of a walk into the catalog: what is unchanged is only said to be there, the rest is read. */
export class BatchScan {
  readonly #context: BatchContext;
  /** Of the folder the last window was in: the next may be of the same one. */
  #cover: { readonly prefix: string; readonly key: string } | undefined;
  #unavailableInARow = 0;

  constructor(context: BatchContext) {
    this.#context = context;
  }

  /** @throws {SourceError} where the source is out of reach; what was done until then stays */
  async process(windows: readonly FolderWindow[]): Promise<BatchCounts> {
    const found = windows.flatMap((window) => this.#candidatesOf(window));
    const keys = found.map(({ entry }) => entry.key);
    const { catalog, scan } = this.#context;
    const known = new Map<string, string>();
    for (const chunk of chunksOf(keys, keysPerQuestion)) {
      for (const [key, fingerprint] of await catalog.known(scan.sourceId, chunk)) {
        known.set(key, fingerprint);
      }
    }
    const unchanged = found.filter(({ entry, fingerprint }) => known.get(entry.key) === fingerprint);
    await this.#touch(unchanged.map(({ entry }) => entry.key));
    const changed = found.filter(({ entry, fingerprint }) => known.get(entry.key) !== fingerprint);
    const failed = await this.#read(changed, known, new Set(keys));
    return { objects: found.length, failed };
  }

  /** The media and the playlists of a window; covers among music and sidecars go with them, and are none of their own. */
  #candidatesOf({ prefix, objects }: FolderWindow): Found[] {
    const media = objects.filter(({ key }) => isMediaKey(key));
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

  async #touch(keys: readonly string[]): Promise<void> {
    for (const chunk of chunksOf(keys, keysPerQuestion)) {
      await this.#context.catalog.touch(this.#context.scan, chunk);
    }
  }

  async #read(
    changed: readonly Found[],
    known: ReadonlyMap<string, string>,
    present: ReadonlySet<string>,
  ): Promise<number> {
    let failed = 0;
    const writer = new RecordWriter(this.#context);
    await concurrently(changed, this.#context.concurrency, async (candidate) => {
      const record = await this.#readOne(candidate, known.has(candidate.entry.key), present);
      if (record !== undefined) {
        failed += record.issues.length > 0 ? 1 : 0;
        await writer.add(record);
      }
    });
    await writer.flush();
    return failed;
  }

  async #readOne(
    candidate: Found,
    isKnown: boolean,
    present: ReadonlySet<string>,
  ): Promise<ItemRecord | PlaylistRecord | undefined> {
    const { source, options } = this.#context;
    const { key } = candidate.entry;
    try {
      const exists = (wanted: string): boolean => present.has(wanted);
      const record = candidate.isPlaylist
        ? await readPlaylistRecord(key, candidate.fingerprint, { source, exists, options })
        : await readItem(source, candidate, options);
      this.#unavailableInARow = 0;
      return record;
    } catch (error) {
      return this.#keepUnread(candidate, isKnown, error);
    }
  }

  /** An object that could not be read: gone ones are forgotten, known ones stay as they are, new ones are kept by name. */
  async #keepUnread(candidate: Found, isKnown: boolean, error: unknown): Promise<ItemRecord | undefined> {
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
      await this.#touch([candidate.entry.key]);
      return undefined;
    }
    const issues = [`It could not be read: ${error.message}`];
    const unread = { ...candidate, fingerprint: unreadFingerprint };
    return candidate.isPlaylist ? undefined : itemRecordOf(unread, checkFacts({ issues }), undefined);
  }
}

async function readItem(source: Source, candidate: Candidate, options: CallOptions): Promise<ItemRecord> {
  const { facts, version } = await readMediaFacts(source, candidate.entry.key, options);
  return itemRecordOf(candidate, facts, version);
}

function foundOf(entry: ListEntry, companions: Candidate["companions"], isPlaylist: boolean): Found {
  // Where the listing tells too little, nothing it says again means "unchanged".
  const fingerprint = fingerprintOf(entry, companions) ?? `${unreadFingerprint} ${Date.now()}`;
  return { entry, companions, fingerprint, isPlaylist };
}

/** Keys whose extension says audio, video or picture. Playlists have such types too. */
function isMediaKey(key: string): boolean {
  const type = mediaTypeOfKey(key);
  return mediaKindOf(type) !== undefined && type !== "image/svg+xml" && !isPlaylistKey(key);
}

/** Gathers records into batches that are a transaction each. */
class RecordWriter {
  readonly #context: BatchContext;
  #records: (ItemRecord | PlaylistRecord)[] = [];

  constructor(context: BatchContext) {
    this.#context = context;
  }

  async add(record: ItemRecord | PlaylistRecord): Promise<void> {
    this.#records.push(record);
    if (this.#records.length >= recordsPerUpsert) {
      await this.flush();
    }
  }

  async flush(): Promise<void> {
    const records = this.#records;
    this.#records = [];
    if (records.length > 0) {
      const items = records.filter((record) => "kind" in record);
      const playlists = records.filter((record) => "entries" in record);
      await this.#context.catalog.upsert(this.#context.scan, { items, playlists });
    }
  }
}
