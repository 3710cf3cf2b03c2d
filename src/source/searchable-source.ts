import type { CallOptions, Source } from "./source.ts";

/** A source that can be searched where its media lies, and that tells what it knows of one object: a site behind yt-dlp. */
export interface SearchableSource extends Source {
  /**
   * The best results for what a person typed, best first. What can be searched no further than a few results deep answers those.
   * @throws {SourceError} `unsupported` where this site has no search
   */
  search(text: string, options: SearchOptions): Promise<readonly FoundMedia[]>;

  /**
   * What is known of one key, as {@link SearchableSource.search} would tell it.
   * @throws {SourceError} `not-found` where it is gone
   */
  describe(key: string, options?: CallOptions): Promise<FoundMedia>;

  /** The forms in which an object can be had, the one that `open(key)` gives first; empty where there is only that one. */
  formats(key: string, options?: CallOptions): Promise<readonly MediaFormat[]>;

  /** The key under which `open` gives the object in that form. Pure: it is asked for every request of a stream. */
  keyOfFormat(key: string, format: string): string;

  /** Makes ready what a play that comes soon will need; resolves once the first bytes would be at hand. */
  prepare(key: string, options?: CallOptions): Promise<void>;

  /** How the sites behind it fare. */
  health(): Promise<SitesHealth>;
}

/** How the sites behind a source fare. */
export interface SitesHealth {
  /** A line for each thing worth telling: `youtube: 3 of 20 failed since 14:02; yt-dlp is 87 days old`. */
  readonly words: readonly string[];
  /** Since the start. */
  readonly sites: readonly { readonly extractor: string; readonly resolves: number; readonly failures: number }[];
}

/** Options of {@link SearchableSource.search}. */
export interface SearchOptions extends CallOptions {
  /** Most results wanted, 1 to 50. */
  readonly limit: number;
}

/** One object that a search found. */
export interface FoundMedia {
  readonly key: string;
  readonly kind: "audio" | "video";
  readonly title: string;
  readonly creators: readonly string[];
  readonly durationSeconds?: number | undefined;
  readonly mediaType?: string | undefined;
  readonly description?: string | undefined;
  readonly publishedAt?: Date | undefined;
  readonly viewCount?: number | undefined;
  /** Where its picture lies: an address of the site's, which viewers are never sent to. */
  readonly artworkUrl?: string | undefined;
  /** What keeps it from being played as an ordinary recording. */
  readonly state?: "live" | "upcoming" | "private" | undefined;
}

/** One form of an object. */
export interface MediaFormat {
  /** Letters, digits, `_`, `~`, `+` and `-`: it stands in addresses. */
  readonly id: string;
  /** For people: `audio, 128 kbit/s`. */
  readonly label: string;
  readonly mediaType: string;
  readonly sizeBytes?: number | undefined;
  readonly bitsPerSecond?: number | undefined;
  readonly heightPixels?: number | undefined;
}

/** True for sources that can be searched. */
export function isSearchableSource(source: Source): source is SearchableSource {
  return ["search", "describe", "formats", "keyOfFormat", "prepare", "health"].every(
    (name) => typeof (source as unknown as Record<string, unknown>)[name] === "function",
  );
}
