import { type JsonObject, numberIn, objectsIn, textIn } from "./json-reader.ts";

/** A piece of a format that comes in pieces (DASH). */
export interface SiteFragment {
  readonly address: string;
  /** Absent for the first where that holds no media but what initialises a decoder. */
  readonly durationSeconds: number | undefined;
}

/** A day in pieces of two seconds. */
const maxFragments = 50_000;

/** Reads what yt-dlp printed of a format's fragments; `undefined` where they cannot be played one after the other. */
export function parseFragments(format: JsonObject): readonly SiteFragment[] | undefined {
  const base = textIn(format, "fragment_base_url") ?? textIn(format, "url");
  const listed = objectsIn(format["fragments"]);
  const fragments = listed.flatMap((fragment): SiteFragment[] => {
    const address = URL.parse(textIn(fragment, "url") ?? textIn(fragment, "path") ?? "", base);
    return address === null ? [] : [{ address: address.href, durationSeconds: numberIn(fragment, "duration") }];
  });
  const isWhole = fragments.length === listed.length && fragments.length > 0 && fragments.length <= maxFragments;
  const isTimed = fragments.slice(1).every(({ durationSeconds }) => durationSeconds !== undefined);
  return isWhole && isTimed ? fragments : undefined;
}
