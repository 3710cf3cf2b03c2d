import type { Socket } from "node:net";
import type { UpstreamRequest } from "./upstream-reply.ts";

const maxHeadBytes = 128 * 1024;

/** Reads a request head leniently: what matters here is what the peer meant. */
export function parseRequestHead(head: string): UpstreamRequest {
  const [requestLine = "", ...lines] = head.split("\r\n");
  const [method = "", target = ""] = requestLine.split(" ");
  const fields: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    fields[name] = fields[name] === undefined ? value : `${fields[name]}, ${value}`;
  }
  const [path = "", query = ""] = target.split("?", 2);
  return { method, target, key: decodeURIComponent(path).replace(/^\//, ""), query, fields, head };
}

/** Request heads of a connection, one by one; request bodies are not expected. */
export class HeadQueue {
  readonly #socket: Socket;
  #text = "";
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#text += chunk.toString("latin1");
      if (this.#text.length > maxHeadBytes) socket.destroy();
      this.#wake?.();
    });
    socket.on("close", () => this.#wake?.());
  }

  /** The next head, or `undefined` once the connection is gone. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const end = this.#text.indexOf("\r\n\r\n");
      if (end !== -1) {
        const head = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 4);
        return head;
      }
      if (this.#socket.destroyed) {
        return undefined;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
