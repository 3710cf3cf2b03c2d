import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type RequestListener, streamMount } from "../api/index.ts";
import type { DeliveryRecord } from "../delivery/index.ts";
import { isSourceError } from "../source/index.ts";
import type { Logger } from "./log.ts";

/** Writes one line for every request. */
export interface RequestLog {
  /** Wraps a listener so that its requests are logged once they are over. */
  around(listener: RequestListener): (request: IncomingMessage, response: ServerResponse) => void;
  /** Resolves once the line of every request so far has been written. */
  settled(): Promise<void>;
  /** What the media handler of `source` reports to. */
  recordDelivery(source: string): (record: DeliveryRecord) => void;
}

/** The fields of a line. No query, no header: that is where tokens are. */
interface RequestLine {
  readonly method: string;
  readonly path: string;
  readonly remoteAddress: string | undefined;
  readonly source?: string;
  readonly key?: string;
  readonly status: number;
  /** Body bytes of media; of other answers, which are small, the head's too. */
  readonly bytes: number;
  readonly firstByteMs?: number | undefined;
  readonly durationMs: number;
  readonly upstreamRequests?: number;
  readonly upstreamBytes?: number;
  /** Absent where nothing was cut. */
  readonly upstreamResumes?: number;
  /** What the cache said to the first byte (RFC 9211); absent where nothing is cached. */
  readonly cache?: string;
  /** Of `bytes`, those that the cache had. What is neither from upstream nor a hit was shared with somebody else's fetch. */
  readonly hitBytes?: number;
  readonly outcome: DeliveryRecord["outcome"];
  readonly error?: string;
}

/** Where a request's delivery is noted until the line is written; handlers know of keys, not of requests. */
interface Slot {
  delivery: { readonly source: string; readonly record: DeliveryRecord } | undefined;
}

/**
 * Creates the log of requests.
 * @param viewerOf tells the viewer's address; by default that at the other end of the connection
 */
export function createRequestLog(
  logger: Logger,
  viewerOf: (request: IncomingMessage) => string | undefined = (request) => request.socket.remoteAddress,
): RequestLog {
  const slots = new AsyncLocalStorage<Slot>();
  let pendingCount = 0;
  let whenSettled = Promise.withResolvers<void>();
  return {
    around(listener) {
      return (request, response) => {
        const slot: Slot = { delivery: undefined };
        const startedAt = performance.now();
        pendingCount += 1;
        // Gone once the connection is.
        const remoteAddress = viewerOf(request);
        const { bytesWritten: bytesBefore } = request.socket;
        slots
          .run(slot, () => listener(request, response))
          .catch((error: unknown) => {
            logger.error({ err: error, path: pathOf(request) }, "request handler failed");
            response.destroy();
          })
          .then(() => (slot.delivery === undefined ? closed(response) : undefined))
          .then(() => {
            const durationMs = performance.now() - startedAt;
            const base = { method: request.method ?? "", path: pathOf(request), remoteAddress };
            write(logger, {
              ...base,
              ...(deliveryFields(slot) ?? plainFields(response, request.socket.bytesWritten - bytesBefore, durationMs)),
            });
          })
          .catch((error: unknown) => logger.error({ err: error }, "request could not be logged"))
          .finally(() => {
            pendingCount -= 1;
            if (pendingCount === 0) {
              whenSettled.resolve();
              whenSettled = Promise.withResolvers();
            }
          });
      };
    },
    settled() {
      return pendingCount === 0 ? Promise.resolve() : whenSettled.promise;
    },
    recordDelivery(source) {
      return (record) => {
        const slot = slots.getStore();
        if (slot !== undefined) {
          slot.delivery = { source, record };
        }
      };
    },
  };
}

async function closed(response: ServerResponse): Promise<void> {
  if (!response.closed) {
    await once(response, "close");
  }
}

function deliveryFields({ delivery }: Slot): Omit<RequestLine, "method" | "path" | "remoteAddress"> | undefined {
  if (delivery === undefined) {
    return undefined;
  }
  const { source, record } = delivery;
  return {
    source,
    key: record.key,
    status: record.status,
    bytes: record.bodyBytes,
    firstByteMs: rounded(record.firstByteMs),
    durationMs: rounded(record.durationMs) ?? 0,
    upstreamRequests: record.upstreamRequests,
    upstreamBytes: record.upstreamBytes,
    ...(record.upstreamResumes === 0 ? {} : { upstreamResumes: record.upstreamResumes }),
    ...(record.cacheStatus === undefined ? {} : cacheFields(record.cacheStatus, record.hitBytes)),
    outcome: record.outcome,
    ...(record.error === undefined ? {} : { error: describeError(record.error) }),
  };
}

function cacheFields(cacheStatus: string, hitBytes: number): Pick<RequestLine, "cache" | "hitBytes"> {
  return { cache: cacheStatus.replace(/^Sluice; /, ""), hitBytes };
}

function plainFields(
  response: ServerResponse,
  bytes: number,
  durationMs: number,
): Omit<RequestLine, "method" | "path" | "remoteAddress"> {
  const isComplete = response.writableFinished;
  const { statusCode } = response;
  return {
    status: response.headersSent ? statusCode : 499,
    bytes,
    durationMs: rounded(durationMs) ?? 0,
    outcome: !isComplete ? "aborted" : statusCode >= 400 ? "failed" : "complete",
  };
}

function write(logger: Logger, line: RequestLine): void {
  const isProbe = ["/healthz", "/readyz", "/metrics"].includes(line.path);
  if (line.status >= 500 && line.status !== 503) {
    logger.error(line, "request");
  } else if (line.status >= 500 || (line.outcome === "failed" && line.status < 400)) {
    // A busy source, or a connection broken because the body could not be completed.
    logger.warn(line, "request");
  } else if (isProbe) {
    logger.debug(line, "request");
  } else {
    logger.info(line, "request");
  }
}

/** The path alone, and of a hostile length only the beginning; of a signed address all but the signature, which would open the item. */
function pathOf(request: IncomingMessage): string {
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  const shown = path.startsWith(streamMount) ? withoutSignature(path) : path;
  return shown.length > 2048 || shown.length < path.length ? `${shown.slice(0, 2048)}...` : shown;
}

/** Of a part of a playlist, the signed address it is below: its own name opens nothing without that. */
function withoutSignature(path: string): string {
  const slash = path.indexOf("/", streamMount.length);
  const whole = slash === -1 ? path : path.slice(0, slash);
  return whole.slice(0, whole.lastIndexOf(".") + 1 || undefined);
}

/** Sources' messages are made for logs; of what is a mistake of ours the stack is needed. */
function describeError(error: unknown): string {
  if (isSourceError(error)) {
    return `${error.code}: ${error.message}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function rounded(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 10) / 10;
}
