import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** One file of the listing pages, ready to send. */
export interface ListingAsset {
  readonly body: Uint8Array;
  readonly mediaType: string;
}

const mediaTypes: ReadonlyMap<string, string> = new Map([
  ["listing.css", "text/css; charset=utf-8"],
  ["docs.css", "text/css; charset=utf-8"],
  ["listing.js", "text/javascript; charset=utf-8"],
  ["favicon.svg", "image/svg+xml"],
]);
const loaded = new Map<string, ListingAsset>();
const hrefs = new Map<string, string>();

/**
 * The asset of that name, or `undefined`. Only the names above are ever looked for on disk, so a name from a request
 * is safe. Each file is read once.
 */
export function readListingAsset(name: string): ListingAsset | undefined {
  const known = loaded.get(name);
  const mediaType = mediaTypes.get(name);
  if (known !== undefined || mediaType === undefined) return known;
  const asset: ListingAsset = { body: readFileSync(new URL(`./assets/${name}`, import.meta.url)), mediaType };
  loaded.set(name, asset);
  return asset;
}

/** Where pages link to an asset: the address changes with the content, so that it may be cached for ever. */
export function resolveAssetHref(name: string): string {
  const known = hrefs.get(name);
  if (known !== undefined) return known;
  const asset = readListingAsset(name);
  if (asset === undefined) throw new RangeError(`There is no listing asset "${name}"`);
  const version = createHash("sha256").update(asset.body).digest("base64url").slice(0, 12);
  const href = `/assets/${name}?v=${version}`;
  hrefs.set(name, href);
  return href;
}
