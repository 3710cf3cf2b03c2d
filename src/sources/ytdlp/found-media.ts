import type { FoundMedia } from "../../source/index.ts";
import { chooseFormat, parseFormatWish } from "./choose-format.ts";
import { formatItemKey } from "./item-key.ts";
import { type JsonObject, textIn } from "./json-reader.ts";
import { mediaFacts } from "./media-facts.ts";
import type { Resolution } from "./resolution.ts";

/** Sites for listening: their lists do not say that an entry has no picture. */
const soundSites =
  /soundcloud|bandcamp|mixcloud|audiomack|audius|podcast|deezer|jamendo|hearthis|ytmusic|youtubemusic/i;

/** One entry of a flat list or a search. `undefined` for what has no page of its own that may be asked. */
export function foundInList(entry: JsonObject, isAllowed: (address: string) => boolean): FoundMedia | undefined {
  const address = [textIn(entry, "url"), textIn(entry, "webpage_url")].find(
    (text) => text !== undefined && isAllowed(text),
  );
  const extractor = textIn(entry, "ie_key") ?? textIn(entry, "extractor_key");
  const id = textIn(entry, "id");
  if (address === undefined) {
    return undefined;
  }
  const identity = extractor === undefined || id === undefined ? undefined : { extractor, id };
  const kind = textIn(entry, "vcodec") === "none" || soundSites.test(extractor ?? "") ? "audio" : "video";
  return { key: formatItemKey({ address, identity }), kind, ...mediaFacts(entry) };
}

/** What is known of an item that has been resolved. */
export function foundByResolving({ item, facts, formats }: Resolution): FoundMedia {
  const format = chooseFormat(formats, parseFormatWish(undefined));
  return {
    key: formatItemKey(item),
    kind: formats.some(({ hasVideo }) => hasVideo) ? "video" : "audio",
    mediaType: format?.mediaType,
    ...facts,
  };
}
