import { BoundedMap } from "../../bytes/index.ts";
import { type CallOptions, SourceError } from "../../source/index.ts";
import type { GuardedClient } from "./guarded-client.ts";
import type { RemoteKey } from "./remote-object.ts";
import { createTarget, formatFieldLines, type HeaderFields, type UpstreamTarget } from "./upstream-client.ts";
import type { UpstreamHealth } from "./upstream-health.ts";
import type { UpstreamResponse } from "./upstream-response.ts";

const redirectStatuses = new Set([301, 302, 303, 307, 308]);
/** A redirect's target that answers so has probably expired; 400 is what S3 and Google's storage say of a token that has. */
const expiredStatuses = new Set([400, 401, 403, 404, 410]);

const commonFields: HeaderFields = {
  Accept: "*/*",
  // Byte positions mean those of the media itself.
  "Accept-Encoding": "identity",
  "User-Agent": "sluice",
};

/** Objects whose addresses are kept ready. */
const rememberedTargets = 1024;

/** What a {@link FollowingClient} may do. */
export interface FollowingOptions {
  /** Through whom an address is asked: one client for a whole source, or one for each host. */
  readonly clientFor: (url: URL) => GuardedClient;
  /** Lets the target of a redirect pass: an upstream must not choose what we connect to. @throws {SourceError} */
  readonly vetRedirect: (target: URL, name: string) => void;
  /** Sent to an object's own origin, and to no other. */
  readonly fields?: HeaderFields | undefined;
  /** @default 5 */
  readonly maxRedirects?: number | undefined;
}

/** Follows redirects to where its user lets them lead, and remembers where they led. */
export class FollowingClient {
  readonly #options: FollowingOptions;
  readonly #ownLines: string;
  readonly #targets = new BoundedMap<RedirectedTarget>(rememberedTargets);

  constructor(options: FollowingOptions) {
    this.#options = options;
    this.#ownLines = formatFieldLines({ ...commonFields, ...options.fields });
  }

  /** The address of an object, which remembers where it was redirected to; `describe` is asked once for address and name. */
  targetFor(key: string, describe: () => { readonly url: URL; readonly name: string }): RedirectedTarget {
    const known = this.#targets.get(key);
    if (known !== undefined) {
      return known;
    }
    const { url, name } = describe();
    const target = new RedirectedTarget(this.#options, createTarget(url), this.#ownLines, name);
    this.#targets.set(key, target);
    return target;
  }
}

/** See {@link FollowingClient.targetFor}. */
export class RedirectedTarget implements RemoteKey {
  readonly name: string;
  readonly #options: FollowingOptions;
  readonly #own: UpstreamTarget;
  readonly #ownLines: string;
  /** Where the last request ended up. Starting there saves a round trip for each span. */
  #current: UpstreamTarget;

  constructor(options: FollowingOptions, own: UpstreamTarget, ownLines: string, name: string) {
    this.name = name;
    this.#options = options;
    this.#own = own;
    this.#current = own;
    this.#ownLines = ownLines;
  }

  get health(): UpstreamHealth {
    return this.#options.clientFor(this.#current.url).health;
  }

  async send(method: "GET" | "HEAD", fields: HeaderFields, options: CallOptions): Promise<UpstreamResponse> {
    const response = await this.#follow(method, this.#current, fields, options).catch((error: unknown) => {
      // A host that fails may not be where the object is any more: whoever tries again begins at its own address.
      this.#current = this.#own;
      throw error;
    });
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
    const { clientFor, maxRedirects = 5 } = this.#options;
    const lines = formatFieldLines(fields);
    let target = from;
    for (let count = 0; count <= maxRedirects; count += 1) {
      const isOwn = target.origin === this.#own.origin;
      const fieldLines = (isOwn ? this.#ownLines : formatFieldLines(commonFields)) + lines;
      const response = await clientFor(target.url).request({ method, target, fieldLines, signal, meter });
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
    this.#options.vetRedirect(target, this.name);
    return target;
  }

  #refusal(why: string): SourceError {
    return new SourceError("bad-upstream", `Cannot read ${this.name}: ${why}`);
  }
}

/** For sources whose operator has named the origins that redirects may lead to. */
export function redirectsWithin(origins: readonly string[]): FollowingOptions["vetRedirect"] {
  const allowed = new Set(origins);
  return (target, name) => {
    if (!allowed.has(target.origin) || target.username !== "" || target.password !== "") {
      const why = `redirected to ${target.origin}, which is not among the allowed origins of this source`;
      throw new SourceError("bad-upstream", `Cannot read ${name}: ${why}`);
    }
  };
}
