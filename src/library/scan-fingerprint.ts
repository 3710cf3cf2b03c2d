import { createHash } from "node:crypto";
import type { ListEntry } from "../source/index.ts";
import type { Companions } from "./item-record.ts";

/** Raised when a scan learns to find out more: everything of the kind is then read once again. */
const scannerReleases = { media: 1, playlist: 2 } as const;

/** What a candidate's record is marked with where reading failed: equal to no listing's, so the next scan tries again. */
export const unreadFingerprint = "unread";

/**
 * What the listing tells of an object's version and of what belongs to it. Two scans that see the same need not read it again.
 * `undefined` where the listing tells too little.
 */
export function fingerprintOf(
  entry: ListEntry,
  kind: keyof typeof scannerReleases,
  companions?: Companions,
): string | undefined {
  if (entry.sizeBytes === undefined || entry.modifiedAt === undefined) {
    return undefined;
  }
  const beside = [companions?.coverKey ?? "", ...(companions?.sidecars ?? []).map(({ key }) => key)];
  const companionsTag = beside.every((key) => key === "") ? "" : digest(beside);
  return `${scannerReleases[kind]}:${entry.sizeBytes.toString(36)}:${entry.modifiedAt.getTime().toString(36)}:${companionsTag}`;
}

function digest(keys: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(keys)).digest("base64url").slice(0, 12);
}
