import type { IncomingMessage, ServerResponse } from "node:http";
import type { PaceMeter } from "../bytes/index.ts";
import { SourceError } from "../source/index.ts";
import { emptyBody, type Reply } from "./reply.ts";
import type { ReplyWriter } from "./reply-writer.ts";
import type { RequestHead } from "./request-head.ts";
import { ViewerConnection } from "./viewer-connection.ts";
import { writeTurns } from "./write-turns.ts";

/** Reads a Node request's head. */
export function nodeRequestHead(request: IncomingMessage): RequestHead {
  return new NodeRequestHead(request);
}

class NodeRequestHead implements RequestHead {
  readonly method: string;
  readonly wantsDownload: boolean;
  readonly #headers: IncomingMessage["headers"];

  constructor(request: IncomingMessage) {
    this.method = request.method ?? "GET";
    this.wantsDownload = hasDownloadParameter(request.url ?? "");
    this.#headers = request.headers;
  }

  header(name: string): string | undefined {
    const value = this.#headers[name];
    return typeof value === "string" ? value : value?.join(", ");
  }
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
  bodyBytes = 0;
  firstByteAt: number | undefined;
  readonly #response: ServerResponse;
  readonly #connection: ViewerConnection;
  #reply: Reply = { status: 500, headers: {}, body: emptyBody };
  #remainingBytes: number | undefined = 0;
  #isOver = false;

  constructor(response: ServerResponse) {
    this.#response = response;
    this.#connection = ViewerConnection.of(response.req.socket);
    writeTurns.enter();
  }

  get signal(): AbortSignal {
    return this.#connection.signal;
  }

  get pace(): PaceMeter {
    return this.#connection.pace;
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
    return this.#whenTaken((done) => {
      const isLast = this.#account(chunk.length);
      this.#sendHead();
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
      await this.write(body.bytes);
    } else if (this.#remainingBytes !== undefined && this.#remainingBytes !== 0) {
      throw new Error(`The body is ${this.#remainingBytes} bytes shorter than its Content-Length`);
    } else if (!this.#response.writableEnded) {
      await this.#whenTaken((done) => {
        this.#sendHead();
        this.#response.end(done);
      });
    }
    this.#leave();
  }

  /** Hands something to the response; settles once the socket has taken it, or the viewer has left. */
  async #whenTaken(send: (done: (error?: Error | null) => void) => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = (): void => reject(viewerLeft());
    if (this.#response.destroyed || this.signal.aborted) {
      throw viewerLeft();
    }
    this.#connection.watch(fail);
    try {
      send((error) => (error === undefined || error === null ? resolve() : reject(viewerLeft(error))));
      await promise;
    } finally {
      this.#connection.unwatch(fail);
    }
  }

  break(_reason: unknown): void {
    this.#leave();
    this.#response.destroy();
    this.#response.socket?.destroy();
  }

  #sendHead(): void {
    if (!this.#response.headersSent) {
      this.#response.writeHead(this.#reply.status, this.#reply.headers);
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

  #leave(): void {
    if (!this.#isOver) {
      this.#isOver = true;
      writeTurns.leave();
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
