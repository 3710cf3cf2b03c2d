import type { UpstreamClient, UpstreamRequest } from "./upstream-client.ts";
import type { UpstreamHealth } from "./upstream-health.ts";
import type { UpstreamResponse } from "./upstream-response.ts";

/** Answers that say the upstream is in trouble, not that the request was wrong. */
const troubled = new Set([500, 502, 503, 504]);

/**
 * Sends requests while their source is healthy: fails at once while it is down, and sends a second request on a new connection beside
 * one whose first byte is late; the first answer counts.
 */
export class GuardedClient {
  readonly health: UpstreamHealth;
  readonly #client: UpstreamClient;

  constructor(client: UpstreamClient, health: UpstreamHealth) {
    this.#client = client;
    this.health = health;
  }

  /** See {@link UpstreamClient.request}. @throws {SourceError} */
  async request(request: UpstreamRequest): Promise<UpstreamResponse> {
    this.health.admit();
    const startedAt = performance.now();
    try {
      const response = await this.#race(request);
      if (troubled.has(response.status)) {
        this.health.failed(`it answered ${response.status}`);
      } else {
        this.health.succeeded(performance.now() - startedAt);
      }
      return response;
    } catch (error) {
      this.health.failed(error);
      throw error;
    }
  }

  #race(request: UpstreamRequest): Promise<UpstreamResponse> {
    const first = this.#client.request(request);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        if (this.health.takeHedge()) {
          resolve(this.#hedge(first, request));
        }
      }, this.health.hedgeAfterMs);
      const settle =
        <Value>(settleWith: (value: Value) => void): ((value: Value) => void) =>
        (value) => {
          clearTimeout(timer);
          settleWith(value);
        };
      first.then(settle(resolve), settle(reject));
    });
  }

  /** The first answer counts, and where one request fails the other's. The late one is dropped when it comes. */
  async #hedge(first: Promise<UpstreamResponse>, request: UpstreamRequest): Promise<UpstreamResponse> {
    if (request.meter !== undefined) {
      request.meter.hedges = (request.meter.hedges ?? 0) + 1;
    }
    const second = this.#client.request({ ...request, onNewConnection: true });
    const response = await Promise.any([first, second]).catch(() => first);
    for (const contender of [first, second]) {
      contender.then((answer) => answer !== response && answer.drop()).catch(() => undefined);
    }
    return response;
  }
}
