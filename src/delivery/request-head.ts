import type { RangeSpec } from "../bytes/byte-range.ts";
import { type ConditionalFields, parseRangeHeader } from "../http/index.ts";
import type { OpenOptions } from "../source/index.ts";

/** What delivery needs to know of a request, however it arrived. */
export interface RequestHead {
  readonly method: string;
  /** Field value by lower-case name; several lines joined by a comma. */
  header(name: string): string | undefined;
  /** True where the address asks for a download (`?download`). */
  readonly wantsDownload: boolean;
}

/** The ranges asked for, or `undefined` where there is no Range field or it must be ignored. */
export function rangesOf(request: RequestHead): readonly RangeSpec[] | undefined {
  // RFC 9110 section 14.2: Range is defined for GET alone.
  const value = request.method === "GET" ? request.header("range") : undefined;
  return value === undefined ? undefined : parseRangeHeader(value);
}

export function conditionsOf(request: RequestHead): ConditionalFields {
  return {
    ifMatch: request.header("if-match"),
    ifNoneMatch: request.header("if-none-match"),
    ifModifiedSince: request.header("if-modified-since"),
    ifUnmodifiedSince: request.header("if-unmodified-since"),
    ifRange: request.header("if-range"),
  };
}

/** What the answer will most likely read first, so that a remote source opens and reads in one request. */
export function readingIntent(request: RequestHead, ranges: readonly RangeSpec[] | undefined): OpenOptions["intent"] {
  const willLikelyBe304 =
    request.header("if-none-match") !== undefined || request.header("if-modified-since") !== undefined;
  if (request.method !== "GET" || willLikelyBe304) {
    return "metadata";
  }
  return ranges?.[0];
}

/**
 * True where a shorter answer than asked is known to be continued: a media element of Chromium or Firefox. WebKit's stop,
 * as do downloads and players outside browsers, which send no `Sec-Fetch-Dest`.
 */
export function continuesShortAnswers(request: RequestHead): boolean {
  const agent = request.header("user-agent") ?? "";
  const isWebKit = agent.includes("AppleWebKit") && !/Chrom(?:e|ium)\//.test(agent);
  return /^(?:audio|video)$/.test(request.header("sec-fetch-dest") ?? "") && !isWebKit && agent !== "";
}
