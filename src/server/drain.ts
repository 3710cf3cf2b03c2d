import { once } from "node:events";
import type { Server } from "node:http";
import type { RequestListener } from "../api/index.ts";
import { replyToProblem, writeNodeReply } from "../delivery/index.ts";
import type { Connections } from "./connections.ts";

/** Stops a server without cutting the streams that are running, for a while. */
export interface Drain {
  /** Wraps a listener: once draining, requests that arrive on connections still open are refused. */
  around(listener: RequestListener): RequestListener;
  /**
   * Stops listening, closes idle connections, lets running responses finish, and cuts what is left after `timeoutMs`.
   * @returns how many responses were cut
   */
  begin(server: Server, connections: Connections, timeoutMs: number): Promise<number>;
  /** Cuts what is left now; {@link begin} then returns. */
  cut(): void;
}

/** Creates a drain; one serves one server. */
export function createDrain(): Drain {
  let isDraining = false;
  const cutNow = Promise.withResolvers<void>();
  return {
    around(listener) {
      return (request, response) =>
        isDraining ? writeNodeReply(response, stoppingReply) : listener(request, response);
    },
    async begin(server, connections, timeoutMs) {
      isDraining = true;
      const closed = once(server, "close");
      server.close();
      connections.closeIdle();
      const timer = setTimeout(cutNow.resolve, timeoutMs);
      await Promise.race([closed, cutNow.promise]);
      clearTimeout(timer);
      const cutCount = connections.answerCount;
      server.closeAllConnections();
      await closed;
      return cutCount;
    },
    cut: cutNow.resolve,
  };
}

const stoppingReply = replyToProblem(
  {
    status: 503,
    code: "stopping",
    title: "Server is stopping",
    detail: "The server is about to stop and takes no new requests. Try again.",
    retryAfterSeconds: 5,
  },
  { connection: "close" },
);
