import { type CallOptions, SourceError } from "../../../source/index.ts";
import { statusError } from "../../upstream/range-answer.ts";
import type { UpstreamResponse } from "../../upstream/upstream-response.ts";
import type { SiteFormat } from "../media-format.ts";
import type { Resolution } from "../resolution.ts";
import type { Resolver } from "../resolver.ts";
import { expiredStatuses, isPage } from "../site-request.ts";

/** What a site answers where an address has expired, or names nothing. */
export class ExpiredAddressError extends SourceError {}

/** Drops an answer that means so. @throws {ExpiredAddressError} */
export function assertNotExpired(response: UpstreamResponse, name: string): void {
  if (expiredStatuses.has(response.status)) {
    response.drop();
    const { code, message } = statusError(name, response);
    throw new ExpiredAddressError(code, message);
  }
  if (isPage(response)) {
    response.drop();
    throw new ExpiredAddressError("bad-upstream", `Cannot read ${name}: the site answers with a page`);
  }
}

/** One of an item's formats, as it was resolved once. */
export interface FormatPlace {
  readonly resolution: Resolution;
  readonly formatId: string;
  /** For messages. */
  readonly name: string;
}

/**
 * Does something with a format's addresses; where they do not work, once more with new ones.
 * @throws {SourceError}
 */
export async function withFreshAddresses<Value>(
  resolver: Resolver,
  place: FormatPlace,
  { signal }: CallOptions,
  attempt: (format: SiteFormat, resolution: Resolution) => Promise<Value>,
): Promise<Value> {
  const { address } = place.resolution.item;
  const latest = resolver.known(address) === undefined ? place.resolution : await resolver.resolve(address, { signal });
  try {
    return await attempt(formatIn(latest, place), latest);
  } catch (error) {
    if (!(error instanceof ExpiredAddressError)) {
      throw error;
    }
    const renewed = await resolver.renew(latest, { signal });
    return await attempt(formatIn(renewed, place), renewed);
  }
}

/** @throws {SourceError} `not-found` */
export function formatIn({ formats }: Resolution, { formatId, name }: Omit<FormatPlace, "resolution">): SiteFormat {
  const format = formats.find(({ id }) => id === formatId);
  if (format === undefined) {
    throw new SourceError("not-found", `Cannot open ${name}: it has no format "${formatId}"`);
  }
  return format;
}
