import {
  type CallOptions,
  type ListOptions,
  type ListPage,
  type LocateOptions,
  type MediaObject,
  type OpenOptions,
  type Revalidation,
  type Source,
  SourceError,
  throwIfAborted,
  type Validator,
} from "../source/index.ts";
import { parseEntityTag, parseHttpDate } from "../http/index.ts";
import type { Network } from "./outbound/address-fault.ts";
import { OutboundClient } from "./outbound/outbound-client.ts";
import { OutboundGuard } from "./outbound/outbound-guard.ts";
import { FollowingClient, type RedirectedTarget } from "./upstream/following-client.ts";
import { HostClients } from "./upstream/host-clients.ts";
import { statusError } from "./upstream/range-answer.ts";
import { openRemoteObject, revalidateRemoteObject } from "./upstream/remote-object.ts";
import type { UpstreamTimeouts } from "./upstream/upstream-response.ts";

/** Options of {@link createFeedSource}. */
export interface FeedSourceOptions {
  /** Where the feed is, http or https. */
  readonly address: URL;
  /**
   * Where the media of an episode is, as whoever read the feed knows it; `undefined` for a key that no episode has. Keys are what the feed
   * calls its episodes: guids, of any form.
   */
  readonly enclosureOf: (key: string, options: CallOptions) => Promise<string | undefined>;
  /** Networks that the feed may name although they are not public: `["192.168.0.0/16"]`. @default none */
  readonly allowedNetworks?: readonly Network[] | undefined;
  readonly timeouts?: Partial<UpstreamTimeouts> | undefined;
}

/** What tells one version of a feed from another, in its host's own words (RFC 9110 section 8.8). */
export interface FeedVersion {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

/** Options of {@link FeedSource.readFeed}. */
export interface ReadFeedOptions extends Pick<CallOptions, "signal"> {
  /** The version that is had already. */
  readonly heldVersion?: FeedVersion | undefined;
}

/** A podcast. Its episodes are found by reading the feed, which is for whoever keeps a catalog: it can be opened, not listed. */
export interface FeedSource extends Source {
  /** Fetches the feed itself, up to 8 MiB; `undefined` where it is still the version held. @throws {SourceError} */
  readFeed(
    options?: ReadFeedOptions,
  ): Promise<{ readonly bytes: Uint8Array; readonly version: FeedVersion } | undefined>;
}

const feedLimits = { maxBytes: 8 * 1024 * 1024, timeoutMs: 60_000 };
/** A feed that answered so lately is not asked again whether it does: its host is somebody else's. */
const reachableForMs = 60_000;
const feedTypes = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1";
/** As browsers have it: each of those who count a podcast's listeners puts a redirect of its own in front. */
const maxRedirects = 20;

/**
 * Creates a source over a podcast's feed. Where its media lies the feed says, and each redirect anew: every connection goes to a public
 * address, or into `allowedNetworks`.
 * @throws {TypeError} where the address is not http(s) or holds credentials, or a network cannot be read
 */
export function createFeedSource(options: FeedSourceOptions): FeedSource {
  const { address } = options;
  if (!["http:", "https:"].includes(address.protocol) || address.username !== "" || address.password !== "") {
    throw new TypeError(`A feed needs an http or https address without credentials, not ${address.protocol}`);
  }
  return new GuardedFeedSource(options);
}

class GuardedFeedSource implements FeedSource {
  readonly location: string;
  readonly #address: URL;
  readonly #enclosureOf: FeedSourceOptions["enclosureOf"];
  readonly #guard: OutboundGuard;
  readonly #outbound: OutboundClient;
  readonly #clients: HostClients;
  readonly #client: FollowingClient;
  #reachableUntilMs = 0;

  constructor({ address, enclosureOf, allowedNetworks, timeouts }: FeedSourceOptions) {
    this.#address = new URL(address);
    this.#address.hash = "";
    // Private feeds are told apart by a secret in the query.
    this.location = `feed:${address.origin}${address.pathname}`;
    this.#enclosureOf = enclosureOf;
    this.#guard = new OutboundGuard({ allowedNetworks });
    this.#outbound = new OutboundClient({ allowedNetworks });
    this.#clients = new HostClients(this.#guard, timeouts);
    this.#client = new FollowingClient({
      clientFor: (url) => this.#clients.at(url),
      vetRedirect: (target) => void this.#guard.vetUrl(target),
      maxRedirects,
    });
  }

  async open(key: string, options: OpenOptions = {}): Promise<MediaObject> {
    return openRemoteObject(await this.#episode(key, options), options);
  }

  async revalidate(key: string, validator: Validator, options: CallOptions = {}): Promise<Revalidation> {
    return revalidateRemoteObject(await this.#episode(key, options), validator, options);
  }

  async #episode(key: string, options: CallOptions): Promise<RedirectedTarget> {
    const name = `${JSON.stringify(key.slice(0, 80))} in ${this.location}`;
    throwIfAborted(options.signal, `Cannot open ${name}`);
    const enclosure = await this.#enclosureOf(key, options);
    if (enclosure === undefined) {
      throw new SourceError("not-found", `Cannot open ${name}: no episode is known by that name`);
    }
    const url = this.#guard.vetUrl(enclosure);
    // A feed that moves an episode must not have it read from where it was.
    return this.#client.targetFor(`${key}\n${url.href}`, () => ({ url, name }));
  }

  list(prefix: string, _options?: ListOptions): Promise<ListPage> {
    const message = `Cannot list "${prefix}" in ${this.location}: the episodes of a feed are listed by the library`;
    return Promise.reject(new SourceError("unsupported", message));
  }

  locate(key: string, _options: LocateOptions): Promise<URL> {
    const message = `Cannot locate "${key}" in ${this.location}: where a feed's media is may change while it plays`;
    return Promise.reject(new SourceError("unsupported", message));
  }

  /** Asks for the feed and reads no more than its head. */
  async check(options: CallOptions = {}): Promise<void> {
    throwIfAborted(options.signal, `Cannot reach ${this.location}`);
    if (performance.now() < this.#reachableUntilMs) {
      return;
    }
    const feed = this.#client.targetFor("", () => ({ url: this.#guard.vetUrl(this.#address), name: this.location }));
    const response = await feed.send("GET", { Range: "bytes=0-0" }, options);
    response.drop();
    // What cannot give a part of an empty feed is there all the same.
    if (![200, 206, 416].includes(response.status)) {
      throw statusError(this.location, response);
    }
    this.#reachableUntilMs = performance.now() + reachableForMs;
  }

  async readFeed({ heldVersion, signal }: ReadFeedOptions = {}): ReturnType<FeedSource["readFeed"]> {
    const headers = {
      Accept: feedTypes,
      ...(heldVersion?.etag === undefined ? {} : { "If-None-Match": heldVersion.etag }),
      ...(heldVersion?.lastModified === undefined ? {} : { "If-Modified-Since": heldVersion.lastModified }),
    };
    const fetched = await this.#outbound.fetchBytes(this.#address, { ...feedLimits, headers, signal });
    return fetched.status === 304 ? undefined : { bytes: fetched.bytes, version: versionOf(fetched.headers) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#outbound[Symbol.dispose]();
    this.#clients[Symbol.dispose]();
  }
}

/** What is no tag or date is not sent back as one: some hosts send texts of their own. */
function versionOf(headers: ReadonlyMap<string, string>): FeedVersion {
  const etag = headers.get("etag");
  const lastModified = headers.get("last-modified");
  return {
    ...(etag !== undefined && parseEntityTag(etag) !== undefined ? { etag } : {}),
    ...(lastModified !== undefined && parseHttpDate(lastModified) !== undefined ? { lastModified } : {}),
  };
}
