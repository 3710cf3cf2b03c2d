import type { ScannedSource } from "../library/index.ts";
import type { Source } from "../source/index.ts";
import type { FeedSource } from "../sources/index.ts";
import type { SourceConfig } from "./source-config.ts";
import { sourceIdentityOf } from "./source-identity.ts";

/** A source as the scanner takes it: a feed is read, all else listed. */
export function scannedSourceOf({ name, location }: SourceConfig, source: Source): ScannedSource {
  const record = { identity: sourceIdentityOf(location), name };
  if (!isFeedSource(source) || location.kind !== "feed") {
    return { ...record, source };
  }
  // The API shows what a scan says of the address, and the query may be a subscriber's secret.
  const { origin, pathname } = location.address;
  return {
    ...record,
    feed: { address: origin + pathname, fetch: (options) => source.readFeed(options) },
  };
}

function isFeedSource(source: Source): source is FeedSource {
  return "readFeed" in source;
}
