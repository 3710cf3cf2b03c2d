/** What a location in a playlist refers to: an object of the same source, or nothing we could play, and why. */
export type PlaylistReference = { readonly key: string } | { readonly unresolved: string };

/**
 * Resolves a location against the playlist's own key. Playlists refer to their own source only: a path that leads out of it and an address are
 * left unresolved, so that nobody's playlist makes the server read elsewhere.
 *
 * A path is taken as written; where that names nothing, {@link percentDecoded} gives the other reading that players allow.
 */
export function resolveReference(playlistKey: string, location: string): PlaylistReference {
  const path = location.replaceAll("\\", "/");
  if (/^[a-z][a-z\d+.-]+:/i.test(path)) {
    return { unresolved: `Refers to an address outside its source: ${location.slice(0, 80)}` };
  }
  if (/^(?:[a-z]:)?\//i.test(path)) {
    return { unresolved: `Refers to a path outside its source: ${location.slice(0, 80)}` };
  }
  if (/(?:^|\/)\.{0,2}$/.test(path)) {
    return { unresolved: `Names a folder, not an object: ${JSON.stringify(location.slice(0, 80))}` };
  }
  const folder = playlistKey.split("/").slice(0, -1);
  for (const segment of path.split("/")) {
    if (segment === "..") {
      if (folder.pop() === undefined) {
        return { unresolved: `Leads outside its source: ${location.slice(0, 80)}` };
      }
    } else if (segment !== "" && segment !== ".") {
      folder.push(segment);
    }
  }
  const key = folder.join("/");
  return isKey(key) ? { key } : { unresolved: `Names no object: ${JSON.stringify(location.slice(0, 80))}` };
}

function isKey(key: string): boolean {
  return key !== "" && key.length <= 1024 && key.isWellFormed() && !/\p{Cc}/u.test(key);
}

/** The location with `%20` and its like decoded, where that makes a difference. */
export function percentDecoded(location: string): string | undefined {
  try {
    const decoded = decodeURIComponent(location);
    return decoded === location ? undefined : decoded;
  } catch {
    return undefined;
  }
}
