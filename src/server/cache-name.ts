import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import type { SourceConfig } from "./source-config.ts";

/**
 * What the objects of a source are filed under in the cache: `<https://host/talks/>`. It is made of the location, not of the name the
 * source goes by, so that renaming keeps the cache and reusing a name never brings up another source's bytes. Sources that read with
 * different credentials share nothing: what one may read the other perhaps may not. No secret can be read out of it.
 *
 * The brackets, which no address holds, end it where keys begin: `a%20b/` + `c` must not meet `a b/c`.
 */
export function cacheNameOf({ location, headers, credentials }: SourceConfig): string {
  switch (location.kind) {
    case "local":
      return `<${pathToFileURL(`${location.root}/`).href}>`;
    case "http":
      return `<${location.baseUrl.href}${queryOf({ as: markOf(headers) })}>`;
    case "feed": {
      const { origin, pathname, search } = location.address;
      return `<feed:${origin}${pathname}${queryOf({ as: markOf(search === "" ? {} : { query: search }) })}>`;
    }
    case "ytdlp":
      // Its keys name the site, the item and the form; what is kept of them is the same whatever else is set.
      return `<ytdlp:${queryOf({ as: location.options.cookiesFile && markOf({ cookies: location.options.cookiesFile }) })}>`;
    case "s3": {
      const { bucket, prefix = "", endpoint, anonymous } = location;
      const as = anonymous === true ? "anonymous" : credentials?.accessKeyId;
      return `<s3://${bucket}/${encodeURI(prefix)}${queryOf({ endpoint: endpoint?.href, as })}>`;
    }
  }
}

function queryOf(fields: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
  return given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`;
}

/** Tells sets of headers apart; too short to test guesses of a token by. */
function markOf(headers: Readonly<Record<string, string>> | undefined): string | undefined {
  if (headers === undefined || Object.keys(headers).length === 0) {
    return undefined;
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name.toLowerCase()}: ${value}`);
  return createHash("sha256").update(lines.sort().join("\n")).digest("hex").slice(0, 8);
}
