import type { Caching } from "../source/index.ts";
import type { CachePolicy } from "./cache-policy.ts";
import type { ObjectRecord } from "./slice-store.ts";

/** Freshness belongs to the object, never to a slice: one answer about the object frees or drops all its slices. */
export interface Freshness extends Readonly<Record<string, number | boolean | string>> {
  readonly freshForSeconds: number;
  readonly staleWhileRevalidateSeconds: number;
  readonly staleIfErrorSeconds: number;
  /** True where the source said some of it, false where all is the policy's. */
  readonly isSaid: boolean;
}

/** What the source says, and the policy where it says nothing (RFC 9111 section 4.2, RFC 5861). */
export function freshnessOf(caching: Caching | undefined, policy: CachePolicy): Freshness {
  const mayBeStale = caching?.mustRevalidate !== true;
  return {
    freshForSeconds: caching?.freshForSeconds ?? policy.freshForSeconds,
    staleWhileRevalidateSeconds: mayBeStale
      ? (caching?.staleWhileRevalidateSeconds ?? policy.staleWhileRevalidateSeconds)
      : 0,
    staleIfErrorSeconds: mayBeStale ? (caching?.staleIfErrorSeconds ?? policy.staleIfErrorSeconds) : 0,
    isSaid: saysSomething(caching),
  };
}

/** After a revalidation: an answer that says nothing leaves what was said before in force (RFC 9111 section 4.3.4). */
export function refreshedFreshness(
  record: ObjectRecord,
  caching: Caching | undefined,
  policy: CachePolicy,
): ObjectRecord["freshness"] {
  return record.freshness["isSaid"] === true && !saysSomething(caching)
    ? record.freshness
    : freshnessOf(caching, policy);
}

function saysSomething(caching: Caching | undefined): boolean {
  return (
    caching?.mustRevalidate === true ||
    caching?.freshForSeconds !== undefined ||
    caching?.staleWhileRevalidateSeconds !== undefined ||
    caching?.staleIfErrorSeconds !== undefined
  );
}

/** How a record may be used now: as it is, at once but with a revalidation beside, or only after one. */
export function usabilityOf(record: ObjectRecord, nowMs: number): "fresh" | "revalidate-beside" | "revalidate-first" {
  const staleForSeconds = staleSeconds(record, nowMs);
  if (staleForSeconds < 0) {
    return "fresh";
  }
  return staleForSeconds < numberIn(record, "staleWhileRevalidateSeconds") ? "revalidate-beside" : "revalidate-first";
}

/** Whether a record may be used although its source could not be asked. */
export function isUsableOnError(record: ObjectRecord, nowMs: number): boolean {
  return staleSeconds(record, nowMs) < numberIn(record, "staleIfErrorSeconds");
}

/** Whole seconds for which a record is still fresh; negative once it is stale. */
export function ttlSecondsOf(record: ObjectRecord, nowMs: number): number {
  return Math.floor(-staleSeconds(record, nowMs));
}

/** Seconds since it went stale; negative while it is fresh. A clock set back counts as stale. */
function staleSeconds(record: ObjectRecord, nowMs: number): number {
  const ageSeconds = (nowMs - record.validatedAtMs) / 1000;
  return ageSeconds < 0 ? 0 : ageSeconds - numberIn(record, "freshForSeconds");
}

function numberIn(record: ObjectRecord, name: keyof Freshness & string): number {
  const value = record.freshness[name];
  return typeof value === "number" ? value : 0;
}
