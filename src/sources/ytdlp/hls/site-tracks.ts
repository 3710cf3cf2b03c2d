import { createHash } from "node:crypto";
import { BoundedMap, CollectingSink } from "../../../bytes/index.ts";
import { type CallOptions, type MediaObject, type OpenOptions, SourceError } from "../../../source/index.ts";
import type { SiteFormat } from "../media-format.ts";
import type { Resolution } from "../resolution.ts";
import { FormatNames } from "./format-names.ts";
import type { MediaPlaylist, MediaSegment } from "./media-playlist.ts";
import { findSegmentIndex, type SegmentIndex } from "./segment-index.ts";
import { SitePlaylists } from "./site-playlists.ts";
import type { SiteHosts } from "../site-request.ts";

/** A format as a list of segments. */
export interface SiteTrack {
  readonly playlist: MediaPlaylist;
  /** Segments that were in it before, by number. */
  readonly past: ReadonlyMap<number, MediaSegment>;
  /** What its parts are pinned to, so that two versions never meet in one play; empty while it changes by nature, or nothing tells. */
  readonly version: string;
}

/** Opens a format that is a file. */
export type OpenFile = (resolution: Resolution, format: SiteFormat, options: OpenOptions) => Promise<MediaObject>;

/** As much as holds the index of most files; for the others it tells where to look. */
const probedBytes = 64 * 1024;
/** Lists of films, each a third of a megabyte. */
const rememberedTracks = 100;
/** Boxes that lie far apart: `ftyp`, a long `moov`, the index. */
const maxReads = 4;

/** Formats of all three kinds as lists of segments, remembered as long as their addresses. */
export class SiteTracks {
  readonly playlists: SitePlaylists;
  readonly #openFile: OpenFile;
  readonly #remembered = new BoundedMap<Promise<SiteTrack>>(rememberedTracks);
  readonly #names = new FormatNames();
  readonly #versions = new WeakMap<MediaPlaylist, string>();

  constructor(hosts: SiteHosts, openFile: OpenFile) {
    this.playlists = new SitePlaylists(hosts);
    this.#openFile = openFile;
  }

  /**
   * @param entry of the master playlist that the format's address names, from 1 on; 0 where it names none
   * @throws {SourceError} `unsupported` where the format is a file without an index
   */
  async track(
    resolution: Resolution,
    format: SiteFormat,
    entry: number,
    { name, ...options }: CallOptions & { readonly name: string },
  ): Promise<SiteTrack> {
    switch (format.kind) {
      case "file":
        return this.#remember(format, () => this.#readFileTrack(resolution, format, name));
      case "playlist": {
        const { playlist, past } = await this.playlists.media(format, entry, name, options);
        return { playlist, past, version: this.#versionOf(playlist) };
      }
      case "fragments":
        return this.#remember(format, () => {
          const playlist = playlistOfFragments(format);
          return Promise.resolve({ playlist, past: new Map(), version: this.#versionOf(playlist) });
        });
    }
  }

  /** Not aborted by one who asks: the next one needs it as well, and it is little. */
  #remember(format: SiteFormat, read: () => Promise<SiteTrack>): Promise<SiteTrack> {
    const key = this.#names.of(format);
    const known = this.#remembered.get(key);
    if (known !== undefined) {
      return known;
    }
    const track = read();
    this.#remembered.set(key, track);
    track.catch(() => this.#remembered.delete(key));
    return track;
  }

  /** Of a list that has ended: how long its segments are. What goes on changes by nature. */
  #versionOf(playlist: MediaPlaylist): string {
    const { firstNumber, isEnded, segments } = playlist;
    const known = isEnded ? this.#versions.get(playlist) : "";
    if (known !== undefined) {
      return known;
    }
    const lengths = segments.map(({ durationSeconds }) => durationSeconds);
    const version = shortDigest(JSON.stringify([firstNumber, lengths]));
    this.#versions.set(playlist, version);
    return version;
  }

  async #readFileTrack(resolution: Resolution, format: SiteFormat, name: string): Promise<SiteTrack> {
    const intent = { kind: "bounded" as const, start: 0, end: probedBytes };
    await using object = await this.#openFile(resolution, format, { intent });
    const { sizeBytes = 0 } = object;
    let [range, why] = [{ start: 0, end: Math.min(probedBytes, sizeBytes) }, "it has too many boxes before its index"];
    for (let count = 0; count < maxReads; count += 1) {
      const sink = new CollectingSink();
      await object.read(range, sink);
      const search = findSegmentIndex(sink.bytes(), range.start, sizeBytes);
      if (search.kind === "found") {
        const playlist = playlistOfIndex(search.index, format.address.href);
        return { playlist, past: new Map(), version: versionOfFile(object) };
      }
      if (search.kind === "none") {
        why = search.why;
        break;
      }
      const { start, end } = search.range;
      range = { start, end: Math.min(Math.max(end, start + probedBytes), sizeBytes) };
    }
    throw new SourceError("unsupported", `Cannot list the fragments of ${name} (format ${format.id}): ${why}`);
  }
}

/** Enough of a validator to tell versions apart. */
export function versionOfFile({ validator }: MediaObject): string {
  return validator === undefined ? "" : shortDigest(validator.etag);
}

function shortDigest(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 10);
}

function playlistOfIndex({ head, segments }: SegmentIndex, address: string): MediaPlaylist {
  const map = { address, range: head, since: 0 };
  return wholePlaylist(
    segments.map(({ range, durationSeconds }) => ({ ...plain, address, range, durationSeconds, map })),
  );
}

/** The first fragment initialises the others. */
function playlistOfFragments({ fragments = [] }: SiteFormat): MediaPlaylist {
  const [first, ...rest] = fragments;
  const map = first === undefined ? undefined : { address: first.address, since: 0 };
  return wholePlaylist(rest.map(({ address, durationSeconds = 0 }) => ({ ...plain, address, durationSeconds, map })));
}

const plain = { isDiscontinuous: false, isGap: false };

function wholePlaylist(segments: readonly MediaSegment[]): MediaPlaylist {
  const longest = segments.reduce((most, { durationSeconds }) => Math.max(most, durationSeconds), 0);
  const targetSeconds = Math.max(1, Math.round(longest));
  return { firstNumber: 0, discontinuitySequence: 0, isEnded: true, targetSeconds, segments };
}
