/** Why a request went on to the source, in the words of RFC 9211 section 2.2. */
export type ForwardReason = "uri-miss" | "partial" | "stale" | "bypass";

/** How a request was answered. */
export interface CacheOutcome {
  /** Absent for a hit. */
  readonly forwarded?: ForwardReason | undefined;
  /** What came is kept. */
  readonly isStored?: boolean | undefined;
  /** It shared a request that was under way. */
  readonly isCollapsed?: boolean | undefined;
  /** How long it is fresh, from now on; negative once it is stale. */
  readonly ttlSeconds?: number | undefined;
}

/** A member of `Cache-Status` (RFC 9211): `Sluice; hit; ttl=42`, `Sluice; fwd=uri-miss; stored`. No key: it may tell what viewers need not know. */
export function formatCacheStatus({ forwarded, isStored, isCollapsed, ttlSeconds }: CacheOutcome): string {
  const parameters = [
    forwarded === undefined ? "hit" : `fwd=${forwarded}`,
    // Both mean something only where the request was forwarded.
    ...(forwarded !== undefined && isStored === true ? ["stored"] : []),
    ...(forwarded !== undefined && isCollapsed === true ? ["collapsed"] : []),
    ...(ttlSeconds === undefined ? [] : [`ttl=${ttlSeconds}`]),
  ];
  return ["Sluice", ...parameters].join("; ");
}
