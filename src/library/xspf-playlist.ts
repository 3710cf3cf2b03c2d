import { cleanText } from "./clean-text.ts";
import { type NoPlaylist, parseSeconds, type Playlist, playlistOf } from "./playlist.ts";
import { childOf, childrenOf, parseXml, textOf } from "./xml-document.ts";

/** Reads `.xspf` (version 1). Locations are addresses there, so a relative one is percent-encoded; it is decoded here, once. */
export function parseXspf(text: string): Playlist | NoPlaylist {
  const document = parseXml(text, ["playlist"]);
  if ("problem" in document) {
    return document;
  }
  const trackList = childOf(document.element, "trackList");
  const tracks = trackList === undefined ? [] : childrenOf(trackList, "track");
  const entries = tracks.flatMap((track) => {
    const location = textOf(track, "location");
    const milliseconds = parseSeconds(textOf(track, "duration"));
    const about = {
      title: cleanText(textOf(track, "title")),
      creator: cleanText(textOf(track, "creator")),
      durationSeconds: milliseconds === undefined ? undefined : milliseconds / 1000,
    };
    return location === undefined ? [] : [{ location: decodeRelative(location), ...about }];
  });
  return playlistOf(cleanText(textOf(document.element, "title")), entries);
}

function decodeRelative(location: string): string {
  if (/^[a-z][a-z\d+.-]*:/i.test(location)) {
    return location;
  }
  try {
    return decodeURIComponent(location);
  } catch {
    return location;
  }
}
