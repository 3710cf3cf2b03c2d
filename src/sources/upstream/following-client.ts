import { type CallOptions, SourceError } from "../../source/index.ts";
import type { UpstreamClient } from "./upstream-client.ts";
import type { UpstreamResponse } from "./upstream-response.ts";

const maxRedirects = 5;
const redirectStatuses = new Set([301, 302, 303, 307, 308]);
/** A redirect's target that answers so has probably expired. */
const expiredStatuses = new Set([401, 403, 404, 410]);

const commonHeaders: Readonly<Record<string, string>> = {
  Accept: "*/*",
  // Byte positions mean those of the media itself.
  "Accept-Encoding": "identity",
  "User-Agent": "sluice",
};

/** Follows redirects, but only to origins the operator has named: an upstream must not choose what we connect to. */
export class FollowingClient {
  readonly #client: UpstreamClient;
  readonly #allowedOrigins: ReadonlySet<string>;

  constructor(client: UpstreamClient, allowedOrigins: readonly string[]) {
    this.#client = client;
    this.#allowedOrigins = new Set(allowedOrigins);
  }

  /** One object's address, which remembers where it was redirected to. `headers` go to the address's own origin alone. */
  createTarget(url: URL, headers: Readonly<Record<string, string>>, name: string): RedirectedTarget {
    return new RedirectedTarget(this.#client, this.#allowedOrigins, url, headers, name);
  }
}

/** See {@link FollowingClient.createTarget}. */
export class RedirectedTarget {
  readonly #client: UpstreamClient;
  readonly #allowedOrigins: ReadonlySet<string>;
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #name: string;
  /** Where the last request ended up. Starting there saves a round trip for each span. */
  #current: URL;

  constructor(
    client: UpstreamClient,
    allowedOrigins: ReadonlySet<string>,
    url: URL,
    headers: Readonly<Record<string, string>>,
    name: string,
  ) {
    this.#client = client;
    this.#allowedOrigins = allowedOrigins;
    this.#url = url;
    this.#current = url;
    this.#headers = headers;
    this.#name = name;
  }

  async send(
    method: "GET" | "HEAD",
    headers: Readonly<Record<string, string>>,
    options: CallOptions,
  ): Promise<UpstreamResponse> {
    const response = await this.#follow(method, this.#current, headers, options);
    if (this.#current === this.#url || !expiredStatuses.has(response.status)) {
      return response;
    }
    response.drop();
    return this.#follow(method, this.#url, headers, options);
  }

  async #follow(
    method: "GET" | "HEAD",
    from: URL,
    headers: Readonly<Record<string, string>>,
    options: CallOptions,
  ): Promise<UpstreamResponse> {
    let url = from;
    for (let count = 0; count <= maxRedirects; count += 1) {
      const own = url.origin === this.#url.origin ? this.#headers : {};
      const response = await this.#client.request({
        method,
        url,
        headers: { ...commonHeaders, ...own, ...headers },
        signal: options.signal,
        meter: options.meter,
      });
      if (!redirectStatuses.has(response.status)) {
        this.#current = url;
        return response;
      }
      response.drop();
      url = this.#targetOf(response, url);
    }
    throw this.#refusal(`more than ${maxRedirects} redirects`);
  }

  #targetOf(response: UpstreamResponse, base: URL): URL {
    const location = response.headers.get("location");
    const target = location === undefined ? null : URL.parse(location, base.href);
    if (target === null) {
      throw this.#refusal(`${response.status} without a Location that can be read`);
    }
    if (!this.#allowedOrigins.has(target.origin) || target.username !== "" || target.password !== "") {
      throw this.#refusal(`redirected to ${target.origin}, which is not among the allowed origins of this source`);
    }
    return target;
  }

  #refusal(why: string): SourceError {
    return new SourceError("bad-upstream", `Cannot read ${this.#name}: ${why}`);
  }
}
