import { browse } from "./browse.ts";
import type { Catalog } from "./catalog.ts";
import { type CatalogDatabase, migrate } from "./catalog-database.ts";
import { listAlbums, listCreators, readAlbum, readCreator } from "./groups.ts";
import { listItems, readItems } from "./item-lists.ts";
import { listPlaylistEntries, listPlaylists, readPlaylist } from "./playlists.ts";
import { createPruneClock, prunePlays, readPlayCounts, readTrending, recordPlay } from "./plays.ts";
import { readRelated } from "./related.ts";
import { upsertRecords } from "./scan-records.ts";
import {
  beginScan,
  finishScan,
  readKnown,
  saveScanCursor,
  saveScanProgress,
  touchAllObjects,
  touchObjects,
} from "./scans.ts";
import { searchItems, suggest } from "./search.ts";
import { removeSource } from "./source-removal.ts";
import { readSource, readSources, saveSource, setSourceState } from "./source-rows.ts";
import { exportBatches, importBatch } from "./transfer.ts";

/** A catalog in a database of either kind, its tables brought up to date. */
export async function createSqlCatalog(database: CatalogDatabase): Promise<Catalog> {
  const { kind, reads, writes, location } = database;
  await migrate(database);
  const isTimeToPrune = createPruneClock();
  const searches = database.searches ?? {
    search: (query) => searchItems(database, query),
    suggest: (text, options = {}) => suggest(database, text, options),
  };
  return {
    location,
    check: async () => void (await reads.selectFrom("sources").select("no").limit(1).execute()),

    saveSource: (source) => saveSource(writes, source),
    sources: () => readSources(reads),
    source: (id) => readSource(reads, id),
    removeSource: (id) => removeSource(kind, writes, id),
    setSourceState: (id, state, error) => setSourceState(writes, id, state, error),

    withScanLock: (id, work) => database.lockScan(id, work),
    beginScan: (id, options) => beginScan(writes, id, options?.partial ?? false),
    known: (id, keys) => readKnown(kind, writes, id, keys),
    touch: (scan, keys) => touchObjects(kind, writes, scan, keys),
    touchAll: (scan) => touchAllObjects(writes, scan),
    upsert: (scan, records) => upsertRecords(kind, writes, scan, records),
    saveScanCursor: (scan, cursor) => saveScanCursor(writes, scan, cursor),
    saveScanProgress: (scan, progress) => saveScanProgress(writes, scan, progress),
    finishScan: (scan, outcome) => finishScan(database, scan, outcome),

    item: async (id) => (await readItems(kind, reads, [id]))[0],
    items: (ids) => readItems(kind, reads, ids),
    listItems: (query = {}) => listItems(reads, query),
    browse: (id, prefix, options = {}) => browse(reads, id, prefix, options),
    related: (id, options = {}) => readRelated(reads, id, options),
    album: (id) => readAlbum(reads, id),
    albums: (query = {}) => listAlbums(reads, query),
    creator: (id) => readCreator(reads, id),
    creators: (query = {}) => listCreators(reads, query),
    playlist: (id) => readPlaylist(reads, id),
    playlists: (query = {}) => listPlaylists(reads, query),
    playlistEntries: (id, options = {}) => listPlaylistEntries(kind, reads, id, options),

    search: (query) => searches.search(query),
    suggest: (text, options) => searches.suggest(text, options),

    recordPlay: async (id, options = {}) => {
      const isKnown = await recordPlay(writes, id, options);
      if (isKnown && isTimeToPrune()) {
        await prunePlays(writes, Date.now());
      }
      return isKnown;
    },
    playCounts: (ids) => readPlayCounts(kind, reads, ids),
    trending: (query) => readTrending(reads, query),

    isEmpty: async () => (await readSources(reads)).length === 0,
    exportBatches: () => exportBatches(kind, reads),
    importBatch: (batch) => importBatch(kind, writes, batch),

    [Symbol.asyncDispose]: () => database.close(),
  };
}
