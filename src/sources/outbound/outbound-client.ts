import { isSourceError, SourceError } from "../../source/index.ts";
import { collectBody } from "../upstream/collect-body.ts";
import { statusError } from "../upstream/range-answer.ts";
import { createTarget, formatFieldLines, type HeaderFields, UpstreamClient } from "../upstream/upstream-client.ts";
import type { UpstreamResponse } from "../upstream/upstream-response.ts";
import { OutboundGuard, type OutboundGuardOptions } from "./outbound-guard.ts";

/** Options of a fetch of something small: a feed, a cover. */
export interface FetchOptions {
  /** A body larger than this is refused, not cut. */
  readonly maxBytes: number;
  /** For all of it, redirects included. */
  readonly timeoutMs: number;
  /** Sent along, to the first origin and those it redirects to: `{ Accept: "image/*", "If-None-Match": "…" }`. */
  readonly headers?: HeaderFields | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What was fetched. */
export interface Fetched {
  /** 200, or 304 where the headers held a condition. */
  readonly status: number;
  /** Where redirects have led to. */
  readonly url: URL;
  readonly headers: ReadonlyMap<string, string>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Like {@link Fetched}, read as its charset says. */
export interface FetchedText extends Omit<Fetched, "bytes"> {
  readonly text: string;
}

const maxRedirects = 5;
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Fetches small things from addresses that we did not choose ourselves: those of feeds, of covers, of thumbnails. Each connection is
 * vetted by an {@link OutboundGuard}, each redirect anew, and nothing is fetched without limits.
 */
export class OutboundClient implements Disposable {
  readonly #guard: OutboundGuard;
  readonly #client: UpstreamClient;

  /** @throws {TypeError} for options that cannot be read */
  constructor(options: OutboundGuardOptions = {}) {
    this.#guard = new OutboundGuard(options);
    this.#client = new UpstreamClient({ egress: this.#guard });
  }

  /** @throws {SourceError} */
  async fetchText(url: string | URL, options: FetchOptions): Promise<FetchedText> {
    const { bytes, ...rest } = await this.fetchBytes(url, options);
    return { ...rest, text: decodeText(bytes, rest.headers.get("content-type")) };
  }

  /** @throws {SourceError} `forbidden` where the guard refuses, `bad-upstream` for too large a body, else as the answer means */
  async fetchBytes(address: string | URL, options: FetchOptions): Promise<Fetched> {
    const url = this.#guard.vetUrl(address);
    const timeout = AbortSignal.timeout(options.timeoutMs);
    const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
    try {
      return await this.#follow(url, options, signal);
    } catch (error) {
      if (isSourceError(error, "aborted") && timeout.aborted && options.signal?.aborted !== true) {
        const message = `Cannot fetch ${url.host}${url.pathname}: not complete within ${options.timeoutMs} ms`;
        throw new SourceError("timeout", message, { retryable: true, cause: error });
      }
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]();
  }

  async #follow(start: URL, options: FetchOptions, signal: AbortSignal): Promise<Fetched> {
    const fieldLines = formatFieldLines({
      Accept: "*/*",
      "User-Agent": "sluice",
      ...options.headers,
      "Accept-Encoding": "identity",
    });
    let url = start;
    for (let count = 0; count <= maxRedirects; count += 1) {
      const response = await this.#client.request({ method: "GET", target: createTarget(url), fieldLines, signal });
      const location = response.headers.get("location");
      if (!redirectStatuses.has(response.status) || location === undefined) {
        return await takeAnswer(response, url, options.maxBytes);
      }
      response.drop();
      url = this.#guard.vetUrl(location, url);
    }
    throw new SourceError("bad-upstream", `Cannot fetch ${start.host}${start.pathname}: more than 5 redirects`);
  }
}

async function takeAnswer(response: UpstreamResponse, url: URL, maxBytes: number): Promise<Fetched> {
  const name = `${url.host}${url.pathname}`;
  try {
    const { status, headers } = response;
    if (status !== 200 && status !== 304) {
      throw statusError(name, response);
    }
    const coding = headers.get("content-encoding") ?? "identity";
    if (coding.toLowerCase() !== "identity") {
      throw new SourceError(
        "bad-upstream",
        `Cannot fetch ${name}: it answers with ${coding} although identity was asked`,
      );
    }
    return { status, url, headers, bytes: await collectBody(response, name, maxBytes) };
  } finally {
    response.drop();
  }
}

function decodeText(bytes: Uint8Array, contentType: string | undefined): string {
  const charset = /;\s*charset="?([\w.:-]+)/i.exec(contentType ?? "")?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // A charset that nobody knows: most of what claims one is UTF-8.
    return new TextDecoder().decode(bytes);
  }
}
