import { once } from "node:events";
import { connect, type NetConnectOpts } from "node:net";
import { createInterface } from "node:readline";

/** A player's remote control: lines out, lines in. */
export interface LineChannel extends Disposable {
  send(line: string): void;
  /** The next line that `pick` makes something of; rejects after `timeoutMs` or when the player hangs up. */
  waitFor<Value>(pick: (line: string) => Value | undefined, timeoutMs: number): Promise<Value>;
}

/** Connects to a player's control socket. */
export async function openLineChannel(address: NetConnectOpts): Promise<LineChannel> {
  const socket = connect(address);
  await once(socket, "connect");
  const lines = createInterface(socket);
  let closed = false;
  lines.on("close", () => {
    closed = true;
  });
  // A player that ends resets its socket; readline passes that on as an error of its own.
  socket.on("error", () => lines.close());
  lines.on("error", () => lines.close());
  return {
    send: (line) => {
      socket.write(`${line}\n`);
    },
    waitFor: (pick, timeoutMs) => {
      return new Promise((resolve, reject) => {
        const onLine = (line: string): void => {
          const value = pick(line);
          if (value !== undefined) {
            settle();
            resolve(value);
          }
        };
        const onClose = (): void => {
          settle();
          reject(new Error("The player hung up"));
        };
        const timer = setTimeout(() => {
          settle();
          reject(new Error(`The player did not answer in ${timeoutMs} ms`));
        }, timeoutMs);
        const settle = (): void => {
          clearTimeout(timer);
          lines.off("line", onLine).off("close", onClose);
        };
        lines.on("line", onLine).on("close", onClose);
        if (closed) {
          onClose();
        }
      });
    },
    [Symbol.dispose]: () => {
      lines.close();
      socket.destroy();
    },
  };
}
