import type { FeedVersion } from "./scanned-source.ts";

/** Raised when a scan learns to find out more of a feed: it is then read once again, though it has not changed. */
const feedRelease = 1;

/** What the catalog keeps beside a feed's playlist: what was read of it, and by which name its host knows that. */
export function formatFeedFingerprint(digest: string, { etag, lastModified }: FeedVersion): string {
  return JSON.stringify({ release: feedRelease, digest, etag, lastModified });
}

/** The version to show to a feed's host; `undefined` where none is held, or it was read by another release. */
export function heldFeedVersion(fingerprint: string | undefined): FeedVersion | undefined {
  const held = fingerprint === undefined ? undefined : parseRecord(fingerprint);
  if (held?.["release"] !== feedRelease) {
    return undefined;
  }
  const { etag, lastModified } = held;
  return typeof etag === "string"
    ? { etag, ...(typeof lastModified === "string" ? { lastModified } : {}) }
    : typeof lastModified === "string"
      ? { lastModified }
      : undefined;
}

function parseRecord(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
