import { type SharingSliceStore, shareObject } from "../cache/index.ts";
import type { Composition } from "./compose.ts";
import type { ServerConfig } from "./config.ts";
import { listen, type ListenAddress } from "./listen.ts";
import type { ServerCache } from "./open-cache.ts";
import { openOwnerSocket } from "./owner-socket.ts";
import type { Logger } from "./log.ts";
import { followTlsFiles, type TlsFiles } from "./tls-identity.ts";
import type { WorkerReport } from "./worker-messages.ts";
import { planWorkers } from "./worker-plan.ts";
import type { WorkerPool } from "./worker-pool.ts";

/** Where viewers come in: the server itself, or workers in front of it. */
export interface Front extends AsyncDisposable {
  readonly address: ListenAddress;
  /** How many answers are under way. */
  countAnswers(): Promise<number>;
  /** Takes no new viewers, waits for those that are there, and cuts what is left after `timeoutMs`. @returns how many were cut */
  drain(timeoutMs: number): Promise<number>;
  /** Ends a drain now. */
  cut(): void;
}

/** What a front is opened with. */
export interface FrontParts {
  readonly cache: ServerCache | undefined;
  /** Absent where the server accepts viewers itself. */
  readonly workers: WorkerPool | undefined;
  /** Absent where plain http is spoken. */
  readonly tls: TlsFiles | undefined;
  readonly logger: Logger;
}

/** Starts listening. @throws {StartError} */
export function openFront(server: Composition, config: ServerConfig, parts: FrontParts): Promise<Front> {
  return parts.workers === undefined
    ? openSingle(server, config, parts)
    : openWorkers(server, config, parts, parts.workers);
}

async function openSingle(
  { http, drain }: Composition,
  config: ServerConfig,
  { tls, logger }: FrontParts,
): Promise<Front> {
  const address = await listen(http.server, config);
  const following = tls === undefined ? undefined : followTlsFiles(tls, http.server, logger);
  return {
    address,
    countAnswers: () => Promise.resolve(http.connections.answerCount),
    drain: (timeoutMs) => drain.begin(http.server, http.connections, timeoutMs),
    cut: drain.cut,
    async [Symbol.asyncDispose]() {
      following?.[Symbol.dispose]();
    },
  };
}

async function openWorkers(
  { http, drain, metrics }: Composition,
  config: ServerConfig,
  { cache, tls }: FrontParts,
  workers: WorkerPool,
): Promise<Front> {
  const store = cache?.store;
  const socket = await openOwnerSocket(http.server);
  store?.watchRemovals((selection) => workers.forget(selection));
  const address = await workers.start({
    plan: planWorkers(config, cache, { ownerSocket: socket.path, tls }),
    answer: (question) => (store === undefined ? Promise.resolve({}) : shareObject(store, question)),
    onReport: (report) => takeReport(report, metrics, store),
  });
  return {
    address,
    async countAnswers() {
      await workers.gather();
      return workers.answerCount;
    },
    async drain(timeoutMs) {
      const cutCount = await workers.drain(timeoutMs);
      // Nobody is left to ask.
      await drain.begin(http.server, http.connections, 0);
      return cutCount;
    },
    cut: () => workers.cut(),
    async [Symbol.asyncDispose]() {
      await workers.kill();
      await socket[Symbol.asyncDispose]();
    },
  };
}

function takeReport(
  { deliveries, uses }: WorkerReport,
  metrics: Composition["metrics"],
  store: SharingSliceStore | undefined,
): void {
  deliveries.forEach((report) => metrics.addReport(report));
  uses.forEach(({ object, version, indexes }) => store?.noteUses(object, version, indexes));
}
