import cluster, { type Worker } from "node:cluster";
import type { SliceAnswer, SliceQuestion } from "../cache/index.ts";
import type { ListenAddress } from "./listen.ts";
import type { WorkerNote, WorkerOrder, WorkerPlan, WorkerReport } from "./worker-messages.ts";

/** What a worker is started with. */
export interface WorkerProcessOptions {
  readonly plan: WorkerPlan;
  /** Answers what workers ask of the cache. */
  readonly answer: (question: SliceQuestion) => Promise<SliceAnswer>;
  readonly onReport: (report: WorkerReport) => void;
}

/** One worker, as the owner sees it. */
export class WorkerProcess {
  /** Where it listens. Rejects, with words for whoever started Sluice, where it cannot. */
  readonly listening: Promise<ListenAddress>;
  /** How it ended. */
  readonly ended: Promise<string>;
  /** Answers under way when it last reported. */
  answerCount = 0;
  cutCount = 0;
  readonly #worker: Worker;
  readonly #options: WorkerProcessOptions;
  readonly #startedAt = performance.now();
  readonly #listening = Promise.withResolvers<ListenAddress>();
  readonly #ended = Promise.withResolvers<string>();
  #problem: string | undefined;
  #reported = Promise.withResolvers<void>();

  constructor(options: WorkerProcessOptions) {
    this.#options = options;
    this.listening = this.#listening.promise;
    this.ended = this.#ended.promise;
    this.#worker = cluster.fork();
    closeWhatIsHandedOver(this.#worker);
    this.#worker.on("message", (note: WorkerNote) => this.#take(note));
    this.#worker.on("error", (error) => this.#end(error.message));
    this.#worker.once("exit", (code: number | null, signal: string | null) => {
      this.#end(this.#problem ?? (signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  get ageMs(): number {
    return performance.now() - this.#startedAt;
  }

  order(order: WorkerOrder): void {
    // It may be ending just now; what it was to be told then does not matter any more.
    if (this.#worker.isConnected()) {
      this.#worker.send(order, () => undefined);
    }
  }

  /** Resolves with its next report. */
  askReport(): Promise<void> {
    this.order({ kind: "report" });
    return this.#reported.promise;
  }

  async kill(): Promise<void> {
    this.#worker.process.kill("SIGKILL");
    await this.ended;
  }

  #end(how: string): void {
    this.#listening.reject(new Error(`A worker ended before it could listen: ${how}`));
    this.#reported.resolve();
    this.#ended.resolve(how);
  }

  #take(note: WorkerNote): void {
    switch (note.kind) {
      case "started":
        return this.order({ kind: "plan", plan: this.#options.plan });
      case "listening":
        return this.#listening.resolve(note.address);
      case "cannot-listen":
        this.#problem = note.message;
        return this.#listening.reject(new Error(note.message));
      case "drained":
        this.cutCount = note.cut;
        return;
      case "report":
        this.answerCount = note.report.answerCount;
        this.#options.onReport(note.report);
        this.#reported.resolve();
        this.#reported = Promise.withResolvers();
        return;
      case "ask":
        void this.#answer(note);
    }
  }

  async #answer({ id, question }: Extract<WorkerNote, { readonly kind: "ask" }>): Promise<void> {
    // What cannot be found out is not known: the worker then forwards the request, and its failure is told where it can be explained.
    const answer = await this.#options.answer(question).catch(() => ({}));
    this.order({ kind: "answer", id, answer });
  }
}

/**
 * The connection that is on its way to a worker when it dies is one that `cluster` forgets: open for ever, answered by nobody. Closed, it is
 * one that its viewer knows to be lost. There is one at most, and a handle that has been closed already takes no harm.
 */
function closeWhatIsHandedOver({ process: child }: Worker): void {
  const send = child.send.bind(child) as (...args: readonly unknown[]) => boolean;
  let handed: { close(): void } | undefined;
  child.send = (...args: readonly unknown[]) => {
    const [, handle] = args;
    if (typeof handle === "object" && handle !== null && "close" in handle && typeof handle.close === "function") {
      handed = handle as { close(): void };
    }
    return send(...args);
  };
  child.once("exit", () => handed?.close());
}
