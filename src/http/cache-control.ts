import { parseHttpDate } from "./http-date.ts";

/** What an answer's head says about keeping it, for a cache that serves many (RFC 9111). */
export interface StoragePolicy {
  /** False where the answer may not be kept at all: `no-store`, `private`, `Vary: *`. */
  readonly mayStore: boolean;
  /** How long it may be used without asking, in seconds and with its `Age` taken off; `undefined` where the answer does not say. */
  readonly freshForSeconds: number | undefined;
  /** `must-revalidate`, `proxy-revalidate`, `s-maxage` or `no-cache`: never to be used stale, even when the origin is out of reach. */
  readonly mustRevalidate: boolean;
  /** Seconds past its freshness for which it may be used while it is being revalidated (RFC 5861). */
  readonly staleWhileRevalidateSeconds: number | undefined;
  /** Seconds past its freshness for which it may be used when the origin fails (RFC 5861). */
  readonly staleIfErrorSeconds: number | undefined;
}

/** Reads the fields that govern keeping an answer; `field` gives a value by lower-case name. */
export function parseStoragePolicy(field: (name: string) => string | undefined): StoragePolicy {
  const directives = parseCacheControl(field("cache-control") ?? "");
  const varies = (field("vary") ?? "").split(",").some((name) => name.trim() === "*");
  const noCache = directives.has("no-cache");
  const sharedMaxAge = deltaSeconds(directives.get("s-maxage"));
  const lifetime = noCache ? 0 : (sharedMaxAge ?? deltaSeconds(directives.get("max-age")) ?? lifetimeByExpires(field));
  return {
    mayStore: !directives.has("no-store") && !directives.has("private") && !varies,
    freshForSeconds: lifetime === undefined ? undefined : Math.max(0, lifetime - currentAge(field)),
    mustRevalidate:
      noCache || sharedMaxAge !== undefined || directives.has("must-revalidate") || directives.has("proxy-revalidate"),
    staleWhileRevalidateSeconds: deltaSeconds(directives.get("stale-while-revalidate")),
    staleIfErrorSeconds: deltaSeconds(directives.get("stale-if-error")),
  };
}

/** Directives by lower-case name; the first of a repeated one counts. Quoted arguments may hold commas (`no-cache="a, b"`). */
function parseCacheControl(value: string): ReadonlyMap<string, string> {
  const directives = new Map<string, string>();
  for (const match of value.matchAll(/([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*)))?/g)) {
    const name = (match[1] ?? "").toLowerCase();
    if (!directives.has(name)) {
      directives.set(name, match[2] ?? match[3] ?? "");
    }
  }
  return directives;
}

/** RFC 9111 section 1.2.2: digits, capped; anything else counts as expired (section 4.2.1). */
function deltaSeconds(text: string | undefined): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  return /^[0-9]+$/.test(text) ? Math.min(Number(text), 2 ** 31) : 0;
}

/** An `Expires` that is no date, such as `0`, means already expired (section 5.3). */
function lifetimeByExpires(field: (name: string) => string | undefined): number | undefined {
  const expires = field("expires");
  if (expires === undefined) {
    return undefined;
  }
  const until = parseHttpDate(expires);
  const from = parseHttpDate(field("date") ?? "");
  return until === undefined || from === undefined ? 0 : until - from;
}

function currentAge(field: (name: string) => string | undefined): number {
  return deltaSeconds(field("age")?.trim()) ?? 0;
}
