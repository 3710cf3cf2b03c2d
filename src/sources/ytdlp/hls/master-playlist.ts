import { type AttributeList, parseAttributeList } from "./attribute-list.ts";
import type { PlaylistLine } from "./parsed-playlist.ts";

/** One picture quality with its sound, or with sound that a group holds. */
export interface Variant {
  readonly address: string;
  readonly bitsPerSecond: number;
  readonly codecs?: string | undefined;
  /** `1280x720`. */
  readonly resolution?: string | undefined;
  readonly framesPerSecond?: string | undefined;
  /** Id of the group its sound is in. */
  readonly soundGroup?: string | undefined;
}

/** Sound that stands apart. */
export interface SoundRendition {
  /** Absent where it is in the variants themselves. */
  readonly address: string | undefined;
  readonly group: string;
  readonly name: string;
  readonly language?: string | undefined;
  readonly isDefault: boolean;
}

/** What there is to choose from. */
export interface MasterPlaylist {
  readonly variants: readonly Variant[];
  readonly sounds: readonly SoundRendition[];
}

const maxEntries = 200;

/** Reads a master playlist (RFC 8216 section 4.3.4): variants and their sound. Text says why it is none. */
export function parseMasterPlaylist(lines: readonly PlaylistLine[], url: URL): MasterPlaylist | string {
  const [variants, sounds]: [Variant[], SoundRendition[]] = [[], []];
  let next: AttributeList | undefined;
  for (const { tag, value } of lines) {
    if (tag === "EXT-X-STREAM-INF") {
      next = parseAttributeList(value);
    } else if (tag === "EXT-X-MEDIA") {
      sounds.push(...soundIn(parseAttributeList(value), url));
    } else if (tag === "" && next !== undefined) {
      const variant = variantOf(next, URL.parse(value, url.href)?.href);
      if (variant === undefined) {
        return `its variant ${variants.length + 1} is malformed`;
      }
      variants.push(variant);
      next = undefined;
    }
  }
  if (variants.length === 0 || variants.length + sounds.length > maxEntries) {
    return variants.length === 0 ? "it names no variants" : `it names more than ${maxEntries} variants`;
  }
  return { variants, sounds };
}

function variantOf(attributes: AttributeList, address: string | undefined): Variant | undefined {
  const bitsPerSecond = Number.parseInt(attributes.get("BANDWIDTH") ?? "", 10);
  if (address === undefined || !(bitsPerSecond > 0)) {
    return undefined;
  }
  return {
    address,
    bitsPerSecond,
    codecs: attributes.get("CODECS"),
    resolution: matching(attributes.get("RESOLUTION"), /^\d{1,5}x\d{1,5}$/),
    framesPerSecond: matching(attributes.get("FRAME-RATE"), /^\d{1,3}(?:\.\d{1,6})?$/),
    soundGroup: attributes.get("AUDIO"),
  };
}

function soundIn(attributes: AttributeList, url: URL): SoundRendition[] {
  const [group, name, text] = [attributes.get("GROUP-ID"), attributes.get("NAME"), attributes.get("URI")];
  if (attributes.get("TYPE") !== "AUDIO" || group === undefined || name === undefined) {
    return [];
  }
  const address = text === undefined ? undefined : URL.parse(text, url.href)?.href;
  return [
    { address, group, name, language: attributes.get("LANGUAGE"), isDefault: attributes.get("DEFAULT") === "YES" },
  ];
}

function matching(text: string | undefined, pattern: RegExp): string | undefined {
  return text !== undefined && pattern.test(text) ? text : undefined;
}
