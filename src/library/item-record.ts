import type { Artwork, ItemRecord, MediaKind, Sidecar } from "../catalog/index.ts";
import { mediaKindOf, mediaTypeOfKey } from "../http/index.ts";
import type { ListEntry } from "../source/index.ts";
import { cleanText } from "./clean-text.ts";
import { nameOf, stemOf } from "./companions.ts";
import type { MediaFacts } from "./media-facts.ts";

/** What lies beside a media file and belongs to it. */
export interface Companions {
  readonly sidecars: readonly Sidecar[];
  readonly coverKey?: string | undefined;
}

/** A media file of a listing, with what a scan compares to see whether it must be read. */
export interface Candidate {
  readonly entry: ListEntry;
  readonly companions: Companions;
  readonly fingerprint: string;
}

/** Joins what a file tells, what its name tells and what lies beside it. */
export function itemRecordOf(candidate: Candidate, facts: MediaFacts, version: string | undefined): ItemRecord {
  const { entry, companions, fingerprint } = candidate;
  const kind = kindOf(entry.key, facts);
  const named = titleOfKey(entry.key, kind);
  const { sidecars } = companions;
  return {
    key: entry.key,
    kind,
    title: facts.title ?? named.title,
    creators: facts.creators,
    album: facts.album,
    albumArtist: facts.albumCreators[0],
    trackNumber: facts.track ?? named.track,
    discNumber: facts.disc,
    year: facts.year,
    genres: facts.genres,
    durationSeconds: facts.durationSeconds,
    width: facts.widthPixels,
    height: facts.heightPixels,
    mediaType: facts.mediaType ?? mediaTypeOfKey(entry.key),
    sizeBytes: entry.sizeBytes,
    version: version ?? listedVersion(entry),
    artwork: artworkOf(entry.key, kind, facts, companions),
    captions: sidecars.filter(({ format }) => format !== "lrc"),
    lyrics: sidecars.filter(({ format }) => format === "lrc"),
    issues: facts.issues,
    fingerprint,
  };
}

function kindOf(key: string, facts: MediaFacts): MediaKind {
  return mediaKindOf(facts.mediaType) ?? mediaKindOf(mediaTypeOfKey(key)) ?? "video";
}

/** A song's own picture goes before that of its folder; a picture shows itself. */
function artworkOf(key: string, kind: MediaKind, facts: MediaFacts, { coverKey }: Companions): Artwork | undefined {
  if (kind === "image") {
    return { type: "object", key };
  }
  if (facts.hasArtwork) {
    return { type: "embedded" };
  }
  return coverKey === undefined ? undefined : { type: "object", key: coverKey };
}

/** `03 - Nachtzug_nach_Föhr.flac` is track 3, `Nachtzug nach Föhr`. */
function titleOfKey(key: string, kind: MediaKind): { title: string; track?: number | undefined } {
  const name = cleanText(stemOf(nameOf(key)).replaceAll("_", " ")) ?? "Untitled";
  const [, digits, rest] = /^(\d{1,3})(?:\s*[-.)]\s*|\s+)(\S.*)$/.exec(name) ?? [];
  return kind === "audio" && rest !== undefined ? { title: rest, track: Number(digits) || undefined } : { title: name };
}

/** Tells versions apart as well as a listing can. */
function listedVersion({ sizeBytes, modifiedAt }: ListEntry): string {
  return `"${sizeBytes?.toString(36) ?? ""}-${modifiedAt?.getTime().toString(36) ?? ""}"`;
}
