import { get } from "node:http";

/** One request and how it went. */
export interface SingleResult {
  /** From opening the connection to the first byte of the body. */
  readonly firstByteMs: number;
  readonly bytes: number;
}

/** Asks for one range on a connection of its own and reads all of it. @throws {Error} where the answer is not a 206 of `bytes` bytes */
export function requestRange(port: number, path: string, range: string, bytes: number): Promise<SingleResult> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const request = get({ port, host: "127.0.0.1", path: `/${path}`, agent: false, headers: { range } }, (answer) => {
      let firstByteMs = Number.NaN;
      let received = 0;
      answer.on("data", (chunk: Buffer) => {
        firstByteMs = received === 0 ? performance.now() - startedAt : firstByteMs;
        received += chunk.length;
      });
      answer.once("error", reject);
      answer.once("end", () => {
        if (answer.statusCode === 206 && received === bytes) {
          resolve({ firstByteMs, bytes });
        } else {
          reject(new Error(`${range} of ${path} was answered ${answer.statusCode} with ${received} bytes`));
        }
      });
    });
    request.setTimeout(15_000, () => request.destroy(new Error(`${range} of ${path} stalled`)));
    request.once("error", reject);
  });
}
