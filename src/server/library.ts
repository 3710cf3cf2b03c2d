import { createTokenSigner } from "../access/index.ts";
import {
  type Api,
  type ApiSource,
  createAnyAudioRoutes,
  createApi,
  type FetchPicture,
  type MountedSource,
} from "../api/index.ts";
import { sourceIdOf } from "../catalog/index.ts";
import { isSearchableSource, type Source } from "../source/index.ts";
import type { ServerConfig } from "./config.ts";
import { LibraryScans } from "./library-scans.ts";
import type { Logger } from "./log.ts";
import type { OpenLibrary } from "./open-library.ts";
import { scannedSourceOf } from "./scanned-source-of.ts";
import { sourceIdentityOf } from "./source-identity.ts";

/** What a library is put together with. */
export interface LibraryParts {
  readonly opened: OpenLibrary;
  /** By name; what viewers are served from. */
  readonly sources: ReadonlyMap<string, MountedSource>;
  /** Fetches a picture from an address that a feed or a site gave. */
  readonly fetchPicture: FetchPicture;
  /** The source below its cache, which a scan must not fill. */
  readonly originOf: (name: string) => Source | undefined;
  readonly adminTokens: readonly string[];
  readonly version: string;
  readonly logger: Logger;
}

/** Search, playlists, addresses and scans over all sources. */
export interface Library extends AsyncDisposable {
  readonly api: Api;
  readonly anyAudio: ReturnType<typeof createAnyAudioRoutes>;
  /** Begins to keep the catalog true. */
  startScans(): void;
}

/** Puts the library together. Disposing of it does not close what was opened. */
export function createLibrary(config: ServerConfig, parts: LibraryParts): Library {
  const { opened, adminTokens, version, logger } = parts;
  const { catalog, keys } = opened;
  const onError = (error: unknown, path: string): void => logger.warn({ err: error, path }, "the API failed");
  const api = createApi({
    catalog,
    sources: apiSourcesOf(config, parts),
    signer: createTokenSigner(() => keys.keys()),
    services: {
      scan: (sourceId) => scans.scan(sourceId),
      fetchPicture: parts.fetchPicture,
    },
    version,
    publicOrigin: config.publicOrigin,
    adminTokens,
    allowedOrigins: config.allowedOrigins,
    onError,
  });
  const scans = new LibraryScans({
    catalog,
    targets: config.sources.flatMap((entry) => {
      const source = parts.originOf(entry.name);
      const root = entry.location.kind === "local" ? entry.location.root : undefined;
      return source === undefined ? [] : [{ scanned: scannedSourceOf(entry, source), root }];
    }),
    logger,
    intervalSeconds: config.scanIntervalSeconds,
    onChanged: (sourceId) => api.sourceChanged(sourceId),
  });
  return {
    api,
    anyAudio: createAnyAudioRoutes(api.context, { onError }),
    startScans: () => scans.start(),
    async [Symbol.asyncDispose]() {
      await scans[Symbol.asyncDispose]();
      api[Symbol.dispose]();
    },
  };
}

function apiSourcesOf(config: ServerConfig, { sources, originOf }: LibraryParts): readonly ApiSource[] {
  return config.sources.flatMap(({ name, location }) => {
    const mounted = sources.get(name);
    const origin = originOf(name);
    const searchable = origin !== undefined && isSearchableSource(origin) ? origin : undefined;
    return mounted === undefined ? [] : [{ ...mounted, sourceId: sourceIdOf(sourceIdentityOf(location)), searchable }];
  });
}
