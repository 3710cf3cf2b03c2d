import type { CallOptions } from "../source/index.ts";

/** What the API has done by others, who know of schedules and of the guard around outgoing requests. */
export interface LibraryServices {
  /**
   * Begins a scan of a source, unless one is under way.
   * @returns `false` where the source cannot be scanned
   */
  scan(sourceId: string): boolean;
  /**
   * Fetches a picture from an address that a feed or a site gave: through the guard that keeps us from being sent to our own network.
   * Absent: such pictures are not shown.
   * @throws {SourceError}
   */
  readonly fetchPicture?: ((address: string, options: CallOptions) => Promise<Uint8Array>) | undefined;
}
