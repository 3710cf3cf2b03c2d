import type { IncomingMessage, ServerResponse } from "node:http";
import { SourceError } from "../source/index.ts";
import { emptyBody, type Reply } from "./reply.ts";
import type { ReplyWriter } from "./reply-writer.ts";
import type { RequestHead } from "./request-head.ts";
import { writeTurns } from "./write-turns.ts";

/** Reads a Node request's head. */
export function nodeRequestHead(request: IncomingMessage): RequestHead {
  return {
    method: request.method ?? "GET",
    header(name) {
      const value = request.headers[name];
      return typeof value === "string" ? value : value?.join(", ");
    },
    wantsDownload: hasDownloadParameter(request.url ?? ""),
  };
}

/** True for `?download`, alone or among others, with any value but `0` and `false`. */
export function hasDownloadParameter(target: string): boolean {
  const query = target.indexOf("?");
  if (query === -1) {
    return false;
  }
  const value = new URLSearchParams(target.slice(query + 1)).get("download");
  return value !== null && value !== "0" && value !== "false";
}

/** Writes to Node's response: the fast path. A chunk stays lent until the socket has taken it. */
export class NodeReplyWriter implements ReplyWriter {
  readonly signal: AbortSignal;
  bodyBytes = 0;
  firstByteAt: number | undefined;
  readonly #response: ServerResponse;
  readonly #abort = new AbortController();
  #reply: Reply = { status: 500, headers: {}, body: emptyBody };
  #remainingBytes: number | undefined = 0;
  #failPendingWrite: ((error: Error) => void) | undefined;

  constructor(response: ServerResponse) {
    this.#response = response;
    this.signal = this.#abort.signal;
    if (response.destroyed) {
      this.#abort.abort();
      return;
    }
    writeTurns.enter();
    const { socket } = response.req;
    const onClose = (): void => {
      response.off("close", onClose);
      socket.off("close", onClose);
      this.#onClose();
    };
    response.on("close", onClose);
    // A pipelined response that waits behind another is not told that its connection has gone.
    socket.on("close", onClose);
  }

  get status(): number | undefined {
    return this.#response.headersSent ? this.#response.statusCode : undefined;
  }

  begin(reply: Reply): void {
    this.#reply = reply;
    this.#remainingBytes = reply.body.kind === "media" ? reply.body.lengthBytes : lengthOf(reply);
  }

  write(chunk: Uint8Array): Promise<void> {
    const turn = writeTurns.next();
    return turn === undefined ? this.#writeNow(chunk) : turn.then(() => this.#writeNow(chunk));
  }

  #writeNow(chunk: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#response.destroyed) {
        reject(viewerLeft());
        return;
      }
      const isLast = this.#account(chunk.length);
      this.#sendHead();
      // A response queued behind another on its connection never calls back once the connection is gone.
      this.#failPendingWrite = reject;
      const done = (error?: Error | null): void => {
        this.#failPendingWrite = undefined;
        if (error === undefined || error === null) {
          resolve();
        } else {
          reject(viewerLeft(error));
        }
      };
      if (isLast) {
        this.#response.end(chunk, done);
      } else {
        this.#response.write(chunk, done);
      }
    });
  }

  async end(): Promise<void> {
    const { body } = this.#reply;
    if (body.kind === "bytes") {
      return this.write(body.bytes);
    }
    if (this.#remainingBytes !== undefined && this.#remainingBytes !== 0) {
      throw new Error(`The body is ${this.#remainingBytes} bytes shorter than its Content-Length`);
    }
    if (!this.#response.writableEnded) {
      this.#sendHead();
      await new Promise<void>((resolve, reject) => {
        this.#failPendingWrite = reject;
        this.#response.end(() => resolve());
      });
    }
  }

  break(_reason: unknown): void {
    this.#response.destroy();
    this.#response.socket?.destroy();
  }

  #sendHead(): void {
    if (!this.#response.headersSent) {
      this.#response.writeHead(this.#reply.status, { ...this.#reply.headers });
      if (this.#reply.body.kind === "media") {
        this.firstByteAt = performance.now();
      }
    }
  }

  /** Counts a chunk against the length in the head; true where it is the last. */
  #account(lengthBytes: number): boolean {
    this.bodyBytes += lengthBytes;
    if (this.#remainingBytes === undefined) {
      return false;
    }
    this.#remainingBytes -= lengthBytes;
    if (this.#remainingBytes < 0) {
      throw new Error(`The body is ${-this.#remainingBytes} bytes longer than its Content-Length`);
    }
    return this.#remainingBytes === 0;
  }

  #onClose(): void {
    writeTurns.leave();
    if (!this.#response.writableFinished) {
      this.#abort.abort();
      this.#failPendingWrite?.(viewerLeft());
    }
  }
}

function lengthOf(reply: Reply): number {
  return reply.body.kind === "bytes" ? reply.body.bytes.length : 0;
}

function viewerLeft(cause?: Error): SourceError {
  return new SourceError("aborted", "Cannot write the answer: the viewer left", { cause });
}

/** Sends a reply that has no media, such as a problem. Never rejects: a viewer who has left needs no answer. */
export async function writeNodeReply(response: ServerResponse, reply: Reply): Promise<void> {
  const writer = new NodeReplyWriter(response);
  writer.begin(reply);
  await writer.end().catch(() => writer.break(undefined));
}
