import { sourceIdOf, type SourceRecord } from "../catalog/index.ts";
import type { Source } from "../source/index.ts";

/** A podcast's feed, and how it is fetched: through the guard that its addresses are not trusted without. */
export interface Feed {
  readonly address: string;
  /** Resolves with the feed's bytes (those larger than 8 MiB are refused), or rejects with a `SourceError`. */
  readonly fetchBytes: (address: string, options: { readonly signal?: AbortSignal | undefined }) => Promise<Uint8Array>;
}

/** What is scanned: a place that lists its objects, or a feed that lists episodes. */
export type ScannedSource = SourceRecord & ({ readonly source: Source } | { readonly feed: Feed });

/** Its id in the catalog. */
export function scannedSourceId({ identity }: SourceRecord): string {
  return sourceIdOf(identity);
}
