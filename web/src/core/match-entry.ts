import type { Item } from "../../../src/api/contract.ts";
import type { OwnPlaylistEntry } from "./player-data.ts";

/** Lengths of one recording differ by less, from one edition to the next. */
const nearSeconds = 6;

/** What to search a library for, to find an entry in it. */
export function searchTextOf({ title, creators }: OwnPlaylistEntry): string {
  const words = [title, ...creators.slice(0, 1)].map(simplify).join(" ");
  // Every word of a search has to be there, and this one is as often written as a sign.
  return words
    .replaceAll(/\band\b/g, " ")
    .replaceAll(/ {2,}/g, " ")
    .trim()
    .slice(0, 200);
}

/**
 * Which of the items found is the recording that an entry of another player's list means. Titles have to agree, in all but what players add
 * to them, and so has one of the creators: a wrong song in a playlist is worse than a missing one.
 */
export function matchEntry(entry: OwnPlaylistEntry, found: readonly Item[]): Item | undefined {
  const wanted = simplify(entry.title);
  if (wanted === "") {
    return undefined;
  }
  const same = found.filter((item) => isSameTitle(entry, item) && isSameCreator(entry, item));
  const closeness = (item: Item): number =>
    (item.album !== undefined && simplify(item.album) === simplify(entry.album ?? "") ? 2 : 0) +
    (isNearInLength(entry, item) ? 1 : 0);
  return same.toSorted((a, b) => closeness(b) - closeness(a))[0];
}

function isSameTitle({ title, creators }: OwnPlaylistEntry, item: Item): boolean {
  const wanted = simplify(title);
  const had = simplify(item.title);
  // Videos are called "Creator - Title", on either side.
  const names = [...creators, ...item.creators].map(simplify);
  return had === wanted || names.some((name) => had === `${name} ${wanted}` || wanted === `${name} ${had}`);
}

function isSameCreator(entry: OwnPlaylistEntry, item: Item): boolean {
  if (entry.creators.length === 0) {
    return true;
  }
  const had = simplify([...item.creators, item.albumArtist ?? "", item.title].join(" "));
  if (entry.creators.some((name) => ` ${had} `.includes(` ${simplify(name)} `))) {
    return true;
  }
  // Files without tags have no creators to compare: then where they lie, or how long they are, has to say so.
  return (
    item.creators.length === 0 &&
    (entry.creators.some((name) => simplify(item.path).includes(simplify(name))) || isNearInLength(entry, item))
  );
}

function isNearInLength({ durationSeconds }: OwnPlaylistEntry, item: Item): boolean {
  return (
    durationSeconds !== undefined &&
    item.durationSeconds !== undefined &&
    Math.abs(durationSeconds - item.durationSeconds) < nearSeconds
  );
}

/** Without what is written in many ways: accents, brackets with remarks, who else sings, editions, signs. */
function simplify(text: string): string {
  const plain = text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(
      /[([{][^)\]}]*(?:feat|ft\.|with |remaster|official|video|audio|lyrics|edit|version|mono|stereo|hd|4k)[^)\]}]*[)\]}]/g,
      " ",
    )
    .replace(/\s+(?:feat\.?|ft\.?)\s.*$/, " ")
    .replace(/\s+-\s+[^-]*\b(?:remaster(?:ed)?|version|edit|mono|stereo|mix)\b.*$/, " ");
  const words = plain
    .replaceAll("&", " and ")
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
  // A title of nothing but signs is one all the same.
  return words === "" ? text.trim().toLowerCase() : words;
}
