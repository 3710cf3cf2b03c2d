import { type CallOptions, SourceError } from "../../source/index.ts";
import type { OutboundGuard } from "../outbound/outbound-guard.ts";
import type { HostClients } from "../upstream/host-clients.ts";
import { createTarget, type HeaderFields } from "../upstream/upstream-client.ts";
import type { UpstreamResponse } from "../upstream/upstream-response.ts";
import type { SiteFormat } from "./media-format.ts";
import { siteFieldLines } from "./site-fields.ts";

const maxRedirects = 5;
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** What sites answer for an address that has expired, or that is not theirs any more. */
export const expiredStatuses: ReadonlySet<number> = new Set([401, 403, 404, 410]);

/** Through what sites are asked. */
export interface SiteHosts {
  readonly clients: HostClients;
  readonly guard: OutboundGuard;
}

/** The method and further fields of a request, and who asks. */
export interface SiteAsk {
  readonly method: "GET" | "HEAD";
  readonly fields: HeaderFields;
  readonly options: CallOptions;
  /** For messages. */
  readonly name: string;
}

/** An answer, and where redirects have led to. */
export interface SiteAnswer {
  readonly response: UpstreamResponse;
  readonly url: URL;
}

/**
 * Asks for something that belongs to a format, with the format's own headers and cookies, wherever redirects lead: each is vetted.
 * @throws {SourceError}
 */
export async function requestSite(
  { clients, guard }: SiteHosts,
  format: SiteFormat,
  start: URL,
  { method, fields, options, name }: SiteAsk,
): Promise<SiteAnswer> {
  let url = start;
  for (let count = 0; count <= maxRedirects; count += 1) {
    const fieldLines = siteFieldLines(format, url, fields);
    const request = { method, target: createTarget(url), fieldLines, signal: options.signal, meter: options.meter };
    const response = await clients.at(url).request(request);
    const location = response.headers.get("location");
    if (!redirectStatuses.has(response.status) || location === undefined) {
      return { response, url };
    }
    response.drop();
    url = guard.vetUrl(location, url);
  }
  throw new SourceError("bad-upstream", `Cannot read ${name}: more than ${maxRedirects} redirects`);
}

/** True for a page of HTML where media was asked for. */
export function isPage({ status, headers }: UpstreamResponse): boolean {
  return (status === 200 || status === 206) && /^text\/html/i.test(headers.get("content-type") ?? "");
}

/**
 * How long an answer may be kept. What is private to whom the address was given is ours: we are who asked for it. Only "no-store" forbids
 * keeping it; and where nothing is said the site vouches for its media as long as for the address.
 */
export function keepingPolicy(policy: string | undefined, addressEndsMs: number): string {
  if (policy === undefined) {
    return `max-age=${Math.max(60, Math.floor((addressEndsMs - Date.now()) / 1000))}`;
  }
  return /no-store/i.test(policy) ? policy : policy.replaceAll(/\b(?:private|no-cache)(?:="[^"]*")?\s*,?\s*/gi, "");
}
