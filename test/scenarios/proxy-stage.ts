import type { DeliveryRecord } from "../../src/delivery/index.ts";
import { createHttpSource, type HttpSourceOptions } from "../../src/sources/index.ts";
import { findPatternBreach } from "../../src/testing/index.ts";
import { FaultyUpstream } from "../upstream/faulty-upstream.ts";
import type { UpstreamObject } from "../upstream/upstream-object.ts";
import { type MediaServer, startMediaServer } from "../wire/media-server.ts";
import { type RawResponse, rawRequest } from "../wire/raw-client.ts";

/** Viewer, server, scripted origin: everything in one process, connected by real sockets. */
export interface ProxyStage extends AsyncDisposable {
  readonly upstream: FaultyUpstream;
  readonly server: MediaServer;
  readonly port: number;
  /** GETs the film on a connection of its own. */
  get(fields?: Readonly<Record<string, string>>): Promise<RawResponse>;
  request(method: string, fields?: Readonly<Record<string, string>>): Promise<RawResponse>;
  /** The delivery that was over last; waits for it where it is not over yet. */
  lastDelivery(count?: number): Promise<DeliveryRecord>;
}

/** Where the film is, at the origin and at the server. */
export const film = "film.mp4";

/** Waits short enough to test what happens at their end. */
export const shortTimeouts: Pick<HttpSourceOptions, "timeouts"> = { timeouts: { firstByteMs: 400, stallMs: 400 } };

/** Sets up a server in front of an HTTP origin that holds one film. */
export async function setUpProxyStage(
  object: UpstreamObject,
  options: Omit<HttpSourceOptions, "baseUrl"> = shortTimeouts,
): Promise<ProxyStage> {
  await using resources = new AsyncDisposableStack();
  const upstream = resources.use(await FaultyUpstream.start());
  upstream.put(film, object);
  const source = resources.use(createHttpSource({ ...options, baseUrl: new URL(upstream.origin) }));
  const server = resources.use(await startMediaServer(source));
  const owned = resources.move();
  const request: ProxyStage["request"] = (method, fields = {}) =>
    rawRequest(server.port, { method, target: `/${film}`, fields: Object.entries(fields) });
  return {
    upstream,
    server,
    port: server.port,
    request,
    get: (fields) => request("GET", fields),
    lastDelivery: async (count = 1) => {
      for (let waits = 0; waits < 500 && server.deliveries.length < count; waits += 1) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      const last = server.deliveries.at(-1);
      if (last === undefined || server.deliveries.length < count) throw new Error("No delivery is over");
      return last;
    },
    [Symbol.asyncDispose]: async () => await owned.disposeAsync(),
  };
}

/** What a viewer got, in the terms that matter here. */
export function verdictOf(response: RawResponse, start: number, salt = 0): "whole" | "prefix" | "wrong bytes" {
  if (findPatternBreach(response.body, start, salt) !== -1) return "wrong bytes";
  return response.complete ? "whole" : "prefix";
}
