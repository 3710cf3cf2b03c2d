import { cleanNames, cleanText } from "./clean-text.ts";

/** What a media file tells about itself. */
export interface MediaFacts {
  readonly mediaType?: string | undefined;
  readonly title?: string | undefined;
  readonly creators: readonly string[];
  readonly album?: string | undefined;
  readonly albumCreators: readonly string[];
  readonly track?: number | undefined;
  readonly disc?: number | undefined;
  readonly year?: number | undefined;
  readonly genres: readonly string[];
  readonly durationSeconds?: number | undefined;
  /** As shown: after rotation, in square pixels. */
  readonly widthPixels?: number | undefined;
  readonly heightPixels?: number | undefined;
  /** Of its sound, BCP 47. */
  readonly languages: readonly string[];
  /** True where it carries a picture of itself. */
  readonly hasArtwork: boolean;
  /** What is wrong with it, in sentences for people. */
  readonly issues: readonly string[];
}

/** What readers of tags find, as it stands in the file. */
export interface RawFacts {
  readonly mediaType?: string | undefined;
  readonly title?: string | undefined;
  readonly creators?: readonly (string | undefined)[] | undefined;
  readonly album?: string | undefined;
  readonly albumCreators?: readonly (string | undefined)[] | undefined;
  readonly track?: number | null | undefined;
  readonly disc?: number | null | undefined;
  readonly year?: number | undefined;
  readonly genres?: readonly (string | undefined)[] | undefined;
  readonly durationSeconds?: number | null | undefined;
  readonly widthPixels?: number | undefined;
  readonly heightPixels?: number | undefined;
  readonly languages?: readonly (string | undefined)[] | undefined;
  readonly hasArtwork?: boolean | undefined;
  readonly issues?: readonly string[] | undefined;
}

const longestSeconds = 10_000 * 3600;
const largestPixels = 1_000_000;

/** Believes of a file what can be true: tags hold anything, and what is stored is shown, sorted and counted with. */
export function checkFacts(raw: RawFacts): MediaFacts {
  return {
    mediaType: raw.mediaType,
    title: cleanText(raw.title),
    creators: cleanNames(raw.creators),
    album: cleanText(raw.album),
    albumCreators: cleanNames(raw.albumCreators),
    track: wholeWithin(raw.track, 1, 9999),
    disc: wholeWithin(raw.disc, 1, 999),
    year: wholeWithin(raw.year, 1, 2999),
    genres: cleanNames(raw.genres),
    durationSeconds: within(raw.durationSeconds, 0, longestSeconds),
    widthPixels: wholeWithin(raw.widthPixels, 1, largestPixels),
    heightPixels: wholeWithin(raw.heightPixels, 1, largestPixels),
    languages: cleanNames((raw.languages ?? []).map(canonicalLanguage)),
    hasArtwork: raw.hasArtwork ?? false,
    issues: cleanNames(raw.issues),
  };
}

function within(value: number | null | undefined, least: number, most: number): number | undefined {
  return value !== null && value !== undefined && value > least && value <= most ? value : undefined;
}

function wholeWithin(value: number | null | undefined, least: number, most: number): number | undefined {
  return within(value, least - 1, most) !== undefined && Number.isInteger(value) ? (value ?? undefined) : undefined;
}

/** `deu` becomes `de`; `und` (undetermined) and what is no language are dropped. */
function canonicalLanguage(code: string | undefined): string | undefined {
  if (code === undefined || code === "und" || !/^[a-z]{2,3}(?:-[a-z\d]{2,8})*$/i.test(code)) {
    return undefined;
  }
  return Intl.getCanonicalLocales(code)[0];
}
