import type { Sidecar } from "../catalog/index.ts";
import { cleanText } from "./clean-text.ts";
import { extensionOf } from "./parse-playlist.ts";

/** Formats of text with times. */
export type SidecarFormat = Sidecar["format"];

/** What a sidecar's name may mean. */
export interface SidecarReading {
  /** Key of the media file it goes with, without its extension. */
  readonly stem: string;
  readonly sidecar: Sidecar;
}

const roles: ReadonlyMap<string, string> = new Map([
  ["forced", "forced"],
  ["sdh", "for the deaf"],
  ["cc", "for the deaf"],
  ["hi", "for the deaf"],
  ["commentary", "commentary"],
  ["default", ""],
]);

const maxWords = 4;
const languageNames = new Intl.DisplayNames("en", { type: "language", fallback: "none" });

/**
 * Tells from a key what a sidecar may be, the likeliest first: `film.en.forced.vtt` goes with a `film.en.forced.mp4` if there is one,
 * else with `film.mp4`, in English, forced. Titles end like languages (`Up.No.mp4`), so only the folder can tell.
 */
export function parseSidecarKey(key: string): SidecarReading[] {
  const format = extensionOf(key);
  if (!isSidecarFormat(format)) {
    return [];
  }
  let stem = key.slice(0, -format.length - 1);
  let language: string | undefined;
  const notes: string[] = [];
  const readings: SidecarReading[] = [{ stem, sidecar: { key, format } }];
  while (readings.length <= maxWords) {
    const [, rest = "", word = ""] = /^(.*[^/])\.([^./]{2,16})$/s.exec(stem) ?? [];
    const role = roles.get(word.toLowerCase());
    const spoken = language === undefined && (role === undefined || isHindi(word, rest)) ? languageOf(word) : undefined;
    if (spoken === undefined && role === undefined) {
      break;
    }
    language ??= spoken;
    if (spoken === undefined && role !== undefined && role !== "") {
      notes.push(role);
    }
    stem = rest;
    readings.push({ stem, sidecar: { key, format, language, label: labelOf(language, notes) } });
  }
  return readings;
}

/** `film.hi.srt` is in Hindi, `film.en.hi.srt` in English for the hearing impaired. */
function isHindi(word: string, rest: string): boolean {
  return word === "hi" && languageOf(extensionOf(rest)) === undefined;
}

function isSidecarFormat(extension: string): extension is SidecarFormat {
  return extension === "vtt" || extension === "srt" || extension === "lrc";
}

/** A language tag in its canonical form (`deu` is `de`), where the word is one that people speak. */
function languageOf(word: string): string | undefined {
  if (!/^[a-z]{2,3}(?:[-_](?:[a-z]{4}|[a-z]{2}|\d{3})){0,2}$/i.test(word)) {
    return undefined;
  }
  try {
    const [tag] = Intl.getCanonicalLocales(word.replaceAll("_", "-"));
    return tag !== undefined && languageNames.of(tag) !== undefined ? tag : undefined;
  } catch {
    return undefined;
  }
}

function labelOf(language: string | undefined, notes: readonly string[]): string | undefined {
  const name = language === undefined ? undefined : languageNames.of(language);
  const suffix = notes.length === 0 ? "" : `(${notes.join(", ")})`;
  return cleanText(`${name ?? ""} ${suffix}`);
}
