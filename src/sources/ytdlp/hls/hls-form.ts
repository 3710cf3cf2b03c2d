import { decodeFormatId, encodeFormatId } from "../choose-format.ts";

/**
 * What of an item the form of a key means, where that is part of a presentation in HLS. Parts are named by their place, never by an address:
 * every server finds them by itself, also after the addresses of a site have expired.
 */
export type HlsForm =
  /** The master playlist: of all qualities, or of one of the site's formats with the sound that goes with it. */
  | { readonly kind: "master"; readonly formatId: string | undefined }
  /** The list of a format's segments; where the site's playlist is a master, of its entry `entry` (from 1 on). */
  | { readonly kind: "list"; readonly entry: number; readonly formatId: string }
  /** A file that is listed with byte ranges: one version of it, which the ranges belong to. */
  | { readonly kind: "track"; readonly version: string; readonly formatId: string }
  /** A segment, what initialises it, or its key. */
  | HlsPiece;

/** One piece of a format's list. */
export interface HlsPiece {
  readonly kind: "piece" | "init" | "key";
  readonly entry: number;
  /** Of the site's media, as far as that shows; empty for what changes by nature. */
  readonly version: string;
  /** The segment's number. */
  readonly number: number;
  readonly formatId: string;
}

/**
 * Formats it. No format's id can look like it: in those a `~` is followed by two hexadecimal digits, and here by another letter.
 */
export function formatHlsForm(form: HlsForm): string {
  const id = form.formatId === undefined ? "" : encodeFormatId(form.formatId);
  switch (form.kind) {
    case "master":
      return form.formatId === undefined ? "hls~all" : `hls~of~${id}`;
    case "list":
      return `list~v${form.entry}~${id}`;
    case "track":
      return `track~w${form.version}~${id}`;
    default:
      return `${form.kind}~v${form.entry}~w${form.version}~n${form.number}~${id}`;
  }
}

const masterPattern = /^hls~of~(.+)$/;
const listPattern = /^list~v(\d{1,3})~(.+)$/;
const trackPattern = /^track~w([\w-]{0,12})~(.+)$/;
const piecePattern = /^(piece|init|key)~v(\d{1,3})~w([\w-]{0,12})~n(\d{1,16})~(.+)$/;

/** `undefined` for forms that are files. */
export function parseHlsForm(form = ""): HlsForm | undefined {
  if (form === "hls~all") {
    return { kind: "master", formatId: undefined };
  }
  const [, masterId] = masterPattern.exec(form) ?? [];
  if (masterId !== undefined) {
    return { kind: "master", formatId: decodeFormatId(masterId) };
  }
  const [, entry, listId] = listPattern.exec(form) ?? [];
  if (listId !== undefined) {
    return { kind: "list", entry: Number(entry), formatId: decodeFormatId(listId) };
  }
  const [, trackVersion = "", trackId] = trackPattern.exec(form) ?? [];
  return trackId === undefined
    ? parsePiece(form)
    : { kind: "track", version: trackVersion, formatId: decodeFormatId(trackId) };
}

function parsePiece(form: string): HlsPiece | undefined {
  const [, kind, entry, version = "", number, id] = piecePattern.exec(form) ?? [];
  return id === undefined
    ? undefined
    : {
        kind: kind as HlsPiece["kind"],
        entry: Number(entry),
        version,
        number: Number(number),
        formatId: decodeFormatId(id),
      };
}
