import { randomBytes } from "node:crypto";
import { checkSource } from "../api/index.ts";
import { isSearchableSource } from "../source/index.ts";
import { cacheNameOf } from "./cache-name.ts";
import { writeCacheNote } from "./cache-note.ts";
import { describeFailure } from "./check-sources.ts";
import { type Composition, composeServer } from "./compose.ts";
import type { ServerConfig } from "./config.ts";
import { assertReadableFolder, prepareWritableFolder } from "./folders.ts";
import { type Front, openFront } from "./front.ts";
import { formatOrigin, type ListenAddress, localOrigin, reachableOrigins, type Scheme } from "./listen.ts";
import type { Logger } from "./log.ts";
import { openBrowser } from "./open-browser.ts";
import { openCache, type ServerCache } from "./open-cache.ts";
import { openLibrary } from "./open-library.ts";
import { openTls } from "./open-tls.ts";
import { readVersion } from "./package-info.ts";
import { WorkerPool } from "./worker-pool.ts";

/** How {@link serve} reaches the world around it. */
export interface ServeContext {
  readonly logger: Logger;
  /** Writes one line to stdout. */
  readonly print: (line: string) => void;
  /** Calls back for each SIGTERM and SIGINT from now on. */
  readonly onStopSignal: (listener: (signal: NodeJS.Signals) => void) => void;
}

/**
 * Serves until told to stop, then drains.
 * @throws {StartError} where it cannot start
 */
export async function serve(config: ServerConfig, context: ServeContext): Promise<void> {
  const { logger, print } = context;
  await checkFolders(config);
  const tls = await openTls(config, logger);
  const scheme = tls === undefined ? "http" : "https";
  await using cache = await openCache(config, logger);
  const ownToken = randomBytes(32).toString("base64url");
  const adminTokens = [ownToken, ...(config.adminToken === undefined ? [] : [config.adminToken])];
  const workers = config.workers === 1 ? undefined : new WorkerPool({ count: config.workers, logger });
  await using library = await openLibrary(config, logger);
  const version = await readVersion();
  await using server = composeServer(config, {
    logger,
    version,
    cache,
    library,
    adminTokens,
    workers,
    tls: tls?.identity,
  });
  await using front = await openFront(server, config, { cache, workers, tls: tls?.files, logger });
  const { address } = front;
  const origin = localOrigin(address, scheme);
  await using _note = await leaveCacheNote(cache, config, { origin, token: ownToken }, logger);
  const stopped = stopOnSignal({ front, server }, config, context);
  print(`Sluice is listening on ${formatOrigin(address, scheme)}`);
  announce(address, scheme, config, logger);
  server.library?.startScans();
  warnOfUnreachableSources(server, config, logger);
  void warnOfSites(server, config, logger).catch((error: unknown) =>
    logger.warn({ err: error }, "sites cannot be told of"),
  );
  if (config.open) {
    const problem = await openBrowser(origin);
    if (problem !== undefined) {
      logger.warn(`${problem}. Open ${origin} yourself.`);
    }
  }
  await stopped;
}

async function checkFolders(config: ServerConfig): Promise<void> {
  for (const { name, location } of config.sources) {
    if (location.kind === "local") {
      await assertReadableFolder(name, location.root);
    }
  }
  if (config.isStateFolderChosen) {
    await prepareWritableFolder("--state", config.stateFolder);
  }
}

/** Tells `sluice cache` where to ask, for as long as the server runs. */
async function leaveCacheNote(
  cache: ServerCache | undefined,
  config: ServerConfig,
  server: { readonly origin: string; readonly token: string },
  logger: Logger,
): Promise<AsyncDisposable> {
  const { folder, store } = cache ?? {};
  const sources = Object.fromEntries(config.sources.map((entry) => [entry.name, cacheNameOf(entry)]));
  async function leave(note: { readonly server?: typeof server }): Promise<void> {
    if (folder !== undefined && store?.state.kind === "on") {
      await writeCacheNote(folder, { sources, ...note }).catch((error: unknown) => {
        logger.warn({ err: error }, `"sluice cache" will not find this server`);
      });
    }
  }
  await leave({ server });
  return { [Symbol.asyncDispose]: () => leave({}) };
}

/**
 * Under `npm start` one Ctrl-C arrives twice, from the terminal and from npm. What comes so soon after the first is no second thought.
 */
const sameSignalMs = 500;

/** The first signal drains, the second cuts. Resolves when nothing is left. */
function stopOnSignal(
  { front, server }: { readonly front: Front; readonly server: Composition },
  config: ServerConfig,
  context: ServeContext,
): Promise<void> {
  const { logger, onStopSignal } = context;
  return new Promise((resolve, reject) => {
    let toldAt: number | undefined;
    onStopSignal((signal) => {
      if (toldAt !== undefined) {
        if (performance.now() - toldAt < sameSignalMs) {
          return;
        }
        logger.info({ signal }, "told to stop again: cutting what is left");
        front.cut();
        return;
      }
      toldAt = performance.now();
      server.library?.api.endEvents();
      drainFront(front, signal, config, logger).then(resolve, reject);
    });
  });
}

async function drainFront(
  front: Front,
  signal: NodeJS.Signals,
  { drainTimeoutMs }: ServerConfig,
  logger: Logger,
): Promise<void> {
  logger.info({ signal, running: await front.countAnswers(), drainTimeoutMs }, "told to stop: draining");
  logger.info({ cut: await front.drain(drainTimeoutMs) }, "stopped");
}

function announce(address: ListenAddress, scheme: Scheme, config: ServerConfig, logger: Logger): void {
  const sources = Object.fromEntries(config.sources.map(({ name, location }) => [name, location.text]));
  logger.info({ sources, config: config.file }, "serving");
  for (const origin of reachableOrigins(address, scheme)) {
    logger.info({ address: origin }, `also reachable at ${origin}`);
  }
}

/** An extractor goes stale in weeks: the log should say so before viewers do. */
async function warnOfSites(server: Composition, config: ServerConfig, logger: Logger): Promise<void> {
  for (const { name } of config.sources) {
    const origin = server.originOf(name);
    if (origin !== undefined && isSearchableSource(origin)) {
      const { warnings, programAgeDays } = await origin.health();
      // What cannot be run at all is told as out of reach.
      (programAgeDays === undefined ? [] : warnings).forEach((warning) => logger.warn({ source: name }, warning));
    }
  }
}

/** Not a reason not to start: the others can be served, and this one may come back. */
function warnOfUnreachableSources(server: Composition, config: ServerConfig, logger: Logger): void {
  for (const entry of config.sources) {
    const mounted = server.sources.get(entry.name);
    if (mounted !== undefined && entry.location.kind !== "local") {
      checkSource(mounted.source, 15_000).catch((error: unknown) => {
        logger.warn({ source: entry.name }, `cannot reach source "${entry.name}": ${describeFailure(error, entry)}`);
      });
    }
  }
}
