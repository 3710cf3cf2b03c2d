import { SourceError } from "../../source/index.ts";

/** Names one item of a site, so that it can be found again after a restart: yt-dlp needs the page, the cache the site's own id. */
export interface ItemKey {
  /** The page, as yt-dlp takes it. */
  readonly address: string;
  /** The extractor and the id it gives the item: absent where only a page's address is known yet. */
  readonly identity?: { readonly extractor: string; readonly id: string } | undefined;
  /** The form wanted, as {@link chooseFormat} reads it. @default the best that has all the item has */
  readonly form?: string | undefined;
}

/** Forms stand in addresses. */
const formPattern = /^[\w~+-]{1,160}$/;

/** Formats `Youtube:dQw4w9WgXcQ:<page>`, or `page:<page>`, and `/form` where one is wanted; the page in base64url. */
export function formatItemKey({ address, identity, form }: ItemKey): string {
  const page = Buffer.from(address).toString("base64url");
  const name = identity === undefined ? "page" : `${identity.extractor}:${encodeURIComponent(identity.id)}`;
  return `${name}:${page}${form === undefined ? "" : `/${form}`}`;
}

/** @throws {SourceError} `invalid-key` */
export function parseItemKey(key: string, location: string): ItemKey {
  const [item = "", form, ...rest] = key.split("/");
  const parts = item.split(":");
  const identity = parts.length === 3 ? parseIdentity(parts[0] ?? "", parts[1] ?? "") : undefined;
  const isPage = parts.length === 2 && parts[0] === "page";
  const address = Buffer.from(parts.at(-1) ?? "", "base64url").toString();
  const isGood = rest.length === 0 && (form === undefined || formPattern.test(form)) && URL.canParse(address);
  if (!isGood || (identity === undefined && !isPage)) {
    throw new SourceError("invalid-key", `Cannot open ${JSON.stringify(key.slice(0, 80))} in ${location}: not its key`);
  }
  return { address, identity, form };
}

/** The same item in another form. */
export function withForm(item: ItemKey, form: string, location: string): ItemKey {
  if (!formPattern.test(form)) {
    throw new SourceError(
      "invalid-key",
      `Cannot open ${JSON.stringify(form.slice(0, 80))} in ${location}: not a format`,
    );
  }
  return { ...item, form };
}

function parseIdentity(extractor: string, encodedId: string): ItemKey["identity"] {
  try {
    return /^\w{1,100}$/.test(extractor) ? { extractor, id: decodeURIComponent(encodedId) } : undefined;
  } catch {
    return undefined;
  }
}
