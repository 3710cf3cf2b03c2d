import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  createReadiness,
  createRequestListener,
  createRoutes,
  type MountedSource,
  type Readiness,
} from "../api/index.ts";
import { createMediaHandler, type MediaHandlerOptions } from "../delivery/index.ts";
import type { Source } from "../source/index.ts";
import { createHttpSource, createLocalSource, createS3Source } from "../sources/index.ts";
import type { ServerConfig } from "./config.ts";
import { createDrain, type Drain } from "./drain.ts";
import { createHttpServer, type HttpServer } from "./http-server.ts";
import type { Logger } from "./log.ts";
import { createRequestLog } from "./request-log.ts";
import type { SourceConfig } from "./source-config.ts";

/** A server put together and not yet listening. Disposing of it frees what its sources hold. */
export interface Composition extends AsyncDisposable {
  readonly http: HttpServer;
  readonly drain: Drain;
  readonly readiness: Readiness;
  readonly sources: ReadonlyMap<string, MountedSource>;
}

/** Puts the server together. */
export function composeServer(config: ServerConfig, logger: Logger): Composition {
  const requestLog = createRequestLog(logger);
  const drain = createDrain();
  const sources = new Map(
    config.sources.map((entry): [string, MountedSource] => {
      const source = createSource(entry);
      const onDelivered = requestLog.recordDelivery(entry.name);
      const handler = createMediaHandler(source, { ...deliveryOf(entry, config), onDelivered });
      return [entry.name, { name: entry.name, label: labelOf(entry), source, handler }];
    }),
  );
  const readiness = createReadiness(sources);
  const onError = (error: unknown, path: string): void => logger.warn({ err: error, path }, "page failed");
  const { fetch } = createRoutes({ sources, readiness, onError });
  const listener = createRequestListener({ sources, fetch });
  return {
    http: createHttpServer(requestLog.around(drain.around(listener))),
    drain,
    readiness,
    sources,
    async [Symbol.asyncDispose]() {
      // Cut requests end a moment after their connections; one that does not end must not keep the process.
      await Promise.race([requestLog.settled(), delay(1000, undefined, { ref: false })]);
      await Promise.allSettled(sources.values().map(({ source }) => source[Symbol.asyncDispose]()));
    },
  };
}

/** The source that a location means: the one place that knows the kinds there are. */
export function createSource({ location, headers, allowedRedirectOrigins, credentials }: SourceConfig): Source {
  switch (location.kind) {
    case "local":
      return createLocalSource({ root: location.root });
    case "http":
      return createHttpSource({
        baseUrl: location.baseUrl,
        ...(headers === undefined ? {} : { headers }),
        ...(allowedRedirectOrigins === undefined ? {} : { allowedRedirectOrigins }),
      });
    case "s3": {
      const { bucket, prefix, endpoint, region, pathStyle, anonymous } = location;
      return createS3Source({
        bucket,
        ...(prefix === undefined ? {} : { prefix }),
        ...(endpoint === undefined ? {} : { endpoint }),
        ...(region === undefined ? {} : { region }),
        ...(pathStyle === undefined ? {} : { pathStyle }),
        ...(anonymous === undefined ? {} : { anonymous }),
        ...(credentials === undefined ? {} : { credentials }),
      });
    }
  }
}

/** Viewers need not know where on the disk a folder lies. */
function labelOf({ location }: SourceConfig): string {
  return location.kind === "local" ? basename(location.root) : location.text;
}

function deliveryOf(entry: SourceConfig, config: ServerConfig): MediaHandlerOptions {
  const cacheControl = entry.cacheControl ?? config.cacheControl;
  const { redirectLifetimeSeconds } = entry;
  return {
    mode: entry.delivery,
    allowedOrigins: config.allowedOrigins,
    crossOriginResourcePolicy: config.crossOriginResourcePolicy,
    maxResponseBytes: config.maxResponseBytes,
    ...(cacheControl === undefined ? {} : { cacheControl }),
    ...(redirectLifetimeSeconds === undefined ? {} : { redirectLifetimeSeconds }),
  };
}
