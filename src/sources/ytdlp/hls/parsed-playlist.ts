import { parseAttributeList } from "./attribute-list.ts";
import { type MasterPlaylist, parseMasterPlaylist } from "./master-playlist.ts";
import { type MediaPlaylist, parseMediaPlaylist } from "./media-playlist.ts";

/** What the text of a playlist turned out to be. */
export type ParsedPlaylist =
  | { readonly kind: "media"; readonly playlist: MediaPlaylist }
  | { readonly kind: "master"; readonly playlist: MasterPlaylist }
  /** `unsupported`: it is well formed, and not for us. */
  | { readonly kind: "refused"; readonly code: "bad-upstream" | "unsupported"; readonly why: string };

/** One line of a playlist that says something. */
export interface PlaylistLine {
  /** `EXT-X-KEY`; empty for an address. */
  readonly tag: string;
  readonly value: string;
}

/**
 * Reads a playlist (HLS, RFC 8216). What is understood is read and all else dropped, so that nothing of another's passes through unseen.
 * @param url where it was had, for the addresses in it
 */
export function parsePlaylist(text: string, url: URL): ParsedPlaylist {
  const lines = linesOf(text);
  if (lines === undefined) {
    return { kind: "refused", code: "bad-upstream", why: "it is no HLS playlist" };
  }
  const fault = protectionOf(lines) ?? (lines.some(isVariable) ? "it has variables (EXT-X-DEFINE)" : undefined);
  if (fault !== undefined) {
    return { kind: "refused", code: "unsupported", why: fault };
  }
  const isMaster = lines.some(({ tag }) => tag === "EXT-X-STREAM-INF" || tag === "EXT-X-MEDIA");
  const playlist = isMaster ? parseMasterPlaylist(lines, url) : parseMediaPlaylist(lines, url);
  if (typeof playlist === "string") {
    return { kind: "refused", code: "bad-upstream", why: playlist };
  }
  return "segments" in playlist ? { kind: "media", playlist } : { kind: "master", playlist };
}

function linesOf(text: string): readonly PlaylistLine[] | undefined {
  const [first = "", ...rest] = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  if (first.trimEnd() !== "#EXTM3U") {
    return undefined;
  }
  return rest.flatMap((raw): PlaylistLine[] => {
    const line = raw.trim();
    if (!line.startsWith("#")) {
      return line === "" ? [] : [{ tag: "", value: line }];
    }
    const [, tag, value] = /^#(EXT[A-Z0-9-]*)(?::(.*))?$/.exec(line) ?? [];
    return tag === undefined ? [] : [{ tag, value: value ?? "" }];
  });
}

function isVariable({ tag }: PlaylistLine): boolean {
  return tag === "EXT-X-DEFINE";
}

/** AES-128 with a key that is simply fetched hides nothing from its viewer; all other methods belong to DRM, or need it. */
function protectionOf(lines: readonly PlaylistLine[]): string | undefined {
  for (const { tag, value } of lines) {
    if (tag === "EXT-X-KEY" || tag === "EXT-X-SESSION-KEY") {
      const attributes = parseAttributeList(value);
      const method = attributes.get("METHOD") ?? "no method";
      const format = attributes.get("KEYFORMAT") ?? "identity";
      if (method !== "NONE" && (method !== "AES-128" || format !== "identity")) {
        const how = `${method}${format === "identity" ? "" : ` with ${format}`}`;
        return `it is protected by DRM (${how}), which is not circumvented`;
      }
    }
  }
  return undefined;
}
