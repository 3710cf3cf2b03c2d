import { hash } from "node:crypto";

/** 132 bits: no two of a billion items meet. */
const idLength = 22;

/**
 * The id of an item: derived, never given out, so that it survives a rescan, a rename of the source and a move to another database.
 *
 * @param sourceIdentity where the source lies (`s3://films/2024`), never its display name
 * @param key the object's key in the source; for an episode of a feed, its guid or enclosure address
 * @returns 22 characters of base64url
 */
export function itemIdOf(sourceIdentity: string, key: string): string {
  return derivedId("item", sourceIdentity, key);
}

/** The id of a playlist, as {@link itemIdOf}. */
export function playlistIdOf(sourceIdentity: string, key: string): string {
  return derivedId("playlist", sourceIdentity, key);
}

/** The id of a source, by its location alone. */
export function sourceIdOf(identity: string): string {
  return derivedId("source", identity);
}

/** The id of a group of items: an album, a creator; `parts` are its folded names. */
export function groupIdOf(kind: "album" | "creator", ...parts: readonly string[]): string {
  return derivedId(kind, ...parts);
}

/** JSON keeps the parts apart whatever they hold: `["a","bc"]` is not `["ab","c"]`. */
function derivedId(...parts: readonly string[]): string {
  return hash("sha256", JSON.stringify(parts), "base64url").slice(0, idLength);
}
