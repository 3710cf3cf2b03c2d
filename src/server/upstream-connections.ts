import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

const channel = "net.client.socket";

/** Counts the connections this process has open to others, by whichever client; those of viewers are not among them. */
export class UpstreamConnections implements Disposable {
  #count = 0;
  readonly #onSocket = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    this.#count += 1;
    socket.once("close", () => {
      this.#count -= 1;
    });
  };

  constructor() {
    subscribe(channel, this.#onSocket);
  }

  get count(): number {
    return this.#count;
  }

  [Symbol.dispose](): void {
    unsubscribe(channel, this.#onSocket);
  }
}
