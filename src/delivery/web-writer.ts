import { SourceError } from "../source/index.ts";
import { hasDownloadParameter } from "./node-writer.ts";
import { emptyBody, type Reply } from "./reply.ts";
import type { ReplyWriter } from "./reply-writer.ts";
import type { RequestHead } from "./request-head.ts";

/** Reads a Web request's head. */
export function webRequestHead(request: Request): RequestHead {
  return {
    method: request.method,
    header: (name) => request.headers.get(name) ?? undefined,
    wantsDownload: hasDownloadParameter(request.url),
  };
}

/** Statuses whose `Response` must be made with a null body. */
const bodilessStatuses = new Set([101, 204, 205, 304]);

/** Makes a Web `Response` whose stream pulls from the source: one chunk is under way at a time. */
export class WebReplyWriter implements ReplyWriter {
  readonly signal: AbortSignal;
  /** Resolves with the first body byte, or at the end of an answer without one. */
  readonly response: Promise<Response>;
  status: number | undefined;
  bodyBytes = 0;
  firstByteAt: number | undefined;
  readonly #abort = new AbortController();
  #reply: Reply = { status: 500, headers: {}, body: emptyBody };
  #resolveResponse: (response: Response) => void = () => undefined;
  #rejectResponse: (reason: unknown) => void = () => undefined;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #resume: (() => void) | undefined;

  constructor(requestSignal: AbortSignal) {
    this.signal = AbortSignal.any([requestSignal, this.#abort.signal]);
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    this.response = promise;
    this.#resolveResponse = resolve;
    this.#rejectResponse = reject;
    this.signal.addEventListener("abort", () => this.#resume?.(), { once: true });
  }

  begin(reply: Reply): void {
    this.#reply = reply;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#assertPresent();
    if (this.#controller === undefined) {
      this.firstByteAt = performance.now();
      this.#respond(this.#createBody());
    }
    this.bodyBytes += chunk.length;
    // A copy: the stream's reader keeps what he is given, while the chunk is only lent.
    this.#controller?.enqueue(chunk.slice());
    if ((this.#controller?.desiredSize ?? 0) <= 0) {
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
      });
      this.#assertPresent();
    }
  }

  async end(): Promise<void> {
    const { body } = this.#reply;
    if (this.#controller === undefined) {
      this.#respond(body.kind === "bytes" ? body.bytes : null);
      this.bodyBytes += body.kind === "bytes" ? body.bytes.length : 0;
      return;
    }
    this.#controller.close();
  }

  break(reason: unknown): void {
    this.#rejectResponse(reason);
    try {
      this.#controller?.error(reason);
    } catch {
      // Cancelled by its reader already.
    }
  }

  #createBody(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => {
        this.#resume?.();
      },
      cancel: () => {
        this.#abort.abort();
      },
    });
  }

  #respond(body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null): void {
    const { status, headers } = this.#reply;
    this.status = status;
    const init = { status, headers: { ...headers } };
    this.#resolveResponse(new Response(bodilessStatuses.has(status) ? null : body, init));
  }

  #assertPresent(): void {
    if (this.signal.aborted) {
      throw new SourceError("aborted", "Cannot write the answer: the viewer left");
    }
  }
}
