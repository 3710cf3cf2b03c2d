import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { parseContentRange, parseEntityTag } from "../../http/index.ts";
import { type CallOptions, isSourceError, SourceError, throwIfAborted } from "../../source/index.ts";
import { statusError } from "../upstream/range-answer.ts";
import type { RemoteKey } from "../upstream/remote-object.ts";
import type { HeaderFields } from "../upstream/upstream-client.ts";
import type { UpstreamHealth } from "../upstream/upstream-health.ts";
import type { UpstreamResponse } from "../upstream/upstream-response.ts";
import { equalFormats } from "./choose-format.ts";
import type { SiteFormat } from "./media-format.ts";
import type { Resolution } from "./resolution.ts";
import type { Resolver } from "./resolver.ts";
import { expiredStatuses, isPage, keepingPolicy, requestSite, type SiteHosts } from "./site-request.ts";

/** Media that is made available a little after it is resolved is waited for; a premiere is not. */
const longestWaitMs = 15_000;

/** What a target works with. */
export interface TargetContext extends SiteHosts {
  readonly resolver: Resolver;
  /** Sizes that answers have shown, by format: sites' own words are not always true. */
  readonly seenSizes: WeakMap<SiteFormat, number>;
  /** For messages: `"…" in ytdlp:`. */
  readonly name: string;
}

/** The method and further fields of a request, and who asks. */
interface Ask {
  readonly method: "GET" | "HEAD";
  readonly fields: HeaderFields;
  readonly options: CallOptions;
}

/**
 * Media whose address expires. What is asked for is one format of one item; when its address does not work any more the item is resolved
 * again, and the same is asked for at the new one. That it is the same bytes still is checked above, against size and validator.
 */
export class ExpiringTarget implements RemoteKey {
  readonly name: string;
  readonly maxSpanBytes: number;
  readonly #context: TargetContext;
  #resolution: Resolution;
  #format: SiteFormat;
  /** Where the format's address was redirected to; starting there saves a round trip for each span. */
  #landing: URL | undefined;
  /** Of the first answer with bytes; before it what the site says. */
  #sizeBytes: number | undefined;

  constructor(context: TargetContext, resolution: Resolution, format: SiteFormat) {
    this.name = context.name;
    this.maxSpanBytes = format.maxSpanBytes;
    this.#context = context;
    this.#resolution = resolution;
    this.#format = format;
    this.#sizeBytes = context.seenSizes.get(format) ?? format.sizeBytes;
  }

  get health(): UpstreamHealth {
    return this.#context.clients.at(this.#landing ?? this.#format.address).health;
  }

  async send(method: "GET" | "HEAD", fields: HeaderFields, options: CallOptions): Promise<UpstreamResponse> {
    const ask: Ask = { method, fields: withoutOwnTags(fields), options };
    await this.#followResolution();
    let last = await this.#attempt(ask);
    if (last.kind !== "good") {
      last = await this.#attemptAnew(ask, last);
    }
    if (last.kind === "failed") {
      throw last.error;
    }
    this.#rememberSize(last.response, method);
    return this.#supplemented(last.response);
  }

  /** Takes up addresses that another reader, or the clock, has had renewed. */
  async #followResolution(): Promise<void> {
    const { resolver } = this.#context;
    const { address } = this.#resolution.item;
    const known = resolver.known(address);
    const latest = known === undefined ? undefined : await resolver.resolve(address);
    const format = latest?.formats.find(({ id }) => id === this.#format.id);
    if (latest !== undefined && latest !== this.#resolution && format !== undefined) {
      this.#use(latest, format);
    }
  }

  #use(resolution: Resolution, format: SiteFormat): void {
    this.#resolution = resolution;
    this.#format = format;
    this.#landing = undefined;
  }

  /**
   * Once with a new address of the format, then with formats that should hold the same. What others have had renewed meanwhile may have
   * expired as well: only addresses that were found for us prove that new ones do not help.
   */
  async #attemptAnew(ask: Ask, first: Attempt): Promise<Attempt> {
    if (first.kind === "failed" && this.#context.resolver.hasJustRenewed(this.#resolution)) {
      return first;
    }
    const gone = this.#format;
    const askedAtMs = Date.now();
    let last = first;
    for (let isFresh = false; !isFresh;) {
      const renewed = await this.#renewed(ask.options.signal, last);
      isFresh = renewed.resolvedAtMs >= askedAtMs;
      const same = renewed.formats.filter(({ id }) => id === gone.id);
      for (const format of [...same, ...equalFormats(renewed.formats, gone)]) {
        dropAttempt(last);
        this.#use(renewed, format);
        last = await this.#attempt(ask);
        if (last.kind === "good") {
          return last;
        }
      }
    }
    if (last.kind === "expired" && expiredStatuses.has(last.response.status)) {
      this.#context.resolver.noteRefused(this.#resolution, statusError(this.name, last.response));
    }
    return this.#wrongMedia(last);
  }

  async #renewed(signal: AbortSignal | undefined, last: Attempt): Promise<Resolution> {
    try {
      const renewed = await this.#context.resolver.renew(this.#resolution, { signal });
      this.#resolution = renewed;
      return renewed;
    } catch (error) {
      dropAttempt(last);
      throw error;
    }
  }

  /** A page of HTML in place of media is no version of it; another length may be, which those above find out. */
  #wrongMedia(last: Attempt): Attempt {
    if (last.kind !== "expired" || !isPage(last.response)) {
      return last;
    }
    dropAttempt(last);
    return {
      kind: "failed",
      error: new SourceError("bad-upstream", `Cannot read ${this.name}: the site answers with a page`),
    };
  }

  async #attempt(ask: Ask): Promise<Attempt> {
    try {
      await this.#untilAvailable(ask.options.signal);
      const response = await this.#follow(ask);
      return { kind: this.#seemsExpired(response, ask) ? "expired" : "good", response };
    } catch (error) {
      throwIfAborted(ask.options.signal, `Cannot read ${this.name}`);
      if (!isSourceError(error) || !["unavailable", "timeout", "bad-upstream"].includes(error.code)) {
        throw error;
      }
      return { kind: "failed", error };
    }
  }

  async #untilAvailable(signal: AbortSignal | undefined): Promise<void> {
    const waitMs = (this.#format.availableAtMs ?? 0) - Date.now();
    if (waitMs > 0) {
      await sleep(Math.min(waitMs, longestWaitMs), undefined, { signal });
    }
  }

  async #follow(ask: Ask): Promise<UpstreamResponse> {
    const start = this.#landing ?? this.#context.guard.vetUrl(this.#format.address);
    const { response, url } = await requestSite(this.#context, this.#format, start, { ...ask, name: this.name });
    this.#landing = expiredStatuses.has(response.status) ? undefined : url;
    return response;
  }

  #seemsExpired(response: UpstreamResponse, { method }: Ask): boolean {
    const { status } = response;
    const sizeBytes = sizeIn(response, method);
    const isOtherSize = this.#sizeBytes !== undefined && sizeBytes !== undefined && sizeBytes !== this.#sizeBytes;
    return expiredStatuses.has(status) || isPage(response) || isOtherSize;
  }

  #rememberSize(response: UpstreamResponse, method: Ask["method"]): void {
    this.#sizeBytes = sizeIn(response, method) ?? this.#sizeBytes;
    if (this.#sizeBytes !== undefined) {
      this.#context.seenSizes.set(this.#format, this.#sizeBytes);
    }
  }

  /** Adds what we know better than the media's server: its type, and where that names no version, the site's own word for it. */
  #supplemented(response: UpstreamResponse): UpstreamResponse {
    const { headers } = response;
    if (!/^(?:audio|video)\//i.test(headers.get("content-type") ?? "")) {
      response.supplement("content-type", this.#format.mediaType);
    }
    const isStrong = parseEntityTag(headers.get("etag") ?? "")?.weak === false;
    if (this.#format.version !== undefined && !isStrong && !headers.has("last-modified")) {
      response.supplement("etag", this.#ownTag(this.#format.version));
    }
    response.supplement("cache-control", keepingPolicy(headers.get("cache-control"), this.#resolution.freshUntilMs));
    return response;
  }

  /** Two formats, or two versions of one, never share it; two addresses of one version always do. */
  #ownTag(version: string): string {
    const { extractor, id } = this.#resolution.item.identity;
    const facts = JSON.stringify([extractor, id, this.#format.id, version, this.#sizeBytes ?? ""]);
    return `"${ownTagPrefix}${createHash("sha256").update(facts).digest("base64url").slice(0, 22)}"`;
  }
}

type Attempt =
  | { readonly kind: "good" | "expired"; readonly response: UpstreamResponse }
  | { readonly kind: "failed"; readonly error: SourceError };

const ownTagPrefix = "site-";

/** Conditions with tags that we made would mean nothing to the media's server; the tags are compared when its answer is checked. */
function withoutOwnTags(fields: HeaderFields): HeaderFields {
  const isOwn = (name: string, value: string): boolean =>
    /^if-(?:none-)?match$/i.test(name) && value.startsWith(`"${ownTagPrefix}`);
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => !isOwn(name, value)));
}

function dropAttempt(attempt: Attempt): void {
  if (attempt.kind !== "failed") {
    attempt.response.drop();
  }
}

/** The size of the whole that an answer tells of. */
function sizeIn(response: UpstreamResponse, method: "GET" | "HEAD"): number | undefined {
  const { status, headers } = response;
  if (status === 206 || status === 416) {
    return parseContentRange(headers.get("content-range") ?? "")?.sizeBytes;
  }
  const length = Number(headers.get("content-length") ?? Number.NaN);
  return status === 200 && Number.isSafeInteger(length)
    ? method === "HEAD"
      ? length
      : response.lengthBytes
    : undefined;
}
