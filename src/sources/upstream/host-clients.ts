import { BoundedMap } from "../../bytes/index.ts";
import { GuardedClient } from "./guarded-client.ts";
import { type Egress, UpstreamClient } from "./upstream-client.ts";
import { UpstreamHealth } from "./upstream-health.ts";
import type { UpstreamTimeouts } from "./upstream-response.ts";

/** Origins whose health is remembered. */
const rememberedOrigins = 256;

/** The byte client of a source whose media lies on many hosts: one that is down must not make the others count as down. */
export class HostClients implements Disposable {
  readonly #client: UpstreamClient;
  readonly #guarded = new BoundedMap<GuardedClient>(rememberedOrigins);

  constructor(egress: Egress, timeouts: Partial<UpstreamTimeouts> | undefined) {
    this.#client = new UpstreamClient({ egress, timeouts });
  }

  /** The client for an address's origin. */
  at(url: URL): GuardedClient {
    const known = this.#guarded.get(url.origin);
    if (known !== undefined) {
      return known;
    }
    const client = new GuardedClient(this.#client, new UpstreamHealth(url.origin));
    this.#guarded.set(url.origin, client);
    return client;
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]();
  }
}
