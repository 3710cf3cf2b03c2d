import { BoundedMap } from "../../bytes/index.ts";
import { type CallOptions, SourceError } from "../../source/index.ts";
import type { GuardedClient } from "./guarded-client.ts";
import type { RemoteKey } from "./remote-object.ts";
import { createTarget, formatFieldLines, type HeaderFields, type UpstreamTarget } from "./upstream-client.ts";
import type { UpstreamHealth } from "./upstream-health.ts";
import type { UpstreamResponse } from "./upstream-response.ts";

const maxRedirects = 5;
const redirectStatuses = new Set([301, 302, 303, 307, 308]);
/** A redirect's target that answers so has probably expired. */
const expiredStatuses = new Set([401, 403, 404, 410]);

const commonFields: HeaderFields = {
  Accept: "*/*",
  // Byte positions mean those of the media itself.
  "Accept-Encoding": "identity",
  "User-Agent": "sluice",
};

/** Objects whose addresses are kept ready. */
const rememberedTargets = 1024;

/** Follows redirects, but only to origins the operator has named: an upstream must not choose what we connect to. */
export class FollowingClient {
  readonly #client: GuardedClient;
  readonly #allowedOrigins: ReadonlySet<string>;
  readonly #ownLines: string;
  readonly #targets = new BoundedMap<RedirectedTarget>(rememberedTargets);

  /** @param fields sent to an object's own origin, and to no other */
  constructor(client: GuardedClient, allowedOrigins: readonly string[], fields: HeaderFields) {
    this.#client = client;
    this.#allowedOrigins = new Set(allowedOrigins);
    this.#ownLines = formatFieldLines({ ...commonFields, ...fields });
  }

  /** The address of an object, which remembers where it was redirected to; `describe` is asked once for address and name. */
  targetFor(key: string, describe: () => { readonly url: URL; readonly name: string }): RedirectedTarget {
    const known = this.#targets.get(key);
    if (known !== undefined) {
      return known;
    }
    const { url, name } = describe();
    const target = new RedirectedTarget(this.#client, this.#allowedOrigins, createTarget(url), this.#ownLines, name);
    this.#targets.set(key, target);
    return target;
  }
}

/** See {@link FollowingClient.targetFor}. */
export class RedirectedTarget implements RemoteKey {
  readonly name: string;
  readonly health: UpstreamHealth;
  readonly #client: GuardedClient;
  readonly #allowedOrigins: ReadonlySet<string>;
  readonly #own: UpstreamTarget;
  readonly #ownLines: string;
  /** Where the last request ended up. Starting there saves a round trip for each span. */
  #current: UpstreamTarget;

  constructor(
    client: GuardedClient,
    allowedOrigins: ReadonlySet<string>,
    own: UpstreamTarget,
    ownLines: string,
    name: string,
  ) {
    this.name = name;
    this.health = client.health;
    this.#client = client;
    this.#allowedOrigins = allowedOrigins;
    this.#own = own;
    this.#current = own;
    this.#ownLines = ownLines;
  }

  async send(method: "GET" | "HEAD", fields: HeaderFields, options: CallOptions): Promise<UpstreamResponse> {
    const response = await this.#follow(method, this.#current, fields, options);
    if (this.#current === this.#own || !expiredStatuses.has(response.status)) {
      return response;
    }
    response.drop();
    return this.#follow(method, this.#own, fields, options);
  }

  async #follow(
    method: "GET" | "HEAD",
    from: UpstreamTarget,
    fields: HeaderFields,
    { signal, meter }: CallOptions,
  ): Promise<UpstreamResponse> {
    const lines = formatFieldLines(fields);
    let target = from;
    for (let count = 0; count <= maxRedirects; count += 1) {
      const isOwn = target.origin === this.#own.origin;
      const fieldLines = (isOwn ? this.#ownLines : formatFieldLines(commonFields)) + lines;
      const response = await this.#client.request({ method, target, fieldLines, signal, meter });
      if (!redirectStatuses.has(response.status)) {
        this.#current = target;
        return response;
      }
      response.drop();
      target = createTarget(this.#targetOf(response, target.url));
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
    return new SourceError("bad-upstream", `Cannot read ${this.name}: ${why}`);
  }
}
