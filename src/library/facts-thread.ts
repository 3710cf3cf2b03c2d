import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { SourceError } from "../source/index.ts";
import type { MediaFacts } from "./media-facts.ts";
import { headBytes, type ReadableObject, readObjectFacts } from "./object-facts.ts";
import { readRange } from "./object-window.ts";
import type { ReadFactsOptions } from "./read-media-facts.ts";

/** What the thread is told. `id` is of an object that is being read, `ask` of a range that the thread wants of it. */
export type FactsRequest =
  | {
      readonly type: "read";
      readonly id: number;
      readonly sizeBytes: number | undefined;
      readonly named: string | undefined;
      /** Its first bytes, as far as they are nearly always needed. */
      readonly head: Uint8Array;
    }
  | {
      readonly type: "bytes";
      readonly ask: number;
      /** Absent where they could not be read. */ readonly data?: Uint8Array;
    };

/** What it answers. */
export type FactsResponse =
  | { readonly type: "ask"; readonly id: number; readonly ask: number; readonly start: number; readonly end: number }
  | { readonly type: "facts"; readonly id: number; readonly facts: MediaFacts };

interface Reading {
  readonly object: ReadableObject;
  readonly options: ReadFactsOptions;
  readonly resolve: (facts: MediaFacts) => void;
  readonly reject: (error: unknown) => void;
  /** Why the object could not be read, which a parser may have taken for damage. */
  failure?: Error;
}

/** A thread takes longer to start than so many objects take to read. */
const fewObjects = 32;

/**
 * Reads tags in a thread of its own: parsers hold an event loop for as long as they take, and streams run in this one. Bytes are read here, where
 * the source is. The thread is started when there is enough for it to do, and anew where it ended.
 */
export class FactsThread implements AsyncDisposable {
  readonly #readings = new Map<number, Reading>();
  #worker: Worker | undefined;
  #lastId = 0;
  #isDisposed = false;

  /** As `readObjectFacts`. @throws {SourceError} */
  async read(object: ReadableObject, named: string | undefined, options: ReadFactsOptions = {}): Promise<MediaFacts> {
    const id = ++this.#lastId;
    if (id <= fewObjects) {
      return readObjectFacts(object, named, options);
    }
    const { sizeBytes } = object;
    const head = await readRange(object, { start: 0, end: Math.min(headBytes, sizeBytes ?? 0) }, options);
    if (this.#isDisposed) {
      throw new SourceError("aborted", "The scan that wanted its tags has ended");
    }
    const { promise, resolve, reject } = Promise.withResolvers<MediaFacts>();
    const reading: Reading = { object, options, resolve, reject };
    this.#readings.set(id, reading);
    this.#worker ??= this.#start();
    this.#worker.postMessage({ type: "read", id, sizeBytes, named, head } satisfies FactsRequest, [head.buffer]);
    const facts = await promise;
    if (reading.failure !== undefined) {
      throw reading.failure;
    }
    return facts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    await this.#worker?.terminate();
  }

  #start(): Worker {
    // Beside this file, with its own ending: `.ts` when run from the sources, `.js` when built.
    const file = new URL(`./facts-worker${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(file, { name: "sluice-tags" });
    worker.on("message", (response: FactsResponse) => this.#take(response));
    worker.on("error", (error) => this.#fail(worker, error));
    worker.on("exit", () => this.#fail(worker, undefined));
    return worker;
  }

  #take(response: FactsResponse): void {
    if (response.type === "ask") {
      void this.#answer(response);
      return;
    }
    this.#readings.get(response.id)?.resolve(response.facts);
    this.#readings.delete(response.id);
  }

  async #answer({ id, ask, start, end }: FactsResponse & { readonly type: "ask" }): Promise<void> {
    const reading = this.#readings.get(id);
    if (reading === undefined) {
      return;
    }
    const worker = this.#worker;
    try {
      const data = await readRange(reading.object, { start, end }, reading.options);
      worker?.postMessage({ type: "bytes", ask, data } satisfies FactsRequest, [data.buffer]);
    } catch (error) {
      reading.failure = error as Error;
      worker?.postMessage({ type: "bytes", ask } satisfies FactsRequest);
    }
  }

  /** What was being read is tried again by the next scan; which of it broke the thread nobody can tell. */
  #fail(worker: Worker, cause: unknown): void {
    if (this.#worker === worker) {
      this.#worker = undefined;
    }
    for (const { reject } of this.#readings.values()) {
      reject(new SourceError("bad-upstream", "The thread that reads tags has ended", { cause }));
    }
    this.#readings.clear();
  }
}
