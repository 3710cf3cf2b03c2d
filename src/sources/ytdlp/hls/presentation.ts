import { rankFormats } from "../choose-format.ts";
import type { SiteFormat } from "../media-format.ts";
import type { MasterPlaylist, Variant } from "./master-playlist.ts";

/** What a player may change between while it plays: pictures, and the sound that goes with all of them. */
export interface Presentation {
  /** The best first; none where there is only something to hear. */
  readonly pictures: readonly SiteFormat[];
  /** Absent where it is in the pictures' own streams. */
  readonly sound: SiteFormat | undefined;
}

/** The one that stands at the head of each presentation's list is the one it is known by. */
const maxPictures = 12;
const soundGroup = "sound";
/** Where a site does not say. */
const assumedBitsPerSecond = 1_000_000;
/** In the order in which they are preferred: files can be cached whatever becomes of their addresses, and need no playlist of the site's. */
const kinds = ["file", "playlist", "fragments"] as const;

/**
 * What of an item can be shown in HLS, or `undefined`.
 * @param formatId of the one picture, or the one sound, that is wanted
 */
export function choosePresentation(formats: readonly SiteFormat[], formatId?: string): Presentation | undefined {
  const wanted = formats.find(({ id }) => id === formatId);
  if (formatId !== undefined) {
    return wanted && presentationWith(wanted, formats);
  }
  const found = kinds.flatMap((kind) => presentationOf(formats.filter((format) => format.kind === kind)) ?? []);
  return found.toSorted((one, other) => tracksOf(other) - tracksOf(one))[0];
}

function presentationWith(wanted: SiteFormat, formats: readonly SiteFormat[]): Presentation | undefined {
  const others = formats.filter(({ kind, hasVideo }) => kind === wanted.kind && !hasVideo);
  return presentationOf([wanted, ...others.filter((format) => format !== wanted)]);
}

/** Of formats of one kind. */
function presentationOf(formats: readonly SiteFormat[]): Presentation | undefined {
  const carried = rankFormats(formats.filter(isCarried));
  const sound = carried.find(({ hasAudio, hasVideo }) => hasAudio && !hasVideo);
  const joint = carried.filter(({ hasAudio, hasVideo }) => hasAudio && hasVideo);
  const apart = carried.filter(({ hasAudio, hasVideo }) => hasVideo && !hasAudio);
  if (sound !== undefined && apart.length > 0) {
    return { pictures: apart.slice(0, maxPictures), sound };
  }
  // A file with all it needs, or of sound alone, is better read as it is.
  if (carried.length === 0 || carried.some(({ kind }) => kind === "file")) {
    return undefined;
  }
  const pictures = joint.length > 0 ? joint : apart;
  return { pictures: pictures.slice(0, maxPictures), sound: pictures.length > 0 ? undefined : sound };
}

/** HLS carries MP4 in fragments, and what its own lists hold. */
function isCarried({ kind, mediaType, fragments }: SiteFormat): boolean {
  const isMp4 = mediaType.endsWith("/mp4");
  switch (kind) {
    case "file":
      return isMp4;
    case "playlist":
      return true;
    case "fragments":
      return isMp4 && fragments?.[0]?.durationSeconds === undefined && fragments !== undefined && fragments.length > 1;
  }
}

function tracksOf({ pictures, sound }: Presentation): number {
  const [picture] = pictures;
  return (picture === undefined ? 0 : 1) + (sound !== undefined || picture?.hasAudio === true ? 1 : 0);
}

/** The presentation as a master playlist; each address in it is a format's id. */
export function masterOf({ pictures, sound }: Presentation): MasterPlaylist {
  if (pictures.length === 0 && sound !== undefined) {
    return { variants: [variantOf(sound, undefined)], sounds: [] };
  }
  return {
    variants: pictures.map((picture) => variantOf(picture, sound)),
    sounds: sound === undefined ? [] : [{ address: sound.id, group: soundGroup, name: "Original", isDefault: true }],
  };
}

function variantOf(picture: SiteFormat, sound: SiteFormat | undefined): Variant {
  const { id, widthPixels: width, heightPixels: height } = picture;
  return {
    address: id,
    bitsPerSecond: (picture.bitsPerSecond ?? assumedBitsPerSecond) + (sound?.bitsPerSecond ?? 0),
    codecs: codecsOf(sound === undefined ? [picture] : [picture, sound]),
    resolution: width === undefined || height === undefined ? undefined : `${width}x${height}`,
    soundGroup: sound === undefined ? undefined : soundGroup,
  };
}

/** Browsers refuse what they cannot read: half a name, such as `avc1`, is worse than none. */
function codecsOf(formats: readonly SiteFormat[]): string | undefined {
  const codecs = formats.flatMap((format) => format.codecs.split(", ")).filter((codec) => codec !== "");
  const areWhole = codecs.every((codec) =>
    /^(?:(?:avc[13]|hvc1|hev1|av01|vp09|mp4a|dvh1)\.[\w.]+|ac-3|ec-3|opus|fLaC)$/.test(codec),
  );
  return areWhole && codecs.length > 0 ? codecs.join(",") : undefined;
}
