import { sourceIdOf, type SourceRecord } from "../catalog/index.ts";
import type { Source } from "../source/index.ts";

/** What tells one version of a feed from another, in its host's own words (RFC 9110 section 8.8). */
export interface FeedVersion {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

/** A podcast's feed, and how it is fetched: through the guard that its addresses are not trusted without. */
export interface Feed {
  readonly address: string;
  /**
   * Resolves with the feed, or with `undefined` where its host says that it is still the version held. Rejects with a `SourceError`; larger
   * ones than 8 MiB are refused.
   */
  readonly fetch: (options: {
    readonly heldVersion?: FeedVersion | undefined;
    readonly signal?: AbortSignal | undefined;
  }) => Promise<{ readonly bytes: Uint8Array; readonly version: FeedVersion } | undefined>;
}

/** What is scanned: a place that lists its objects, or a feed that lists episodes. */
export type ScannedSource = SourceRecord & ({ readonly source: Source } | { readonly feed: Feed });

/** Its id in the catalog. */
export function scannedSourceId({ identity }: SourceRecord): string {
  return sourceIdOf(identity);
}
