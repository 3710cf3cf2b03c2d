import { groupIdOf, itemIdOf } from "./catalog-ids.ts";
import type { CatalogItem, FeedEpisode, ItemRecord, MediaKind } from "./catalog-item.ts";
import { foldText } from "./fold-text.ts";
import { formatSearchText } from "./search-terms.ts";

/** In the database a kind is its place in this list. */
export const mediaKinds: readonly MediaKind[] = ["audio", "video", "image"];

/** The source a row belongs to: its number here, and where it lies. */
export interface SourceKey {
  readonly no: number;
  readonly id: string;
  readonly identity: string;
}

/** A group of items as a row: an album, a creator. */
export interface GroupRow {
  readonly id: string;
  readonly name: string;
}

/** An item on its way into the database. */
export interface PreparedItem {
  readonly id: string;
  readonly key: string;
  readonly kind: number;
  readonly folder: string;
  readonly title: string;
  readonly titleFold: string;
  readonly searchText: string;
  readonly album: GroupRow | undefined;
  readonly creators: readonly GroupRow[];
  readonly trackOrder: number;
  readonly detail: string;
  readonly fingerprint: string;
}

/** What the database returns of an item; see {@link itemColumns}. */
export interface ItemRow {
  readonly id: string;
  readonly source_id: string;
  readonly key: string;
  readonly kind: number;
  readonly title: string;
  readonly detail: string;
  readonly added_at: number;
  readonly changed_at: number;
}

/** The columns of an {@link ItemRow}; `items` joined with `sources`. */
export const itemColumns = [
  "items.id",
  "sources.id as source_id",
  "items.key",
  "items.kind",
  "items.title",
  "items.detail",
  "items.added_at",
  "items.changed_at",
] as const;

/** What {@link PreparedItem.detail} holds. */
type ItemDetail = Omit<
  CatalogItem,
  "id" | "sourceId" | "key" | "kind" | "title" | "addedAt" | "changedAt" | "episode"
> & {
  readonly episode?: (Omit<FeedEpisode, "publishedAt"> & { readonly publishedAt?: number | undefined }) | undefined;
};

const maxTrackNumber = 9999;

export function prepareItem(source: SourceKey, record: ItemRecord): PreparedItem {
  const folder = folderOf(record.key);
  const title = storableText(record.title);
  const creators = record.creators.map((name) => creatorRow(storableText(name)));
  const album = albumRow(source, folder, record);
  return {
    id: itemIdOf(source.identity, record.key),
    key: record.key,
    kind: mediaKinds.indexOf(record.kind),
    folder,
    title,
    titleFold: foldText(title),
    searchText: formatSearchText({ title, creators: searchedCreators(record), album: record.album }),
    album,
    creators: [...new Map(creators.map((creator) => [creator.id, creator])).values()],
    trackOrder: trackNumber(record.discNumber) * (maxTrackNumber + 1) + trackNumber(record.trackNumber),
    detail: JSON.stringify(detailOf(record, album?.id, creators)),
    fingerprint: record.fingerprint,
  };
}

export function itemOf(row: ItemRow): CatalogItem {
  const { episode, ...detail } = JSON.parse(row.detail) as ItemDetail;
  const publishedAt = episode?.publishedAt === undefined ? undefined : new Date(episode.publishedAt);
  return {
    id: row.id,
    sourceId: row.source_id,
    key: row.key,
    kind: mediaKinds[row.kind] ?? "audio",
    title: row.title,
    ...detail,
    ...(episode === undefined ? {} : { episode: { ...episode, publishedAt } }),
    addedAt: new Date(row.added_at),
    changedAt: new Date(row.changed_at),
  };
}

/** The groups of an item that the database holds already: the ones to take it out of. */
export function groupsOf(detail: string): { album: GroupRow | undefined; creators: GroupRow[] } {
  const { album, albumId, creators, creatorIds } = JSON.parse(detail) as ItemDetail;
  const rows = creatorIds.map((id, index) => ({ id, name: storableText(creators[index] ?? "") }));
  return {
    album: albumId === undefined ? undefined : { id: albumId, name: storableText(album ?? "") },
    creators: [...new Map(rows.map((row) => [row.id, row])).values()],
  };
}

/** Up to the last `/`, with it; `""` at the top. */
export function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf("/") + 1);
}

/** PostgreSQL holds no NUL, and no database half a character. */
export function storableText(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}

function detailOf(record: ItemRecord, albumId: string | undefined, creators: readonly GroupRow[]): ItemDetail {
  const { key: _key, kind: _kind, title: _title, fingerprint: _fingerprint, episode, ...rest } = record;
  const publishedAt = episode?.publishedAt?.getTime();
  return {
    ...rest,
    creatorIds: creators.map(({ id }) => id),
    ...(albumId === undefined ? {} : { albumId }),
    ...(episode === undefined ? {} : { episode: { ...episode, publishedAt } }),
  };
}

function creatorRow(name: string): GroupRow {
  return { id: groupIdOf("creator", foldText(name) || name), name };
}

/** Without an album artist, an album is what lies in one folder: else every guest would make an album of his own. */
function albumRow(source: SourceKey, folder: string, record: ItemRecord): GroupRow | undefined {
  if (record.album === undefined || record.album === "") {
    return undefined;
  }
  const name = storableText(record.album);
  const artist = record.albumArtist === undefined ? undefined : storableText(record.albumArtist);
  const owner = artist === undefined ? [source.identity, folder] : [foldText(artist) || artist];
  return { id: groupIdOf("album", foldText(name) || name, ...owner), name };
}

function searchedCreators({ creators, albumArtist }: ItemRecord): string[] {
  return albumArtist === undefined || creators.includes(albumArtist) ? [...creators] : [...creators, albumArtist];
}

function trackNumber(number: number | undefined): number {
  return number === undefined || !(number > 0) ? 0 : Math.min(Math.trunc(number), maxTrackNumber);
}
