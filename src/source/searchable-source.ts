import type { CallOptions, MediaObject, OpenOptions, Source } from "./source.ts";

/** A source that can be searched where its media lies, and that tells what it knows of one object: a site behind yt-dlp. */
export interface SearchableSource extends Source {
  /**
   * The best results for what a person typed, best first. What can be searched no further than a few results deep answers those.
   * @throws {SourceError} `unsupported` where this site has no search
   */
  search(text: string, options: SearchOptions): Promise<readonly FoundMedia[]>;

  /**
   * Ways to complete what is being typed, from a service of the site's; none where its operator has not turned that on, for the service learns
   * what viewers type.
   * @throws {SourceError}
   */
  suggest(text: string, options: SuggestOptions): Promise<readonly string[]>;

  /**
   * What is known of one key, as {@link SearchableSource.search} would tell it.
   * @throws {SourceError} `not-found` where it is gone
   */
  describe(key: string, options?: DescribeOptions): Promise<FoundMedia>;

  /** The forms in which an object can be had, the one that `open(key)` gives first; empty where there is only that one. */
  formats(key: string, options?: CallOptions): Promise<readonly MediaFormat[]>;

  /** The key under which `open` gives the object in that form. Pure: it is asked for every request of a stream. */
  keyOfFormat(key: string, format: string): string;

  /** True for keys that open a playlist (HLS) of parts, which are forms of the same object. Pure. */
  isPlaylist(key: string): boolean;

  /**
   * Opens a playlist for somebody who gives its parts addresses of his own.
   * @throws {SourceError} as `open` does
   */
  openPlaylist(key: string, options: OpenOptions & { readonly hrefOf: PartHref }): Promise<MediaObject>;

  /** Makes ready what a play that comes soon will need; resolves once the first bytes would be at hand. */
  prepare(key: string, options?: CallOptions): Promise<void>;

  /** The place in line, from 1, of an object that is being made ready; 0 once its turn has come, `undefined` where it is not. */
  positionOf(key: string): number | undefined;

  /** How the sites behind it fare. Answers soon, whatever state they are in. */
  health(): Promise<SitesHealth>;
}

/**
 * Tells where a part of a playlist will be had.
 * @param format for {@link SearchableSource.keyOfFormat}
 * @param extension for the end of the address: players outside browsers go by it
 */
export type PartHref = (format: string, extension: string) => string;

/** How the sites behind a source fare. */
export interface SitesHealth {
  /** A line for each thing worth telling: `youtube: 3 of 20 failed since 14:02; yt-dlp is 87 days old`. */
  readonly words: readonly string[];
  /** What an operator should do, in words. */
  readonly warnings: readonly string[];
  readonly sites: readonly SiteRecord[];
  /** What is asked of them now, and what waits for its turn. */
  readonly running: number;
  readonly waiting: number;
  /** Of the program that knows these sites, where that is known. */
  readonly programAgeDays?: number | undefined;
}

/** How one site has fared since the start. */
export interface SiteRecord {
  /** Its name, in lower case. */
  readonly extractor: string;
  readonly resolves: number;
  readonly failures: number;
  /** By reason, in words. */
  readonly failuresByReason: Readonly<Record<string, number>>;
  /** In words for operators: it may hold addresses. */
  readonly lastError?: { readonly message: string; readonly at: Date } | undefined;
  /** Of the last that worked, in milliseconds. */
  readonly medianMs?: number | undefined;
}

/** Options of {@link SearchableSource.search}. */
export interface SearchOptions extends CallOptions {
  /** Most results wanted, 1 to 50. */
  readonly limit: number;
  /** How many to pass over: those that were shown before. @default 0 */
  readonly offset?: number | undefined;
  /** Told of each result as it comes. */
  readonly onFound?: ((found: FoundMedia) => void) | undefined;
}

/** Options of {@link SearchableSource.suggest}. */
export interface SuggestOptions {
  /** Most suggestions wanted. */
  readonly limit: number;
}

/** Options of {@link SearchableSource.describe}. */
export interface DescribeOptions extends CallOptions {
  /** True where what a list told of it will do: asking a site about each of fifty results would cost it and us dearly. @default false */
  readonly asListed?: boolean | undefined;
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

const methods = [
  "search",
  "suggest",
  "describe",
  "formats",
  "keyOfFormat",
  "isPlaylist",
  "openPlaylist",
  "prepare",
  "positionOf",
  "health",
] as const;

/** True for sources that can be searched. */
export function isSearchableSource(source: Source): source is SearchableSource {
  return methods.every((name) => typeof (source as unknown as Record<string, unknown>)[name] === "function");
}
