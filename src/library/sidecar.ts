import { cleanText } from "./clean-text.ts";
import { extensionOf } from "./parse-playlist.ts";

/** A file that goes with a media file of the same name: captions, or the words of a song. */
export interface Sidecar {
  readonly key: string;
  readonly kind: "captions" | "lyrics";
  readonly format: SidecarFormat;
  /** BCP 47, where the name tells. */
  readonly language?: string | undefined;
  /** For people: `English`, `German (forced)`. */
  readonly label?: string | undefined;
}

/** Formats of text with times. */
export type SidecarFormat = "vtt" | "srt" | "lrc";

/** A sidecar, and the names (keys without extension) of the media it may belong to, the likeliest first. */
export interface NamedSidecar {
  readonly sidecar: Sidecar;
  readonly stems: readonly string[];
}

const roles: ReadonlyMap<string, string> = new Map([
  ["forced", "forced"],
  ["sdh", "for the deaf"],
  ["cc", "for the deaf"],
  ["hi", "for the deaf"],
  ["commentary", "commentary"],
  ["default", ""],
]);

const languageNames = new Intl.DisplayNames("en", { type: "language", fallback: "none" });

/**
 * Tells from a key what a sidecar is: `film.en.forced.vtt` goes with `film.mp4`, in English, forced. The name is read from its end, so
 * `film.part.en.vtt` goes with `film.part.mp4`; and as a title may end like a language (`Up.No.vtt`), every reading is given.
 */
export function parseSidecarKey(key: string): NamedSidecar | undefined {
  const format = extensionOf(key);
  if (!isSidecarFormat(format)) {
    return undefined;
  }
  let stem = key.slice(0, -format.length - 1);
  const stems = [stem];
  let language: string | undefined;
  const notes: string[] = [];
  for (;;) {
    const [, rest = "", word = ""] = /^(.*[^/])\.([^./]{2,16})$/s.exec(stem) ?? [];
    const role = roles.get(word.toLowerCase());
    // `hi` is Hindi where no language has been read yet.
    const spoken = language === undefined && (role === undefined || word === "hi") ? languageOf(word) : undefined;
    if (spoken !== undefined) {
      language = spoken;
    } else if (role !== undefined) {
      if (role !== "") notes.push(role);
    } else {
      break;
    }
    stem = rest;
    stems.unshift(stem);
  }
  const kind = format === "lrc" ? "lyrics" : "captions";
  return { sidecar: { key, kind, format, language, label: labelOf(language, notes) }, stems };
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
