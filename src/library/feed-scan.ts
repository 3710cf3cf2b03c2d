import type { ItemRecord, ScanOutcome } from "../catalog/index.ts";
import { chunksOf } from "./concurrently.ts";
import { decodeText } from "./decode-text.ts";
import { feedRecordsOf } from "./feed-records.ts";
import { parseFeed } from "./podcast-feed.ts";
import type { ScanRun } from "./scan-run.ts";
import type { Feed } from "./scanned-source.ts";

const recordsPerUpsert = 200;
/** Feeds with thousands of episodes are half as large; parsing holds the event loop for as long as it takes. */
const maxFeedBytes = 8 * 1024 * 1024;

/** Reads a podcast into the catalog. Episodes that left the feed leave the catalog; a feed that makes no sense changes nothing. */
export async function scanFeed(feed: Feed, run: ScanRun): Promise<ScanOutcome> {
  const { catalog, scan, options } = run;
  const bytes = await feed.fetchBytes(feed.address, { signal: options.signal });
  if (bytes.length > maxFeedBytes) {
    return run.outcome(
      "failed",
      `Cannot read the feed ${feed.address}: it is larger than ${maxFeedBytes / 1024 / 1024} MiB`,
    );
  }
  const parsed = parseFeed(decodeText(bytes), feed.address);
  if ("problem" in parsed) {
    return run.outcome("failed", `Cannot read the feed ${feed.address}: ${parsed.problem}`);
  }
  const { items, playlist } = feedRecordsOf(parsed, feed.address);
  const known = new Map<string, string>();
  for (const chunk of chunksOf([playlist, ...items], 1000)) {
    const keys = chunk.map(({ key }) => key);
    for (const [key, fingerprint] of await catalog.known(scan.sourceId, keys)) {
      known.set(key, fingerprint);
    }
  }
  const isChanged = ({ key, fingerprint }: Pick<ItemRecord, "key" | "fingerprint">): boolean =>
    known.get(key) !== fingerprint;
  const unchanged = [playlist, ...items].filter((record) => !isChanged(record)).map(({ key }) => key);
  for (const chunk of chunksOf(unchanged, 1000)) {
    await catalog.touch(scan, chunk);
  }
  for (const chunk of chunksOf(items.filter(isChanged), recordsPerUpsert)) {
    await catalog.upsert(scan, { items: chunk });
  }
  await catalog.upsert(scan, { playlists: [playlist].filter(isChanged) });
  await run.advance({ objects: items.length + 1, failed: 0 });
  return run.outcome("complete");
}
