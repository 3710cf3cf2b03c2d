import type { CallOptions } from "../source/index.ts";

/** What the API has done by others, who know of schedules and of the guard around outgoing requests. */
export interface LibraryServices {
  /**
   * Begins a scan of a source, unless one is under way.
   * @returns `false` where the source cannot be scanned
   */
  scan(sourceId: string): boolean;
  /** Absent: pictures that lie elsewhere are not shown. */
  readonly fetchPicture?: FetchPicture | undefined;
}

/**
 * Fetches a picture from an address that a feed or a site gave: through the guard that keeps us from being sent to our own network.
 * @param options `source`: the name of who gave the address, and says which networks may be asked
 * @throws {SourceError}
 */
export type FetchPicture = (address: string, options: CallOptions & { readonly source: string }) => Promise<Uint8Array>;
