import { createHash } from "node:crypto";
import {
  defaultStreamLifetime,
  resolveStreamExpiry,
  type StreamClaims,
  type StreamLifetime,
  type TokenSigner,
} from "../access/index.ts";
import { BoundedMap } from "../bytes/bounded-map.ts";
import type { Problem } from "../delivery/index.ts";
import type { MediaObject, OpenOptions, PartHref } from "../source/index.ts";
import type { ApiSource } from "./api-source.ts";
import type { ItemLocator, LocatedItem } from "./item-locator.ts";

/** Where signed addresses begin. */
export const streamMount = "/stream/";
/** The form of an item that is its source's own. */
export const originalFormat = "original";

/** An address that plays one item, and how long. */
export interface StreamAddress {
  readonly href: string;
  readonly expiresAt: Date;
}

/** What a request for a stream asks for. */
export interface StreamTarget {
  readonly token: string;
  /** Of a playlist, as its addresses name it. */
  readonly part?: string | undefined;
  /** To be saved rather than played. */
  readonly isDownload: boolean;
}

/** What a signed address opens. */
export type OpenedStream = OpenStream | { readonly kind: "refused"; readonly problem: Problem };

/** The one object that an address stands for. */
export interface OpenStream {
  readonly kind: "open";
  readonly source: ApiSource;
  readonly key: string;
  /** Opens it, where it is a playlist whose parts have addresses below its own. */
  readonly openPlaylist?: ((options: OpenOptions) => Promise<MediaObject>) | undefined;
}

/** Options of {@link createStreamAddresses}. */
export interface StreamAddressOptions {
  readonly signer: TokenSigner;
  readonly locator: ItemLocator;
  readonly lifetime?: StreamLifetime | undefined;
  /** Milliseconds since 1970. @default the system's clock */
  readonly now?: (() => number) | undefined;
}

/** Makes signed addresses, and opens them. */
export interface StreamAddresses {
  /** @param leastSeconds for lists that are played long after they were asked for */
  addressOf(
    located: LocatedItem,
    options?: {
      readonly format?: string;
      readonly durationSeconds?: number | undefined;
      readonly leastSeconds?: number;
    },
  ): StreamAddress;
  /** What follows the mount is taken as it came: an address of ours needs no decoding. */
  open(target: Pick<StreamTarget, "token" | "part">): Promise<OpenedStream>;
}

/** A stream is asked for again and again while it plays: its address is checked, and its item looked up, once in so many milliseconds. */
const rememberedMs = 5_000;
const rememberedStreams = 10_000;

/** Creates the maker of signed addresses. */
export function createStreamAddresses(options: StreamAddressOptions): StreamAddresses {
  const { signer, locator, lifetime = defaultStreamLifetime, now = Date.now } = options;
  // Of refusals nothing is remembered: whoever makes them up would push the others out.
  const remembered = new BoundedMap<{ readonly stream: OpenStream; readonly until: number }>(rememberedStreams);

  async function openSigned(
    { itemId, format: wholeFormat, version }: StreamClaims,
    token: string,
    part: string | undefined,
  ): Promise<OpenedStream> {
    const located = await locator.locate(itemId);
    if (located === undefined) {
      return { kind: "refused", problem: gone };
    }
    // No browser notices that what it plays was replaced; it would splice the two.
    if (version !== undefined && version !== versionTagOf(located)) {
      return { kind: "refused", problem: replaced };
    }
    // The ending of a part's name is for players.
    const format = part?.split(".", 1)[0] ?? wholeFormat;
    // Relative, so that they stay below whatever address the playlist was had at.
    const folder = part === undefined ? `${token}/` : "";
    return streamIn(located, format, (name, extension) => folder + signer.signPart(token, `${name}.${extension}`));
  }

  return {
    addressOf(located, { format = originalFormat, durationSeconds, leastSeconds = 0 } = {}) {
      const version = versionTagOf(located);
      const expiresAtSeconds = resolveStreamExpiry(Math.floor(now() / 1000), durationSeconds, {
        ...lifetime,
        leastSeconds: Math.max(lifetime.leastSeconds, leastSeconds),
      });
      const claims = { itemId: located.id, format, expiresAtSeconds, ...(version === undefined ? {} : { version }) };
      return { href: streamMount + signer.sign(claims), expiresAt: new Date(expiresAtSeconds * 1000) };
    },
    async open({ token, part }) {
      const name = part === undefined ? token : `${token}/${part}`;
      const known = remembered.get(name);
      if (known !== undefined && now() < known.until) {
        return known.stream;
      }
      const verdict = signer.verify(token);
      if (verdict.kind !== "valid") {
        return { kind: "refused", problem: verdict.kind === "expired" ? expired : forged };
      }
      const partName = part === undefined ? undefined : signer.verifyPart(token, part);
      if (partName === undefined && part !== undefined) {
        return { kind: "refused", problem: forged };
      }
      const opened = await openSigned(verdict.claims, token, partName);
      if (opened.kind === "open") {
        const expiresAt = verdict.claims.expiresAtSeconds * 1000;
        remembered.set(name, { stream: opened, until: Math.min(now() + rememberedMs, expiresAt) });
      }
      return opened;
    },
  };
}

/** @param hrefOf of the parts, where it is a playlist */
function streamIn({ source, key: itemKey }: LocatedItem, format: string, hrefOf: PartHref): OpenStream {
  const { searchable } = source;
  if (searchable === undefined || format === originalFormat) {
    return { kind: "open", source, key: itemKey };
  }
  const key = searchable.keyOfFormat(itemKey, format);
  return searchable.isPlaylist(key)
    ? { kind: "open", source, key, openPlaylist: (options) => searchable.openPlaylist(key, { ...options, hrefOf }) }
    : { kind: "open", source, key };
}

/** Enough of the version to tell it from others. */
function versionTagOf({ item }: LocatedItem): string | undefined {
  return item && createHash("sha256").update(item.version).digest("base64url").slice(0, 11);
}

const advice = "Ask /api/v3/items/{id}/stream for a new one.";
const forged: Problem = {
  status: 403,
  code: "bad-signature",
  title: "Forbidden",
  detail: `This address was not given out by this server. ${advice}`,
};
const expired: Problem = {
  status: 410,
  code: "expired",
  title: "Address expired",
  detail: `This address has expired. ${advice}`,
};
const replaced: Problem = {
  status: 410,
  code: "replaced",
  title: "Media replaced",
  detail: `The media at this address was replaced by a newer version. ${advice}`,
};
const gone: Problem = {
  status: 404,
  code: "not-found",
  title: "Not found",
  detail: "The library holds this item no longer.",
};
