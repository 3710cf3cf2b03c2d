import { parseMediaTarget } from "./media-path.ts";

/** The address of a source's object, or `undefined` for keys that no address reaches: with empty or dot segments, a backslash. */
export function formatMediaHref(source: string, key: string): string | undefined {
  if (!key.isWellFormed()) {
    return undefined;
  }
  const href = `/media/${source}/${key.split("/").map(encodeURIComponent).join("/")}`;
  return parseMediaTarget(href, { mount: "/media/" }).kind === "path" ? href : undefined;
}
