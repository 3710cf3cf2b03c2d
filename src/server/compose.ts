import { setTimeout as delay } from "node:timers/promises";
import {
  type CacheMount,
  type CacheReadiness,
  createCacheAdmin,
  createReadiness,
  createRequestListener,
  createRoutes,
  type FetchPicture,
  openPlayerPages,
  type MountedSource,
  type Readiness,
  type RequestListener,
} from "../api/index.ts";
import { type CachedSource, cachedSource } from "../cache/index.ts";
import type { Catalog } from "../catalog/index.ts";
import { createMediaHandler, type DeliveryRecord } from "../delivery/index.ts";
import { type Source, SourceError, type UpstreamMeter } from "../source/index.ts";
import {
  createFeedSource,
  createHttpSource,
  createLocalSource,
  createS3Source,
  createYtdlpSource,
  OutboundClient,
} from "../sources/index.ts";
import { cacheNameOf } from "./cache-name.ts";
import type { ServerConfig } from "./config.ts";
import { createDrain, type Drain } from "./drain.ts";
import { egressOf } from "./egress-of.ts";
import { enclosuresOf } from "./enclosures-of.ts";
import { forwardedViewer } from "./forwarded-fields.ts";
import { createHttpServer, type HttpServer } from "./http-server.ts";
import { createLibrary, type Library } from "./library.ts";
import type { Logger } from "./log.ts";
import { measuredSource } from "./measured-source.ts";
import { createMetrics, type Metrics, type WorkerFigures } from "./metrics.ts";
import { createCacheWatch, type ServerCache } from "./open-cache.ts";
import type { OpenLibrary } from "./open-library.ts";
import { playerFolder } from "./package-info.ts";
import { createRequestLog } from "./request-log.ts";
import type { SourceConfig } from "./source-config.ts";
import type { TlsIdentity } from "./tls-identity.ts";
import { deliveryOf, labelOf } from "./source-delivery.ts";
import { UpstreamConnections } from "./upstream-connections.ts";

/** A server put together and not yet listening. Disposing of it frees what its sources hold. */
export interface Composition extends AsyncDisposable {
  readonly http: HttpServer;
  readonly drain: Drain;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly sources: ReadonlyMap<string, MountedSource>;
  /** A source with nothing around it. */
  readonly originOf: (name: string) => Source | undefined;
  readonly library: Library | undefined;
}

/** What a server is put together with. */
export interface ServerParts {
  readonly logger: Logger;
  readonly version: string;
  /** Absent where there is to be no library. Not disposed of with the server. */
  readonly library: OpenLibrary | undefined;
  /** Absent where nothing is to be kept. Not disposed of with the server. */
  readonly cache: ServerCache | undefined;
  /** Each lets an operator in. */
  readonly adminTokens: readonly string[];
  /** What the server proves its name with; absent: it speaks plain http. */
  readonly tls?: TlsIdentity | undefined;
  /** Where others accept the viewers: what arrives here then comes from them alone. */
  readonly workers?: WorkerFigures | undefined;
}

/** Of pictures that feeds and sites point at. */
const pictureLimits = { maxBytes: 20 * 1024 * 1024, timeoutMs: 15_000 };

/** Puts the server together. */
export function composeServer(config: ServerConfig, parts: ServerParts): Composition {
  const { logger, cache, adminTokens, workers, library: opened, version } = parts;
  const viewerOf = workers === undefined ? undefined : forwardedViewer;
  const requestLog = createRequestLog(logger, viewerOf);
  const drain = createDrain();
  const connections = new UpstreamConnections();
  const layers = new Map(config.sources.map((entry) => [entry.name, layerSource(entry, cache, opened?.catalog)]));
  const metrics = createMetrics({ sources: layers, cache, connections, workers });
  const watchCache = cache === undefined ? () => undefined : createCacheWatch(cache, logger);
  const sources = mountSources(config, layers, (name) => [
    requestLog.recordDelivery(name),
    metrics.recordDelivery(name),
    watchCache,
  ]);
  const readiness = createReadiness(sources, { cache: cache === undefined ? undefined : () => readinessOf(cache) });
  const onError = (error: unknown, path: string): void => logger.warn({ err: error, path }, "page failed");
  const store = cache?.store;
  const admin = { cache: store && createCacheAdmin(store, mountsOf(config, layers)), tokens: adminTokens };
  const originOf = (name: string): Source | undefined => layers.get(name)?.origin;
  const pictures = createPictureFetcher(config);
  const library =
    opened &&
    createLibrary(config, { opened, sources, originOf, fetchPicture: pictures.fetch, adminTokens, version, logger });
  const { api, anyAudio } = library ?? {};
  // Without a library it would have nothing to show: the plain listing is better then.
  const player = library && openPlayerPages({ folder: playerFolder });
  const { fetch } = createRoutes({ sources, readiness, metrics, admin, api, anyAudio, player, onError });
  const { requireSigned } = config;
  const answerWhole = createRequestListener({ sources, fetch, streams: api?.streams, requireSigned, viewerOf });
  // The answer that a part belongs to is counted by the worker that gives it.
  const partSources = mountSources(config, layers, (name) => [requestLog.recordDelivery(name), watchCache]);
  const answerPart = createRequestListener({ sources: partSources, fetch });
  const listener: RequestListener =
    workers === undefined
      ? answerWhole
      : (request, response) => (forwardedViewer(request) === undefined ? answerPart : answerWhole)(request, response);
  return {
    // Workers ask over a socket of the file system, where nobody else listens.
    http: createHttpServer(requestLog.around(drain.around(listener)), {
      tls: workers === undefined ? parts.tls : undefined,
    }),
    drain,
    readiness,
    metrics,
    sources,
    originOf,
    library,
    async [Symbol.asyncDispose]() {
      await library?.[Symbol.asyncDispose]();
      // Cut requests end a moment after their connections; one that does not end must not keep the process.
      await Promise.race([requestLog.settled(), delay(1000, undefined, { ref: false })]);
      await Promise.allSettled(sources.values().map(({ source }) => source[Symbol.asyncDispose]()));
      pictures[Symbol.dispose]();
      connections[Symbol.dispose]();
    },
  };
}

/** Every source with a handler, whose deliveries are told to those who observe the source. */
function mountSources(
  config: ServerConfig,
  layers: ReadonlyMap<string, LayeredSource>,
  observersOf: (name: string) => readonly ((record: DeliveryRecord) => void)[],
): ReadonlyMap<string, MountedSource> {
  return new Map(
    config.sources.flatMap((entry): [string, MountedSource][] => {
      const { name } = entry;
      const source = layers.get(name)?.source;
      if (source === undefined) {
        return [];
      }
      const observers = observersOf(name);
      const handler = createMediaHandler(source, {
        ...deliveryOf(entry, config),
        onDelivered: (record) => observers.forEach((observe) => observe(record)),
      });
      return [[name, { name, label: labelOf(entry), source, handler }]];
    }),
  );
}

/** Fetches what sources point at. Whom it may ask is each source's to say: a feed in a LAN has its covers there. */
function createPictureFetcher(config: ServerConfig): Disposable & { readonly fetch: FetchPicture } {
  const clients = new Map(config.sources.map(({ name, location }) => [name, new OutboundClient(egressOf(location))]));
  return {
    async fetch(address, { source, signal }) {
      const client = clients.get(source);
      if (client === undefined) {
        throw new SourceError("not-found", `Cannot fetch a picture for "${source}": there is no such source`);
      }
      return (await client.fetchBytes(address, { ...pictureLimits, signal })).bytes;
    },
    [Symbol.dispose]: () => clients.forEach((client) => client[Symbol.dispose]()),
  };
}

/** A source with what was put around it. */
interface LayeredSource {
  readonly source: Source;
  /** Itself, with nothing around it. */
  readonly origin: Source;
  /** What it costs upstream, all in all. */
  readonly upstream: Readonly<UpstreamMeter>;
  readonly cached: CachedSource | undefined;
  readonly cache: CachedSource["counters"] | undefined;
}

function layerSource(entry: SourceConfig, cache: ServerCache | undefined, catalog: Catalog | undefined): LayeredSource {
  const upstream = { requests: 0, bytes: 0 };
  const created = createSource(entry, catalog);
  // A folder has no upstream, and its bytes' path is best kept short.
  const source = entry.location.kind === "local" ? created : measuredSource(created, upstream);
  if (entry.caching === undefined || cache?.store === undefined) {
    return { source, origin: created, upstream, cached: undefined, cache: undefined };
  }
  const cached = cachedSource(source, cache.store, { ...entry.caching, name: cacheNameOf(entry) });
  return { source: cached, origin: created, upstream, cached, cache: cached.counters };
}

function mountsOf(config: ServerConfig, layers: ReadonlyMap<string, LayeredSource>): readonly CacheMount[] {
  return config.sources.map((entry) => {
    const cached = layers.get(entry.name)?.cached;
    return { name: entry.name, cacheName: cacheNameOf(entry), purge: cached && ((path) => cached.purge(path)) };
  });
}

/** Whoever asks for it need not know where on the disk the cache lies. */
function readinessOf({ state, folder }: ServerCache): CacheReadiness {
  return state.kind === "on"
    ? { state: "on" }
    : { state: "off", detail: state.reason.replaceAll(`the cache folder ${folder}`, "the cache folder") };
}

/** A folder as a source, for workers too. */
export function createFolderSource(root: string): Source {
  return createLocalSource({ root });
}

/**
 * The source that a location means: the one place that knows the kinds there are.
 * @param catalog where episodes of feeds are looked up; without it feeds can be read, and their episodes not played
 */
export function createSource(entry: SourceConfig, catalog?: Pick<Catalog, "item">): Source {
  const { location, headers, allowedRedirectOrigins, credentials } = entry;
  switch (location.kind) {
    case "local":
      return createFolderSource(location.root);
    case "http":
      return createHttpSource({
        baseUrl: location.baseUrl,
        ...(headers === undefined ? {} : { headers }),
        ...(allowedRedirectOrigins === undefined ? {} : { allowedRedirectOrigins }),
      });
    case "feed": {
      const { address, allowedNetworks } = location;
      return createFeedSource({ address, allowedNetworks, enclosureOf: enclosuresOf(location, catalog) });
    }
    case "ytdlp":
      return createYtdlpSource(location.options);
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
