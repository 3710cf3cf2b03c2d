import type { CallOptions } from "../../../source/index.ts";
import { SourceError } from "../../../source/index.ts";
import type { RemoteKey } from "../../upstream/remote-object.ts";
import type { HeaderFields } from "../../upstream/upstream-client.ts";
import type { UpstreamHealth } from "../../upstream/upstream-health.ts";
import type { UpstreamResponse } from "../../upstream/upstream-response.ts";
import type { SiteFormat } from "../media-format.ts";
import { keepingPolicy, requestSite, type SiteHosts } from "../site-request.ts";
import { assertNotExpired, type FormatPlace, withFreshAddresses } from "./fresh-addresses.ts";
import type { HlsPiece } from "./hls-form.ts";
import type { MediaSegment, SegmentResource } from "./media-playlist.ts";
import type { SiteTrack, SiteTracks } from "./site-tracks.ts";
import type { Resolution } from "../resolution.ts";
import type { Resolver } from "../resolver.ts";

/** What a piece is found and asked for with. */
export interface PieceContext extends SiteHosts {
  readonly resolver: Resolver;
  readonly tracks: SiteTracks;
}

/** What a piece is: a file, or a part of one. */
export type PieceFile = Pick<SegmentResource, "address" | "range">;

/** A piece of a presentation as something to be read. It is found by its number, anew whenever its address has expired. */
export class PieceTarget implements RemoteKey {
  readonly name: string;
  readonly maxSpanBytes: number;
  readonly #context: PieceContext;
  readonly #place: FormatPlace;
  readonly #piece: HlsPiece;
  #health: UpstreamHealth;

  constructor(context: PieceContext, place: FormatPlace, piece: HlsPiece, format: SiteFormat) {
    this.name = `${piece.kind} ${piece.number} of format ${piece.formatId} of ${place.name}`;
    this.maxSpanBytes = format.maxSpanBytes;
    this.#context = context;
    this.#place = place;
    this.#piece = piece;
    this.#health = context.clients.at(format.address).health;
  }

  get health(): UpstreamHealth {
    return this.#health;
  }

  /** Which file it is, or which part of one. @throws {SourceError} */
  file(options: CallOptions): Promise<PieceFile> {
    return this.#withAddress(options, (file) => Promise.resolve(file));
  }

  send(method: "GET" | "HEAD", fields: HeaderFields, options: CallOptions): Promise<UpstreamResponse> {
    return this.#withAddress(options, async ({ address }, format, { freshUntilMs }) => {
      const url = this.#context.guard.vetUrl(address);
      this.#health = this.#context.clients.at(url).health;
      const ask = { method, fields, options, name: this.name };
      const { response } = await requestSite(this.#context, format, url, ask);
      assertNotExpired(response, this.name);
      response.supplement("content-type", mediaTypeOf(address, format));
      response.supplement("cache-control", keepingPolicy(response.headers.get("cache-control"), freshUntilMs));
      return response;
    });
  }

  #withAddress<Value>(
    options: CallOptions,
    attempt: (file: PieceFile, format: SiteFormat, resolution: Resolution) => Promise<Value>,
  ): Promise<Value> {
    const { resolver, tracks } = this.#context;
    return withFreshAddresses(resolver, this.#place, options, async (format, resolution) => {
      const { name } = this.#place;
      const track = await tracks.track(resolution, format, this.#piece.entry, { ...options, name });
      return attempt(this.#findIn(track), format, resolution);
    });
  }

  #findIn(track: SiteTrack): PieceFile {
    const { kind, number, version } = this.#piece;
    if (version !== track.version) {
      throw new SourceError("changed", `Cannot read ${this.name}: the media was replaced since it was listed`);
    }
    const segment = segmentAt(track, number, kind);
    const file = kind === "piece" ? segment : kind === "init" ? segment?.map : segment?.key;
    if (file === undefined) {
      throw new SourceError("not-found", `Cannot read ${this.name}: it is not in the list, or not any more`);
    }
    return file;
  }
}

function segmentAt({ playlist, past }: SiteTrack, number: number, kind: HlsPiece["kind"]): MediaSegment | undefined {
  const { firstNumber, segments } = playlist;
  const segment = segments[number - firstNumber] ?? past.get(number);
  // What came into force before all that is known here is in force where that begins: another server has seen it come.
  return segment ?? (kind !== "piece" && number < firstNumber ? segments[0] : undefined);
}

const mediaTypes: Readonly<Record<string, string>> = {
  aac: "audio/aac",
  ac3: "audio/ac3",
  ec3: "audio/eac3",
  mp3: "audio/mpeg",
  ts: "video/mp2t",
  vtt: "text/vtt",
};

/** Sites call segments anything from `text/plain` to pictures; players go by what is in them, and need no more than a harmless name. */
function mediaTypeOf(address: string, { hasVideo }: SiteFormat): string {
  const extension = extensionOf(address) ?? "ts";
  return mediaTypes[extension] ?? (hasVideo ? "video/mp4" : "audio/mp4");
}

/** The end of an address's path, where it says what is in it. */
export function extensionOf(address: string): string | undefined {
  const [, extension] =
    /\.(aac|ac3|ec3|mp3|ts|vtt|m4s|mp4|m4a|m4v|cmfa|cmfv)$/.exec(URL.parse(address)?.pathname.toLowerCase() ?? "") ??
    [];
  return extension;
}
