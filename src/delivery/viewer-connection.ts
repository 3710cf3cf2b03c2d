import type { Socket } from "node:net";
import { PaceMeter } from "../bytes/index.ts";

const connections = new WeakMap<Socket, ViewerConnection>();

/**
 * A viewer's connection, as far as the answers on it need to know when it has gone. One for all its requests: a controller and two listeners
 * for each request cost more than a small answer.
 */
export class ViewerConnection {
  /** How quickly it takes what is written: what one answer has learnt serves the next. */
  readonly pace: PaceMeter = new PaceMeter();
  readonly #abort = new AbortController();
  readonly #failures = new Set<() => void>();

  /** The one that belongs to a socket. */
  static of(socket: Socket): ViewerConnection {
    let connection = connections.get(socket);
    if (connection === undefined) {
      connection = new ViewerConnection(socket);
      connections.set(socket, connection);
    }
    return connection;
  }

  private constructor(socket: Socket) {
    if (socket.destroyed) {
      this.#abort.abort();
    } else {
      socket.once("close", () => this.#onClose());
    }
  }

  /** Fires when it is gone. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Calls `fail` when the connection goes, unless {@link unwatch} comes first. A response queued behind another is not told of that itself. */
  watch(fail: () => void): void {
    this.#failures.add(fail);
  }

  unwatch(fail: () => void): void {
    this.#failures.delete(fail);
  }

  #onClose(): void {
    this.#abort.abort();
    for (const fail of this.#failures) {
      fail();
    }
    this.#failures.clear();
  }
}
