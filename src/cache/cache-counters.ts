/** What a cached source has done since it was made; numbers only grow. */
export interface CacheCounters {
  /** Objects opened whose version was known and current. */
  freshOpens: number;
  /** Objects opened stale, while a revalidation ran beside. */
  staleOpens: number;
  /** Objects opened for the first time, or anew because they had changed. */
  coldOpens: number;
  /** Opens that joined one that was under way. */
  joinedOpens: number;
  revalidations: number;
  changes: number;
  notFoundHits: number;
  flights: number;
  /** Bytes delivered out of the store. */
  hitBytes: number;
  /** Bytes delivered out of flights. */
  joinedBytes: number;
}

export function createCacheCounters(): CacheCounters {
  return {
    freshOpens: 0,
    staleOpens: 0,
    coldOpens: 0,
    joinedOpens: 0,
    revalidations: 0,
    changes: 0,
    notFoundHits: 0,
    flights: 0,
    hitBytes: 0,
    joinedBytes: 0,
  };
}
