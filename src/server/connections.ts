import type { Server } from "node:http";
import type { Socket } from "node:net";

/** A server's open connections, and how many answers each is waiting for or receiving. */
export class Connections {
  readonly #answers = new Map<Socket, number>();
  #closesIdle = false;

  /** Starts watching a server; before it listens. @param opened the event that brings the sockets which requests come on */
  constructor(server: Server, opened: "connection" | "secureConnection" = "connection") {
    server.on(opened, (socket: Socket) => {
      this.#answers.set(socket, 0);
      socket.once("close", () => this.#answers.delete(socket));
    });
    // In front of the listener that answers, so that the count is right while it runs.
    server.prependListener("request", ({ socket }, response) => {
      this.#add(socket, 1);
      response.once("close", () => {
        this.#add(socket, -1);
        // After the present callbacks, for a pipelined request is handed over by them.
        setImmediate(() => this.#closeIfIdle(socket));
      });
    });
  }

  /** Answers under way. */
  get answerCount(): number {
    return this.#answers.values().reduce((sum, count) => sum + count, 0);
  }

  /** True while an answer on this connection is under way. */
  isBusy(socket: Socket): boolean {
    return (this.#answers.get(socket) ?? 0) > 0;
  }

  /**
   * Closes every connection without an answer under way, now and as they become so. Node's own `closeIdleConnections` leaves those
   * that have not sent anything yet, and browsers open some in advance.
   */
  closeIdle(): void {
    this.#closesIdle = true;
    for (const socket of this.#answers.keys()) {
      this.#closeIfIdle(socket);
    }
  }

  #add(socket: Socket, step: number): void {
    const count = this.#answers.get(socket);
    if (count !== undefined) {
      this.#answers.set(socket, count + step);
    }
  }

  #closeIfIdle(socket: Socket): void {
    if (this.#closesIdle && !this.isBusy(socket)) {
      // Not `destroy`: the end of the last answer may still lie in the socket's buffer.
      socket.destroySoon();
    }
  }
}
