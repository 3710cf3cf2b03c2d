import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { applyFault } from "./apply-fault.ts";
import { type Fault, strikes } from "./fault.ts";
import { writeReply } from "./reply-writer.ts";
import { HeadQueue, parseRequestHead } from "./request-head.ts";
import { bytesObject, type UpstreamObject } from "./upstream-object.ts";
import { rightReply, type UpstreamReply, type UpstreamRequest } from "./upstream-reply.ts";

/** One request the origin has seen, and how far its answer got. */
export interface RequestRecord extends UpstreamRequest {
  /** Which connection it came on, counted from 1. */
  readonly connection: number;
  /** `undefined` until a status line was sent. */
  status: number | undefined;
  /** Body bytes handed to the socket so far. */
  bodyBytes: number;
}

/**
 * An HTTP/1.1 origin on 127.0.0.1 that answers rightly until it is told how to fail. For fault injection only: that sources
 * work is shown on real servers.
 */
export class FaultyUpstream implements AsyncDisposable {
  /** Every request since the start or the last {@link resetCounts}. */
  readonly requests: RequestRecord[] = [];
  readonly #objects = new Map<string, UpstreamObject>();
  readonly #faults = new Map<string, { faults: readonly Fault[]; requests: number }>();
  readonly #sockets = new Set<Socket>();
  #server: Server;
  #port: number;
  #connectionsOpened = 0;
  #connectionsBusy = 0;
  #resetOnAccept = false;

  private constructor(server: Server) {
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    this.#attach(server);
  }

  /** Starts on a free port. */
  static async start(): Promise<FaultyUpstream> {
    return new FaultyUpstream(await listen(0));
  }

  get port(): number {
    return this.#port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get connectionsOpened(): number {
    return this.#connectionsOpened;
  }

  get connectionsOpen(): number {
    return this.#sockets.size;
  }

  /** Connections on which an answer is under way. */
  get connectionsBusy(): number {
    return this.#connectionsBusy;
  }

  /** Body bytes handed to sockets: more than the peer has read by what lies in buffers between. */
  get bodyBytes(): number {
    return this.requests.reduce((sum, record) => sum + record.bodyBytes, 0);
  }

  /** Puts or replaces what is at `key`. */
  put(key: string, object: UpstreamObject | Uint8Array): void {
    this.#objects.set(key, object instanceof Uint8Array ? bytesObject(object) : object);
  }

  /** What is at `key` now. */
  versionAt(key: string): UpstreamObject | undefined {
    return this.#objects.get(key);
  }

  remove(key: string): void {
    this.#objects.delete(key);
  }

  /** From now on requests for `key` meet these faults, instead of those set before; with none, right answers again. */
  fault(key: string, ...faults: readonly Fault[]): void {
    this.#faults.set(key, { faults, requests: 0 });
  }

  resetCounts(): void {
    this.requests.length = 0;
    this.#connectionsOpened = 0;
  }

  /** Breaks every connection there is, idle or not. */
  breakConnections(how: "close" | "reset" = "close"): void {
    for (const socket of this.#sockets) {
      if (how === "reset") socket.resetAndDestroy();
      else socket.destroy();
    }
  }

  /** Accepts connections only to reset them. */
  resetOnAccept(on: boolean): void {
    this.#resetOnAccept = on;
  }

  /** Connections are refused until {@link resume}. */
  async refuse(): Promise<void> {
    this.breakConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** Listens on the same port again. */
  async resume(): Promise<void> {
    this.#server = await listen(this.#port);
    this.#attach(this.#server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) {
      await this.refuse();
    }
  }

  #attach(server: Server): void {
    server.on("connection", (socket: Socket) => {
      this.#connectionsOpened += 1;
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      // A peer that resets is what many of these tests are about; `close` follows.
      socket.on("error", () => {});
      if (this.#resetOnAccept) {
        socket.resetAndDestroy();
        return;
      }
      socket.setNoDelay(true);
      void this.#converse(socket, this.#connectionsOpened);
    });
  }

  /** Answers one request after another until the connection is gone. */
  async #converse(socket: Socket, connection: number): Promise<void> {
    const gone = new AbortController();
    socket.on("close", () => gone.abort());
    const heads = new HeadQueue(socket);
    try {
      for (;;) {
        const head = await heads.next();
        if (head === undefined || !(await this.#answerBusily(socket, head, connection, gone.signal))) {
          return;
        }
      }
    } catch (error) {
      // `drain` may have been awaited when the peer reset; that error comes before `close`.
      if (!gone.signal.aborted && !socket.destroyed) {
        socket.destroy();
        throw error;
      }
    }
  }

  async #answerBusily(socket: Socket, head: string, connection: number, signal: AbortSignal): Promise<boolean> {
    this.#connectionsBusy += 1;
    try {
      return await this.#answer(socket, head, connection, signal);
    } finally {
      this.#connectionsBusy -= 1;
    }
  }

  async #answer(socket: Socket, head: string, connection: number, signal: AbortSignal): Promise<boolean> {
    const request = parseRequestHead(head);
    const record: RequestRecord = { ...request, connection, status: undefined, bodyBytes: 0 };
    this.requests.push(record);
    const reply = this.#reply(request);
    const reusable = await writeReply(
      socket,
      reply,
      request.method,
      {
        onHead: (status) => {
          record.status = status;
        },
        onBodyBytes: (count) => {
          record.bodyBytes += count;
        },
        onReplace: (object) => this.#objects.set(request.key, object),
      },
      signal,
    );
    if (reusable && request.fields["connection"]?.toLowerCase() === "close") {
      socket.end();
      return false;
    }
    if (reusable && reply.closeIdleAfterMs !== undefined) {
      const timer = setTimeout(() => socket.end(), reply.closeIdleAfterMs);
      socket.once("data", () => clearTimeout(timer));
    }
    return reusable;
  }

  #reply(request: UpstreamRequest): UpstreamReply {
    const script = this.#faults.get(request.key);
    if (script !== undefined) script.requests += 1;
    const count = script?.requests ?? 0;
    const faults = (script?.faults ?? []).filter((fault) => strikes(fault, count, request.method));
    const right = rightReply(request, this.#objects.get(request.key), {
      range: faults.some(({ kind }) => kind === "ignore-range"),
      conditions: faults.some(({ kind }) => kind === "ignore-conditions"),
    });
    return faults.reduce(applyFault, right);
  }
}

async function listen(port: number): Promise<Server> {
  const server = createServer({ allowHalfOpen: false });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}
