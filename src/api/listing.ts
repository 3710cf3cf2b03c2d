import { mediaKindOf, mediaTypeOfKey } from "../http/index.ts";
import type { ListEntry, ListPage } from "../source/index.ts";
import { formatMediaHref } from "./media-href.ts";
import { parseMediaTarget } from "./media-path.ts";
import type { ListingEntry } from "./pages/listing-page.ts";
import { formatBrowseHref } from "./pages/page-href.ts";

/**
 * What a page shows of a source's listing. Left out is what has no address of ours: a listing is no place for links that are refused.
 */
export function listingEntriesOf(source: string, prefix: string, page: ListPage): readonly ListingEntry[] {
  const names = new Set(page.entries.map(({ key }) => key.slice(prefix.length)));
  return page.entries.flatMap((entry) => {
    const name = entry.key.slice(prefix.length);
    const listed = entry.kind === "prefix" ? folderEntry(source, name, entry) : fileEntry(source, name, entry);
    const captionsName = listed?.kind === "video" ? captionsFor(name, names) : undefined;
    const captionsHref = captionsName === undefined ? undefined : formatMediaHref(source, prefix + captionsName);
    return listed === undefined ? [] : [{ ...listed, captionsHref }];
  });
}

function folderEntry(source: string, name: string, { key }: ListEntry): ListingEntry | undefined {
  const href = key.isWellFormed() ? formatBrowseHref(source, key) : undefined;
  if (href === undefined || parseMediaTarget(href, { mount: "/browse/", allowFolder: true }).kind === "refused") {
    return undefined;
  }
  return { kind: "folder", name: name.replace(/\/$/, ""), href };
}

function fileEntry(source: string, name: string, { key, sizeBytes, modifiedAt }: ListEntry): ListingEntry | undefined {
  const href = formatMediaHref(source, key);
  return href === undefined ? undefined : { kind: kindOf(key), name, href, sizeBytes, modifiedAt };
}

function kindOf(key: string): ListingEntry["kind"] {
  const mediaType = mediaTypeOfKey(key);
  // A playlist is text about media; as media no browser plays it.
  return mediaType === "audio/mpegurl" ? "other" : (mediaKindOf(mediaType) ?? "other");
}

/** `film.vtt` of `film.mp4`, else the first of `film.en.vtt`, `film.de.vtt`. */
function captionsFor(video: string, names: ReadonlySet<string>): string | undefined {
  const stem = video.slice(0, video.lastIndexOf("."));
  const plain = `${stem}.vtt`;
  return names.has(plain) ? plain : names.values().find((name) => name.startsWith(`${stem}.`) && name.endsWith(".vtt"));
}
