import type { Sidecar } from "../catalog/index.ts";
import type { ListEntry } from "../source/index.ts";
import { extensionOf } from "./parse-playlist.ts";
import { parseSidecarKey } from "./sidecar.ts";

/** Names under which folders keep the picture of what is in them, the best first. */
const coverNames: readonly string[] = ["cover", "front", "folder", "album", "poster"];
const pictureExtensions: readonly string[] = ["jpg", "jpeg", "png", "webp", "avif", "gif"];

/** Which of the sidecars go with which media file, by its key. A sidecar goes with all files of its name: `song.mp3` and `song.flac`. */
export function pairSidecars(objects: readonly ListEntry[], mediaKeys: readonly string[]): Map<string, Sidecar[]> {
  const keysByStem = new Map<string, string[]>();
  for (const key of mediaKeys) {
    const stem = stemOf(key);
    keysByStem.set(stem, [...(keysByStem.get(stem) ?? []), key]);
  }
  const pairs = new Map<string, Sidecar[]>();
  for (const object of objects) {
    const reading = parseSidecarKey(object.key).find(({ stem }) => keysByStem.has(stem));
    for (const key of reading === undefined ? [] : (keysByStem.get(reading.stem) ?? [])) {
      pairs.set(key, [...(pairs.get(key) ?? []), ...(reading === undefined ? [] : [reading.sidecar])]);
    }
  }
  return pairs;
}

/** The picture of a folder among its objects. */
export function findCover(objects: readonly ListEntry[]): string | undefined {
  const found = objects.map(({ key }) => ({ key, rank: coverRank(key) })).filter(({ rank }) => rank >= 0);
  return found.sort((a, b) => a.rank - b.rank)[0]?.key;
}

/** Place of a key among the names of covers, or -1. */
export function coverRank(key: string): number {
  return pictureExtensions.includes(extensionOf(key)) ? coverNames.indexOf(stemOf(nameOf(key)).toLowerCase()) : -1;
}

/** Name of an object in its folder. */
export function nameOf(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}

/** A key without its extension. */
export function stemOf(key: string): string {
  const extension = extensionOf(key);
  return extension === "" ? key : key.slice(0, -extension.length - 1);
}
