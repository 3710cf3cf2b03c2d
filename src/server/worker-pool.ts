import cluster from "node:cluster";
import { setTimeout as delay } from "node:timers/promises";
import type { SliceSelection } from "../cache/index.ts";
import type { ListenAddress } from "./listen.ts";
import type { Logger } from "./log.ts";
import { StartError } from "./start-error.ts";
import { WorkerProcess, type WorkerProcessOptions } from "./worker-process.ts";

/** Options of {@link WorkerPool}. */
export interface WorkerPoolOptions {
  readonly count: number;
  readonly logger: Logger;
}

/** First wait before a dead worker is replaced; each further death doubles it. */
const firstRestartMs = 100;
const longestRestartMs = 10_000;
/** A worker that has lived this long has not died of how it was started. */
const soundAfterMs = 10_000;
/** How long a worker may take to say what it has done. */
const gatherMs = 500;
/** What a drained worker needs to end. */
const endingMs = 3000;

/** The processes that accept viewers. One that dies is replaced, until the pool drains. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Set<WorkerProcess>();
  readonly #restarts = new Set<NodeJS.Timeout>();
  #address: ListenAddress | undefined;
  /** Set once the socket with "any free port" is lost: those who come after must have this one. */
  #lostPort: number | undefined;
  #isStopping = false;
  /** Deaths in a row. */
  #deaths = 0;
  restartCount = 0;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    // Evenly, and on every system; of a shared socket the kernel tends to wake the same one again and again.
    cluster.schedulingPolicy = cluster.SCHED_RR;
    cluster.setupPrimary({ args: [] });
  }

  /** Workers that run now. */
  get size(): number {
    return this.#workers.size;
  }

  /** Starts the workers and tells where they listen. @throws {StartError} */
  async start(options: WorkerProcessOptions): Promise<ListenAddress> {
    const workers = Array.from({ length: this.#options.count }, () => this.#startWorker(options));
    try {
      const [address] = await Promise.all(workers.map(({ listening }) => listening));
      if (address === undefined) {
        throw new TypeError("A pool needs workers");
      }
      this.#address = address;
      return address;
    } catch (error) {
      await this.kill();
      throw new StartError(1, error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  /** Tells every worker that slices are dropped. */
  forget(selection: SliceSelection): void {
    this.#workers.forEach((worker) => worker.order({ kind: "forget", selection }));
  }

  /** Answers under way, as workers last said. */
  get answerCount(): number {
    return [...this.#workers].reduce((sum, { answerCount }) => sum + answerCount, 0);
  }

  /** Has all workers say what they have done. */
  async gather(): Promise<void> {
    const patience = delay(gatherMs, undefined, { ref: false });
    await Promise.all([...this.#workers].map((worker) => Promise.race([worker.askReport(), patience])));
  }

  /** Takes no new viewers, lets running answers finish, and cuts what is left after `timeoutMs`. @returns how many were cut */
  async drain(timeoutMs: number): Promise<number> {
    this.#stop();
    const workers = [...this.#workers];
    workers.forEach((worker) => worker.order({ kind: "drain", timeoutMs }));
    const late = delay(timeoutMs + endingMs, undefined, { ref: false }).then(() => this.kill());
    await Promise.race([Promise.all(workers.map(({ ended }) => ended)), late]);
    return workers.reduce((sum, { cutCount }) => sum + cutCount, 0);
  }

  /** Ends a drain now. */
  cut(): void {
    this.#workers.forEach((worker) => worker.order({ kind: "cut" }));
  }

  /** Ends all workers at once. */
  async kill(): Promise<void> {
    this.#stop();
    await Promise.all([...this.#workers].map((worker) => worker.kill()));
  }

  #stop(): void {
    this.#isStopping = true;
    this.#restarts.forEach((timer) => clearTimeout(timer));
  }

  #startWorker(options: WorkerProcessOptions): WorkerProcess {
    const { plan } = options;
    const port = this.#lostPort ?? plan.listen.port;
    const worker = new WorkerProcess({ ...options, plan: { ...plan, listen: { ...plan.listen, port } } });
    this.#workers.add(worker);
    worker.listening.then(
      (address) => this.#keepPort(worker, address),
      () => undefined,
    );
    void worker.ended.then((how) => {
      this.#workers.delete(worker);
      if (!this.#isStopping && this.#address !== undefined) {
        this.#replace(worker, how, options);
      }
    });
    return worker;
  }

  /** The system closes the socket with the last worker; one that was told to take any free port then comes up at another. */
  #keepPort(worker: WorkerProcess, { port }: ListenAddress): void {
    if (this.#address !== undefined && port !== this.#address.port) {
      this.#lostPort = this.#address.port;
      void worker.kill();
    }
  }

  #replace(worker: WorkerProcess, how: string, options: WorkerProcessOptions): void {
    this.#deaths = worker.ageMs > soundAfterMs ? 1 : this.#deaths + 1;
    const restartInMs = Math.min(firstRestartMs * 2 ** (this.#deaths - 1), longestRestartMs);
    this.#options.logger.error({ worker: worker.pid, restartInMs }, `a worker has ended: ${how}; another is started`);
    const timer = setTimeout(() => {
      this.#restarts.delete(timer);
      this.restartCount += 1;
      if (this.#workers.size === 0) {
        this.#lostPort = this.#address?.port;
      }
      this.#startWorker(options);
    }, restartInMs);
    this.#restarts.add(timer);
  }
}
