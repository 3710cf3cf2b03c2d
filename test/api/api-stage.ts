import { cp } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createSigningKey, createTokenSigner, type StreamLifetime } from "../../src/access/index.ts";
import {
  type Api,
  type ApiSource,
  createAnyAudioRoutes,
  createApi,
  createReadiness,
  createRequestListener,
  createRoutes,
} from "../../src/api/index.ts";
import { type Catalog, openPostgresCatalog, openSqliteCatalog, sourceIdOf } from "../../src/catalog/index.ts";
import { createMediaHandler } from "../../src/delivery/index.ts";
import { createScanner } from "../../src/library/index.ts";
import type { SearchableSource, Source } from "../../src/source/index.ts";
import { createLocalSource } from "../../src/sources/index.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { type AnswerCheck, createAnswerCheck } from "./openapi-check.ts";

/** A server over a copy of the demo, scanned into a catalog of its own. Every answer of its API is checked against its document. */
export interface ApiStage extends AsyncDisposable {
  readonly origin: string;
  /** Where the copy lies. */
  readonly folder: string;
  readonly api: Api;
  readonly catalog: Catalog;
  /** Answers that were not as the document says. */
  readonly breaches: readonly string[];
  /** Errors that the server was told of. */
  readonly errors: readonly unknown[];
  /** Ids of sources whose scan was asked for. */
  readonly scans: readonly string[];
  /** The server's clock for signed addresses: how far it is ahead. */
  readonly clock: { aheadSeconds: number };
  ask(path: string, init?: RequestInit): Promise<Response>;
  json<Answer>(path: string, init?: RequestInit): Promise<Answer>;
  /** The id of the item of a title. */
  idOf(title: string): Promise<string>;
  rescan(): Promise<void>;
}

/** Options of {@link openApiStage}. */
export interface ApiStageOptions {
  /** Sources beside the demo that are searched at once, by name. */
  readonly searchable?: Readonly<Record<string, SearchableSource>> | undefined;
  readonly requireSigned?: boolean | undefined;
  /** Of the catalog. @default SQLite, in a file of the stage's own */
  readonly connectionString?: string | undefined;
  readonly lifetime?: StreamLifetime | undefined;
  readonly searchDeadlineMs?: number | undefined;
  readonly fetchPicture?: ((address: string) => Promise<Uint8Array>) | undefined;
}

/** Lets operators in. */
export const adminToken = "a-token-for-tests";
const identity = "file:///demo";

/** Opens a stage. */
export async function openApiStage(options: ApiStageOptions = {}): Promise<ApiStage> {
  const stack = new AsyncDisposableStack();
  const { path: folder } = stack.use(await createTemporaryFolder("api"));
  await cp(join(import.meta.dirname, "../../demo"), join(folder, "demo"), { recursive: true });
  const { connectionString } = options;
  const catalog = stack.use(
    connectionString === undefined
      ? await openSqliteCatalog({ path: join(folder, "catalog.db") })
      : await openPostgresCatalog({ connectionString }),
  );
  const demo = stack.use(createLocalSource({ root: join(folder, "demo") }));
  const scanner = createScanner({ catalog });
  const rescan = async (): Promise<void> => void (await scanner.scan({ identity, name: "demo", source: demo }));
  await rescan();

  const sources = [mount("demo", identity, demo)];
  for (const [name, searchable] of Object.entries(options.searchable ?? {})) {
    sources.push({ ...mount(name, searchable.location, searchable), searchable });
  }
  const [errors, scans, breaches]: [unknown[], string[], string[]] = [[], [], []];
  const clock = { aheadSeconds: 0 };
  const keys = [createSigningKey()];
  const now = (): number => Date.now() + clock.aheadSeconds * 1000;
  const api = stack.use(
    createApi({
      catalog,
      sources,
      signer: createTokenSigner(() => keys, { nowSeconds: () => Math.floor(now() / 1000) }),
      services: {
        scan: (sourceId) => sourceId === sourceIdOf(identity) && scans.push(sourceId) > 0,
        fetchPicture: options.fetchPicture,
      },
      version: "1.2.3",
      adminTokens: [adminToken],
      streamLifetime: options.lifetime,
      now,
      liveSearch: { deadlineMs: options.searchDeadlineMs ?? 500 },
      onError: (error) => errors.push(error),
    }),
  );
  const server = serve(api, sources, options.requireSigned ?? false);
  stack.defer(() => closeServer(server));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = createAsk(origin, createAnswerCheck(api.document), breaches);

  return {
    origin,
    folder: join(folder, "demo"),
    api,
    catalog,
    breaches,
    errors,
    scans,
    ask,
    rescan,
    clock,
    ...createReading(ask, catalog),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function createReading(ask: ApiStage["ask"], catalog: Catalog): Pick<ApiStage, "json" | "idOf"> {
  return {
    async json<Answer>(path: string, init?: RequestInit) {
      const response = await ask(path, init);
      if (!response.ok) {
        throw new Error(`${path}: ${response.status} ${await response.text()}`);
      }
      return (await response.json()) as Answer;
    },
    async idOf(title) {
      const { entries } = await catalog.listItems({ limit: 200 });
      const item = entries.find((entry) => entry.title === title);
      if (item === undefined) {
        throw new Error(`The demo has no "${title}", but ${entries.map((entry) => entry.title).join(", ")}`);
      }
      return item.id;
    },
  };
}

function mount(name: string, location: string, source: Source): ApiSource {
  return {
    name,
    label: `label of ${name}`,
    source,
    handler: createMediaHandler(source),
    sourceId: sourceIdOf(location),
  };
}

function serve(api: Api, sources: readonly ApiSource[], requireSigned: boolean): Server {
  const mounted = new Map(sources.map((source) => [source.name, source]));
  const anyAudio = createAnyAudioRoutes(api.context);
  const routes = createRoutes({ sources: mounted, readiness: createReadiness(mounted), api, anyAudio });
  const listener = createRequestListener({
    sources: mounted,
    fetch: routes.fetch,
    streams: api.streams,
    requireSigned,
  });
  return createServer((request, response) => void listener(request, response));
}

function createAsk(origin: string, check: AnswerCheck, breaches: string[]): ApiStage["ask"] {
  return async (path, init = {}) => {
    const response = await fetch(origin + path, { redirect: "manual", ...init });
    const mediaType = response.headers.get("content-type")?.split(";")[0];
    if (path.startsWith("/api/v3/") && mediaType !== "text/event-stream") {
      const text = response.status === 304 ? "" : await response.clone().text();
      const breach = check({ method: init.method ?? "GET", path, status: response.status, mediaType, text });
      breaches.push(...(breach === undefined ? [] : [breach]));
    }
    return response;
  };
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
