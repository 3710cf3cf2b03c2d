import { addressExpiry } from "./address-expiry.ts";
import type { ItemKey } from "./item-key.ts";
import { type JsonObject, numberIn, objectsIn, textIn } from "./json-reader.ts";
import { type MediaFacts, mediaFacts } from "./media-facts.ts";
import { parseSiteFormat, type SiteFormat } from "./media-format.ts";
import { YtdlpError } from "./ytdlp-failure.ts";

/** What an item's page turned out to be: what is known of it, and addresses at which its media can be had for a while. */
export interface Resolution {
  readonly item: ItemKey & { readonly identity: NonNullable<ItemKey["identity"]> };
  readonly facts: MediaFacts;
  readonly formats: readonly SiteFormat[];
  /** Of the operator's own choice, where he made one. */
  readonly preferredFormatId: string | undefined;
  readonly resolvedAtMs: number;
  /** In milliseconds since 1970: until then the addresses are used without a second thought; a little longer while new ones are fetched. */
  readonly freshUntilMs: number;
  readonly usableUntilMs: number;
}

/** How much of an address's life it is used for; the rest is for finding the next. */
const freshShare = 0.8;
const usableShare = 0.95;
/** Of addresses that do not say how long they live. That they have ended shows in the answer. */
const assumedLifeMs = 30 * 60_000;
const leastLifeMs = 1_000;

/**
 * Reads what `yt-dlp -J` printed for a single item.
 * @param preferred whether the operator chose a format
 * @throws {YtdlpError} where it holds nothing that can be played
 */
export function parseResolution(info: JsonObject, address: string, preferred: boolean): Resolution {
  const extractor = textIn(info, "extractor_key") ?? textIn(info, "ie_key");
  const id = textIn(info, "id");
  if (extractor === undefined || id === undefined) {
    throw new YtdlpError(
      "bad-upstream",
      "other",
      `Cannot read what yt-dlp says of ${address}: it names no extractor and id`,
    );
  }
  const now = Date.now();
  const { formats } = info;
  // Some extractors know one address only, and no list of formats.
  const listed = formats === undefined ? [info] : objectsIn(formats);
  const playable = listed.flatMap((format) => parseSiteFormat(format, info) ?? []);
  if (playable.length === 0) {
    throw new YtdlpError("unsupported", reasonForNone(info), `Cannot play ${address}: ${wordsForNone(info, listed)}`, {
      extractor,
    });
  }
  const ends = playable.flatMap((format) => addressExpiry(format.address.href) ?? []);
  const lifeMs = ends.length === 0 ? assumedLifeMs : Math.max(leastLifeMs, Math.min(...ends) - now);
  return {
    item: { address, identity: { extractor, id } },
    facts: mediaFacts(info),
    formats: playable,
    preferredFormatId: preferred ? textIn(info, "format_id") : undefined,
    resolvedAtMs: now,
    freshUntilMs: now + lifeMs * freshShare,
    usableUntilMs: now + lifeMs * usableShare,
  };
}

function reasonForNone(info: JsonObject): YtdlpError["reason"] {
  return textIn(info, "live_status") === "is_upcoming"
    ? "not yet published"
    : info["_has_drm"] === true
      ? "protected by DRM"
      : "other";
}

function wordsForNone(info: JsonObject, listed: readonly JsonObject[]): string {
  if (textIn(info, "live_status") === "is_upcoming") {
    const startsAt = numberIn(info, "release_timestamp");
    return `it begins ${startsAt === undefined ? "later" : `at ${new Date(startsAt * 1000).toISOString()}`}`;
  }
  if (info["_has_drm"] === true || (listed.length > 0 && listed.every((format) => format["has_drm"] === true))) {
    return "it is protected by DRM, which is not circumvented";
  }
  const protocols = [...new Set(listed.flatMap((format) => textIn(format, "protocol") ?? []))];
  return protocols.length === 0
    ? "the site offers no media"
    : `the site offers it as ${protocols.join(", ")} only, which cannot be played`;
}
