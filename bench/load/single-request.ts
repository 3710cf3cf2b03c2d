import { connect } from "node:net";
import { AnswerReader } from "./answer-reader.ts";

/** One request and how it went. */
export interface SingleResult {
  /** From opening the connection to the first byte of the answer. */
  readonly firstByteMs: number;
  readonly bytes: number;
}

/** All connections read into it: what they read is counted, and none of it kept. */
const sharedBuffer = Buffer.allocUnsafe(64 * 1024);

/**
 * Asks for one range on a connection of its own and reads all of it. On a bare socket: Node's HTTP client takes so long over twenty requests
 * made at once that it would measure itself.
 * @throws {Error} where the answer is not a 206 of `bytes` bytes
 */
export function requestRange(port: number, path: string, range: string, bytes: number): Promise<SingleResult> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const reader = new AnswerReader();
    let firstByteMs = Number.NaN;
    const fail = (what: string): void => {
      socket.destroy();
      reject(new Error(`${range} of ${path} ${what}`));
    };
    const callback = (length: number): boolean => {
      firstByteMs = Number.isNaN(firstByteMs) ? performance.now() - startedAt : firstByteMs;
      try {
        if (reader.take(sharedBuffer.subarray(0, length))) {
          socket.destroy();
          if (reader.bodyBytes === bytes) {
            resolve({ firstByteMs, bytes });
          } else {
            fail(`was answered with ${reader.bodyBytes} bytes`);
          }
        }
      } catch (error) {
        fail(`was answered wrongly: ${error instanceof Error ? error.message : String(error)}`);
      }
      return true;
    };
    const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread: { buffer: sharedBuffer, callback } });
    socket.setTimeout(15_000, () => fail("stalled"));
    socket.once("error", (error) => fail(`failed: ${error.message}`));
    socket.once("close", () => fail("was cut"));
    socket.write(`GET /${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nRange: ${range}\r\nConnection: close\r\n\r\n`);
  });
}
