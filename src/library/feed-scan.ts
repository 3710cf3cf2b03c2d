import type { ItemRecord, ScanOutcome } from "../catalog/index.ts";
import { chunksOf } from "./concurrently.ts";
import { decodeText } from "./decode-text.ts";
import { formatFeedFingerprint, heldFeedVersion } from "./feed-fingerprint.ts";
import { feedRecordsOf } from "./feed-records.ts";
import { parseFeed } from "./podcast-feed.ts";
import type { ScanRun } from "./scan-run.ts";
import type { Feed, FeedVersion } from "./scanned-source.ts";

const recordsPerUpsert = 200;
/** Feeds with thousands of episodes are half as large; parsing holds the event loop for as long as it takes. */
const maxFeedBytes = 8 * 1024 * 1024;

/**
 * Reads a podcast into the catalog. Episodes that left the feed leave the catalog; a feed that makes no sense changes nothing, and neither does
 * one whose host says that it is the one we have.
 */
export async function scanFeed(feed: Feed, run: ScanRun): Promise<ScanOutcome> {
  const { catalog, scan, options } = run;
  const fetched = await feed.fetch({ heldVersion: await heldVersionOf(feed, run), signal: options.signal });
  if (fetched === undefined) {
    await run.advance({ objects: await catalog.touchAll(scan), failed: 0 });
    return run.outcome("complete");
  }
  const { bytes, version } = fetched;
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
  const { items, playlist: read } = feedRecordsOf(parsed, feed.address);
  const playlist = { ...read, fingerprint: formatFeedFingerprint(read.fingerprint, version) };
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

/** The playlist is written last: where it is there, its episodes are. What left the feed then goes only as a scan ends well. */
async function heldVersionOf(
  { address }: Feed,
  { catalog, scan, hasEndedWell }: ScanRun,
): Promise<FeedVersion | undefined> {
  return hasEndedWell ? heldFeedVersion((await catalog.known(scan.sourceId, [address])).get(address)) : undefined;
}
