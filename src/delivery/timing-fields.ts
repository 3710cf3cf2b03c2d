/**
 * The fields that show where an answer came from, and how long it took to decide: `Cache-Status` (RFC 9211) where a cache had a say, and
 * `Server-Timing`, which browsers show beside the request.
 *
 * @param openMs from the request to the decision
 * @param cacheStatus a member of `Cache-Status`
 */
export function timingFields(openMs: number, cacheStatus: string | undefined): Record<string, string> {
  const timing = `open;dur=${openMs.toFixed(1)}`;
  return cacheStatus === undefined
    ? { "server-timing": timing }
    : { "cache-status": cacheStatus, "server-timing": `${timing}, cache;desc="${cacheVerdict(cacheStatus)}"` };
}

/** The gist of a `Cache-Status` member: `hit`, or why it had to ask (`miss`, `uri-miss`, `partial`, `stale`, `bypass`); `joined` where it shared somebody else's request. */
export function cacheVerdict(cacheStatus: string): string {
  if (/; collapsed(?:;|$)/.test(cacheStatus)) {
    return "joined";
  }
  return (
    /; (?:(hit)|fwd=([a-z-]+))/
      .exec(cacheStatus)
      ?.slice(1)
      .find((word) => word !== undefined) ?? "unknown"
  );
}
