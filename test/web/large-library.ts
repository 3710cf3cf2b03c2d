import { openSqliteCatalog } from "../../src/catalog/index.ts";
import { itemRecord } from "../../src/testing/catalog-subject.ts";

const tracksOfAlbum = 12;
const batchSize = 500;

/** What {@link fillLargeLibrary} fills a library with. */
export interface LargeLibrary {
  /** Of a source that cannot be listed, so that no scan finds out that nothing of it exists. */
  readonly identity: string;
  readonly items: number;
  /** How many of them one playlist holds. */
  readonly playlistEntries: number;
}

/** Fills the database of a server that has not been started yet: albums of twelve, all by one artist, and one playlist. */
export async function fillLargeLibrary(databasePath: string, library: LargeLibrary): Promise<void> {
  const { identity, items, playlistEntries } = library;
  await using catalog = await openSqliteCatalog({ path: databasePath });
  const { id } = await catalog.saveSource({ identity, name: "large" });
  const scan = await catalog.beginScan(id);
  for (let start = 0; start < items; start += batchSize) {
    const numbers = Array.from({ length: Math.min(batchSize, items - start) }, (_, index) => start + index);
    await catalog.upsert(scan, { items: numbers.map(recordOf) });
  }
  const entries = Array.from({ length: playlistEntries }, (_, number) => ({ key: keyOf(number), location: "" }));
  const playlist = { key: "Ten thousand.m3u", title: "Ten thousand", entries, issues: [], fingerprint: "1" };
  await catalog.upsert(scan, { playlists: [playlist] });
  await catalog.finishScan(scan, { result: "complete", objects: items + 1, failed: 0 });
}

/** The title of an item, by its number from 0. */
export function titleOf(number: number): string {
  return `Track ${number + 1} of many`;
}

function keyOf(number: number): string {
  return `${Math.floor(number / tracksOfAlbum)}/${number}.mp3`;
}

function recordOf(number: number): ReturnType<typeof itemRecord> {
  return itemRecord(keyOf(number), {
    title: titleOf(number),
    creators: ["Everybody"],
    album: `Album ${Math.floor(number / tracksOfAlbum) + 1}`,
    trackNumber: (number % tracksOfAlbum) + 1,
    durationSeconds: 180 + (number % 120),
    mediaType: "audio/mpeg",
    sizeBytes: 4_000_000,
  });
}
