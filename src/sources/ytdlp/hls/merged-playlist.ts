import type { MediaPlaylist, MediaSegment, SegmentResource } from "./media-playlist.ts";
import type { ParsedPlaylist } from "./parsed-playlist.ts";

type Content = Exclude<ParsedPlaylist, { kind: "refused" }>;

/** A playlist with what it used to list. */
export interface MergedPlaylist {
  readonly content: Content;
  readonly past: ReadonlyMap<number, MediaSegment>;
}

/** A quarter of an hour in pieces of four seconds. */
const rememberedSegments = 200;

/**
 * Carries on what was known before: what has left a live playlist can still be asked for, and what initialises its segments keeps
 * the name it had, so that players need not fetch it anew with each update.
 */
export function mergedPlaylist(content: Content, before: MergedPlaylist | undefined): MergedPlaylist {
  if (content.kind === "master" || before?.content.kind !== "media") {
    return { content, past: new Map() };
  }
  const earlierPlaylist = before.content.playlist;
  const known = new Map([...before.past, ...numbered(earlierPlaylist)]);
  const last = earlierPlaylist.segments.at(-1);
  const { playlist } = content;
  const segments = playlist.segments.map((segment, index) => {
    const earlier = known.get(playlist.firstNumber + index);
    const map = keptName(segment.map, (earlier ?? last)?.map);
    const key = keptName(segment.key, (earlier ?? last)?.key);
    return { ...segment, map, key };
  });
  const past = new Map([...known].filter(([number]) => number < playlist.firstNumber).slice(-rememberedSegments));
  return { content: { kind: "media", playlist: { ...playlist, segments } }, past };
}

/** A playlist's segments with their numbers. */
function numbered({ firstNumber, segments }: MediaPlaylist): [number, MediaSegment][] {
  return segments.map((segment, index) => [firstNumber + index, segment]);
}

function keptName<Resource extends SegmentResource>(
  now: Resource | undefined,
  before: SegmentResource | undefined,
): Resource | undefined {
  const isSame =
    now?.address === before?.address &&
    now?.range?.start === before?.range?.start &&
    now?.range?.end === before?.range?.end;
  return now !== undefined && before !== undefined && isSame ? { ...now, since: before.since } : now;
}
