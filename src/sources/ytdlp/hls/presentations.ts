import {
  type CallOptions,
  type MediaObject,
  type OpenOptions,
  type PartHref,
  type Revalidation,
  SourceError,
  type Validator,
} from "../../../source/index.ts";
import type { SiteFormat } from "../media-format.ts";
import type { Resolution } from "../resolution.ts";
import { WholeTrack } from "../whole-track.ts";
import {
  formatMasterPlaylist,
  formatMediaPlaylist,
  type ListedFile,
  playlistType,
  type SegmentFiles,
} from "./format-playlist.ts";
import { formatIn, withFreshAddresses } from "./fresh-addresses.ts";
import { formatHlsForm, type HlsForm, type HlsPiece } from "./hls-form.ts";
import type { MasterPlaylist } from "./master-playlist.ts";
import { PieceOpener } from "./piece-opener.ts";
import { extensionOf, type PieceContext } from "./piece-target.ts";
import { choosePresentation, masterOf, type Presentation } from "./presentation.ts";
import { type OpenFile, type SiteTrack, SiteTracks, versionOfFile } from "./site-tracks.ts";
import { SmallObject } from "./small-object.ts";

/** An item as it was resolved, and its name for messages. */
export interface ResolvedItem {
  readonly resolution: Resolution;
  readonly name: string;
}

/** Items whose media is no file of its own, as presentations in HLS: playlists of ours over the tracks' or the site's own pieces. */
export class Presentations {
  readonly #context: PieceContext;
  readonly #openFile: OpenFile;
  readonly #pieces: PieceOpener;

  constructor(context: Omit<PieceContext, "tracks">, openFile: OpenFile) {
    this.#openFile = openFile;
    this.#context = { ...context, tracks: new SiteTracks(context, openFile) };
    this.#pieces = new PieceOpener(this.#context);
  }

  /**
   * The presentation of an item, where it has one whose lists can be written: whether a file has an index shows at its head alone.
   * @throws {SourceError} where that cannot be read
   */
  async checked({ resolution, name }: ResolvedItem, options: CallOptions): Promise<Presentation | undefined> {
    const presentation = choosePresentation(resolution.formats);
    const [best] = presentation?.pictures ?? [];
    const files = [best, presentation?.sound].filter((format) => format?.kind === "file");
    try {
      await Promise.all(
        files.map(async (format) => format && this.#context.tracks.track(resolution, format, 0, { ...options, name })),
      );
    } catch (error) {
      if (error instanceof SourceError && error.code === "unsupported") {
        return choosePresentation(resolution.formats.filter(({ kind }) => kind !== "file"));
      }
      throw error;
    }
    return presentation;
  }

  /** The presentation of an item that it should have, as far as its site says. */
  trusted({ resolution }: ResolvedItem): Presentation | undefined {
    const { formats } = resolution;
    return choosePresentation(formats.filter(({ kind, isFragmented }) => kind !== "file" || isFragmented));
  }

  /** All pieces of a format, one after the other. @throws {SourceError} */
  async openWhole(item: ResolvedItem, format: SiteFormat): Promise<MediaObject> {
    const place = { ...item, formatId: format.id };
    const { playlist, version } = await this.#context.tracks.track(item.resolution, format, 0, { name: item.name });
    const pieceOf = (kind: "init" | "piece", number: number): HlsPiece => ({
      kind,
      entry: 0,
      version,
      number,
      formatId: format.id,
    });
    const pieces = playlist.segments.map((_, index) => pieceOf("piece", playlist.firstNumber + index));
    const first = playlist.segments[0]?.map === undefined ? [] : [pieceOf("init", playlist.firstNumber)];
    return new WholeTrack(format, [...first, ...pieces], (piece, options) => this.#pieces.open(place, piece, options));
  }

  /** @throws {SourceError} */
  async openPlaylist(item: ResolvedItem, form: HlsForm, hrefOf: PartHref, options: CallOptions): Promise<MediaObject> {
    switch (form.kind) {
      case "master":
        return new SmallObject(await this.#master(item, form.formatId, hrefOf, options), playlistType);
      case "list": {
        const place = { ...item, formatId: form.formatId };
        const text = await withFreshAddresses(this.#context.resolver, place, options, async (format, resolution) => {
          const { tracks } = this.#context;
          const track = await tracks.track(resolution, format, form.entry, { ...options, name: item.name });
          return formatMediaPlaylist(track.playlist, filesOf(format, form.entry, track, hrefOf));
        });
        return new SmallObject(text, playlistType);
      }
      default:
        throw new TypeError(`"${form.kind}" is no playlist`);
    }
  }

  /** @throws {SourceError} */
  async openPart(item: ResolvedItem, form: HlsForm, options: OpenOptions): Promise<MediaObject> {
    switch (form.kind) {
      case "master":
      case "list":
        // Names beside its own, for whoever reads it where it lies in its source.
        return this.openPlaylist(item, form, (part) => part, options);
      case "track":
        return this.#openTrack(item, form, options);
      case "key":
        return this.#pieces.openKey({ ...item, formatId: form.formatId }, form, options);
      default:
        return this.#pieces.open({ ...item, formatId: form.formatId }, form, options);
    }
  }

  /** @throws {SourceError} `unsupported` for what is made for each who asks */
  async revalidatePart(
    item: ResolvedItem,
    form: HlsForm,
    validator: Validator,
    options: CallOptions,
  ): Promise<Revalidation> {
    if (form.kind !== "piece" && form.kind !== "init") {
      throw new SourceError("unsupported", `Cannot ask for the version of ${item.name}: it is made while it is read`);
    }
    return this.#pieces.revalidate({ ...item, formatId: form.formatId }, form, validator, options);
  }

  async #master(
    { resolution, name }: ResolvedItem,
    formatId: string | undefined,
    hrefOf: PartHref,
    options: CallOptions,
  ): Promise<string> {
    const presentation = choosePresentation(resolution.formats, formatId);
    if (presentation === undefined) {
      const what = formatId === undefined ? "it has no formats" : `its format "${formatId}" is not one`;
      throw new SourceError("unsupported", `Cannot show ${name} in HLS: ${what} that can be listed in pieces`);
    }
    const own = await this.#ownMaster(presentation, { resolution, name }, options);
    if (own !== undefined) {
      const entryHref = (index: number): string => listHref({ entry: index + 1, formatId: own.formatId }, hrefOf);
      return formatMasterPlaylist(own.master, entryHref);
    }
    const master = masterOf(presentation);
    const ids = [...master.sounds, ...master.variants].map(({ address = "" }) => address);
    return formatMasterPlaylist(master, (index) => listHref({ entry: 0, formatId: ids[index] ?? "" }, hrefOf));
  }

  /** What a site has one playlist of may be a master playlist itself, with all there is to choose from. */
  async #ownMaster(
    { pictures, sound }: Presentation,
    item: ResolvedItem,
    options: CallOptions,
  ): Promise<{ formatId: string; master: MasterPlaylist } | undefined> {
    const only = pictures.length === 0 ? sound : sound === undefined && pictures.length === 1 ? pictures[0] : undefined;
    if (only?.kind !== "playlist") {
      return undefined;
    }
    const { resolver, tracks } = this.#context;
    const place = { ...item, formatId: only.id };
    const master = await withFreshAddresses(resolver, place, options, (format) =>
      tracks.playlists.master(format, item.name, options),
    );
    return master && { formatId: only.id, master };
  }

  async #openTrack(
    { resolution, name }: ResolvedItem,
    { formatId, version }: { readonly formatId: string; readonly version: string },
    options: OpenOptions,
  ): Promise<MediaObject> {
    const object = await this.#openFile(resolution, formatIn(resolution, { formatId, name }), options);
    if (versionOfFile(object) !== version) {
      await object[Symbol.asyncDispose]();
      throw new SourceError("changed", `Cannot read ${name}: the media was replaced since its fragments were listed`);
    }
    return object;
  }
}

function listHref(
  { entry, formatId }: { readonly entry: number; readonly formatId: string },
  hrefOf: PartHref,
): string {
  return hrefOf(formatHlsForm({ kind: "list", entry, formatId }), "m3u8");
}

/** Where the parts of a list are had. */
function filesOf(format: SiteFormat, entry: number, { version }: SiteTrack, hrefOf: PartHref): SegmentFiles {
  const formatId = format.id;
  if (format.kind === "file") {
    // One address for all of it: what was read of it once is in caches under one name.
    const href = hrefOf(formatHlsForm({ kind: "track", version, formatId }), "mp4");
    const part = ({ range }: ListedFileRange): ListedFile => ({ href, range });
    return { segment: part, map: ({ map }) => map && part(map), key: () => undefined };
  }
  const partHref = (kind: HlsPiece["kind"], number: number, extension: string): string =>
    hrefOf(formatHlsForm({ kind, entry, version, number, formatId }), extension);
  return {
    segment: ({ address, map }, number) => ({
      href: partHref("piece", number, extensionOf(address) ?? (map === undefined ? "ts" : "m4s")),
    }),
    map: ({ map }) => map && { href: partHref("init", map.since, "mp4") },
    key: ({ key }) => key && partHref("key", key.since, "key"),
  };
}

type ListedFileRange = Pick<ListedFile, "range">;
