import type { CatalogItem, Sidecar } from "../../catalog/index.ts";
import type { FoundMedia } from "../../source/index.ts";
import type { ApiSource, ApiSources } from "../api-source.ts";
import type { Item, TextTrack } from "../contract.ts";
import { formatLiveItemId } from "../live-item-id.ts";
import { apiMount } from "./api-context.ts";

/** Items as clients see them, in their order. Left out are those of sources that are served no more: they could not be played. */
export function presentItems(items: readonly CatalogItem[], sources: ApiSources): Item[] {
  return items.flatMap((item) => {
    const source = sources.byId(item.sourceId);
    return source === undefined ? [] : [presentItem(item, source)];
  });
}

/** An item of the catalog as clients see it. */
export function presentItem(item: CatalogItem, source: ApiSource): Item {
  const href = `${apiMount}/items/${item.id}`;
  const { episode } = item;
  return {
    id: item.id,
    kind: item.kind,
    title: item.title,
    creators: item.creators,
    creatorIds: item.creatorIds,
    album: item.album,
    albumId: item.albumId,
    albumArtist: item.albumArtist,
    trackNumber: item.trackNumber,
    discNumber: item.discNumber,
    year: item.year,
    genres: item.genres,
    durationSeconds: item.durationSeconds,
    mediaType: item.mediaType,
    sizeBytes: item.sizeBytes,
    description: episode?.description,
    publishedAt: episode?.publishedAt?.toISOString(),
    source: source.name,
    path: item.key,
    // Another address for another version, so that the picture may be kept.
    artworkUrl: hasPicture(item) ? `${href}/artwork?v=${item.changedAt.getTime().toString(36)}` : undefined,
    captions: presentTracks(`${href}/captions`, item.captions),
    lyrics: presentTracks(`${href}/lyrics`, item.lyrics),
    issues: item.issues,
    addedAt: item.addedAt.toISOString(),
    changedAt: item.changedAt.toISOString(),
  };
}

/** An image is its own picture. */
export function hasPicture(item: CatalogItem): boolean {
  return item.artwork !== undefined || item.kind === "image";
}

function presentTracks(href: string, sidecars: readonly Sidecar[]): TextTrack[] {
  return sidecars.map(({ language, label }, index) => ({ url: `${href}/${index}`, language, label }));
}

/** What a live search found, as clients see it. */
export function presentFound(found: FoundMedia, source: ApiSource, now: Date): Item {
  const id = formatLiveItemId({ sourceId: source.sourceId, key: found.key });
  return {
    id,
    kind: found.kind,
    title: found.title,
    creators: found.creators,
    genres: [],
    durationSeconds: found.durationSeconds,
    mediaType: found.mediaType,
    description: found.description,
    publishedAt: found.publishedAt?.toISOString(),
    source: source.name,
    path: found.key,
    artworkUrl: found.artworkUrl === undefined ? undefined : `${apiMount}/items/${id}/artwork`,
    captions: [],
    lyrics: [],
    issues: [],
    addedAt: (found.publishedAt ?? now).toISOString(),
    changedAt: (found.publishedAt ?? now).toISOString(),
    viewCount: found.viewCount,
    state: found.state,
  };
}
