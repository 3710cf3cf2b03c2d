import type { SiteFormat } from "./media-format.ts";
import { chooseFormat, choosePair, type FormatWish, parseFormatWish, type TrackPair } from "./choose-format.ts";
import type { Resolution } from "./resolution.ts";

/** What to open: one of the site's formats, two tracks to be joined, or playlists to be made one stream of. */
export type MediaChoice =
  | { readonly kind: "file"; readonly format: SiteFormat }
  | { readonly kind: "pair"; readonly pair: TrackPair }
  | { readonly kind: "playlists"; readonly formats: readonly SiteFormat[] };

/**
 * What the form of a key means for an item, as one stream of bytes; without one the operator's choice counts, then the best there is. Files
 * go first, for they can be sought in; but a film is not reduced to its sound for that.
 */
export function chooseMedia(
  { formats, preferredFormatId }: Resolution,
  form: string | undefined,
): MediaChoice | undefined {
  const preferred = form === undefined ? formats.find(({ id }) => id === preferredFormatId) : undefined;
  if (preferred !== undefined) {
    return choiceOf(preferred);
  }
  const wish = parseFormatWish(form);
  const choices = (["file", "playlist", "fragments"] as const).flatMap(
    (kind) =>
      chooseAmong(
        formats.filter((format) => format.kind === kind),
        wish,
      ) ?? [],
  );
  const wantsAll = wish.kind === "quality" && wish.tracks !== "audio" && formats.some(({ hasVideo }) => hasVideo);
  return choices.find((choice) => !wantsAll || showsPicture(choice)) ?? choices[0];
}

function chooseAmong(formats: readonly SiteFormat[], wish: FormatWish): MediaChoice | undefined {
  const pair = choosePair(formats, wish);
  if (pair !== undefined) {
    const { picture, sound } = pair;
    return picture.kind === "playlist" ? { kind: "playlists", formats: [picture, sound] } : { kind: "pair", pair };
  }
  const format = chooseFormat(formats, wish);
  return format && choiceOf(format);
}

function choiceOf(format: SiteFormat): MediaChoice {
  return format.kind === "playlist" ? { kind: "playlists", formats: [format] } : { kind: "file", format };
}

function showsPicture(choice: MediaChoice): boolean {
  switch (choice.kind) {
    case "file":
      return choice.format.hasVideo;
    case "pair":
      return true;
    case "playlists":
      return choice.formats.some(({ hasVideo }) => hasVideo);
  }
}
