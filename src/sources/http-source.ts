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
  type Validator,
} from "../source/index.ts";
import { assertUsableKey } from "./object-key.ts";
import { FollowingClient, redirectsWithin } from "./upstream/following-client.ts";
import { GuardedClient } from "./upstream/guarded-client.ts";
import { openRemoteObject, type RemoteKey, revalidateRemoteObject } from "./upstream/remote-object.ts";
import { createTarget, formatFieldLines, UpstreamClient } from "./upstream/upstream-client.ts";
import { UpstreamHealth } from "./upstream/upstream-health.ts";
import type { UpstreamTimeouts } from "./upstream/upstream-response.ts";

/** Options of {@link createHttpSource}. */
export interface HttpSourceOptions {
  /** Keys are paths below it; its query, if any, is sent with each request. */
  readonly baseUrl: URL;
  /** Sent with each request to the base's own origin, and to no other: `{ Authorization: "Bearer …" }`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Further origins that redirects may lead to: `["https://cdn.example"]`. @default the base's own alone */
  readonly allowedRedirectOrigins?: readonly string[] | undefined;
  readonly timeouts?: Partial<UpstreamTimeouts> | undefined;
}

/**
 * Creates a source over an HTTP origin. It fetches addresses below `baseUrl` and nothing else, whatever a key or a redirect says.
 * @throws {TypeError} where the address is not http(s) or holds credentials
 */
export function createHttpSource(options: HttpSourceOptions): Source {
  const { baseUrl } = options;
  if (!["http:", "https:"].includes(baseUrl.protocol) || baseUrl.username !== "" || baseUrl.password !== "") {
    throw new TypeError(`An HTTP source needs an http or https address without credentials, not ${baseUrl.protocol}`);
  }
  return new HttpSource(options);
}

class HttpSource implements Source {
  readonly location: string;
  readonly #baseUrl: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #upstream: UpstreamClient;
  readonly #client: FollowingClient;
  readonly #health: UpstreamHealth;

  constructor(options: HttpSourceOptions) {
    this.#baseUrl = new URL(options.baseUrl);
    this.#baseUrl.hash = "";
    if (!this.#baseUrl.pathname.endsWith("/")) {
      this.#baseUrl.pathname += "/";
    }
    this.location = this.#baseUrl.origin + this.#baseUrl.pathname;
    this.#headers = { ...options.headers };
    this.#upstream = new UpstreamClient({ timeouts: options.timeouts });
    const origins = [this.#baseUrl.origin, ...(options.allowedRedirectOrigins ?? [])];
    this.#health = new UpstreamHealth(this.location);
    const guarded = new GuardedClient(this.#upstream, this.#health);
    this.#client = new FollowingClient({
      clientFor: () => guarded,
      vetRedirect: redirectsWithin(origins),
      fields: this.#headers,
    });
  }

  async open(key: string, options: OpenOptions = {}): Promise<MediaObject> {
    return openRemoteObject(this.#remoteKey(key), options);
  }

  async revalidate(key: string, validator: Validator, options: CallOptions = {}): Promise<Revalidation> {
    return revalidateRemoteObject(this.#remoteKey(key), validator, options);
  }

  #remoteKey(key: string): RemoteKey {
    return this.#client.targetFor(key, () => {
      assertUsableKey(key, this.location);
      const url = new URL(this.#baseUrl);
      url.pathname += key.split("/").map(encodeURIComponent).join("/");
      return { url, name: `"${key}" in ${this.location}` };
    });
  }

  list(prefix: string, _options?: ListOptions): Promise<ListPage> {
    const message = `Cannot list "${prefix}" in ${this.location}: HTTP has no listings`;
    return Promise.reject(new SourceError("unsupported", message));
  }

  locate(key: string, _options: LocateOptions): Promise<URL> {
    const message = `Cannot locate "${key}" in ${this.location}: the address of an origin is not given to viewers`;
    return Promise.reject(new SourceError("unsupported", message));
  }

  /** Any answer of the base address will do, also 404: many origins have nothing to show there. */
  async check(options: CallOptions = {}): Promise<void> {
    const response = await this.#upstream.request({
      method: "HEAD",
      target: createTarget(this.#baseUrl),
      fieldLines: formatFieldLines(this.#headers),
      signal: options.signal,
      meter: options.meter,
    });
    response.drop();
    const { status } = response;
    if (status === 401 || status === 403) {
      throw new SourceError(
        "forbidden",
        `Cannot reach ${this.location}: it answered ${status}; check the headers configured`,
      );
    }
    if (status >= 500) {
      throw new SourceError("unavailable", `Cannot reach ${this.location}: it answered ${status}`, { retryable: true });
    }
    this.#health.assertUp();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#upstream[Symbol.dispose]();
  }
}
