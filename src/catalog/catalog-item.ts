/** What an item is for the one who plays it. */
export type MediaKind = "audio" | "video" | "image";

/** Where an item's picture is. */
export type Artwork =
  /** Within the item's own bytes (a tag, a poster frame of the container). */
  | { readonly type: "embedded" }
  /** An object of the same source: `music/album/cover.jpg`. */
  | { readonly type: "object"; readonly key: string }
  /** Elsewhere, as a feed says. To be fetched through the guard against server-side request forgery only. */
  | { readonly type: "url"; readonly url: string };

/** A file that goes with an item: subtitles, lyrics. */
export interface Sidecar {
  /** Key of the object in the item's own source. */
  readonly key: string;
  /** As named by the file: `en`, `pt-BR`; absent where it names none. */
  readonly language?: string | undefined;
  /** For people: `English (forced)`. */
  readonly label?: string | undefined;
  readonly format: "vtt" | "srt" | "lrc";
}

/** What only an episode of a feed has. */
export interface FeedEpisode {
  /** Where the bytes are. Comes from the feed: never to be fetched but through the guard. */
  readonly enclosureUrl: string;
  readonly publishedAt?: Date | undefined;
  /** Plain text. */
  readonly description?: string | undefined;
}

/** What a scan found out about one object; absent is what it does not tell. */
export interface ItemRecord {
  /** At most 1024 bytes of UTF-8, as sources hold it. */
  readonly key: string;
  readonly kind: MediaKind;
  /** Never empty: the file's name where there is no better. */
  readonly title: string;
  /** Artists, authors, directors, in the order of the tags. */
  readonly creators: readonly string[];
  readonly album?: string | undefined;
  readonly albumArtist?: string | undefined;
  readonly trackNumber?: number | undefined;
  readonly discNumber?: number | undefined;
  readonly year?: number | undefined;
  readonly genres: readonly string[];
  readonly durationSeconds?: number | undefined;
  /** Pixels, of pictures and films. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly mediaType?: string | undefined;
  readonly sizeBytes?: number | undefined;
  /** The validator's entity tag, or one derived from what the listing tells; for addresses that name the version. */
  readonly version: string;
  readonly artwork?: Artwork | undefined;
  readonly captions: readonly Sidecar[];
  readonly lyrics: readonly Sidecar[];
  /** What is broken about it, in plain words. */
  readonly issues: readonly string[];
  readonly episode?: FeedEpisode | undefined;
  /**
   * What {@link CatalogScans.known} gives back: whatever the scanner compares to see that there is nothing to read (size, time,
   * its own release). Never shown to clients.
   */
  readonly fingerprint: string;
}

/** An item of the catalog. */
export interface CatalogItem extends Omit<ItemRecord, "fingerprint"> {
  readonly id: string;
  readonly sourceId: string;
  /** Of its album, for {@link ItemQuery.albumId}; absent where it belongs to none. */
  readonly albumId?: string | undefined;
  /** Of its creators, in their order, for {@link ItemQuery.creatorId}. */
  readonly creatorIds: readonly string[];
  /** When the catalog first saw it. */
  readonly addedAt: Date;
  /** When what the catalog knows of it last changed. */
  readonly changedAt: Date;
}

/** An album: the items that share its name and its artist. */
export interface CatalogAlbum {
  readonly id: string;
  readonly title: string;
  /** The album artist of its first item, or that item's first creator. */
  readonly artist?: string | undefined;
  /** Its first item by disc and track, whose picture is the album's. */
  readonly firstItemId: string;
  readonly itemCount: number;
}

/** Somebody who made items. */
export interface CatalogCreator {
  readonly id: string;
  readonly name: string;
  readonly itemCount: number;
}
