/**
 * Reads so many bytes of an object and throws the bytes away: `node stream-client.ts PORT BYTES`. Asks like a browser,
 * `bytes=0-`, and asks on where a server ends its answer early (fixed windows). One reused 64 KiB buffer, no HTTP
 * library: it must cost less than any server under test, and larger buffers were slower (they fall out of the CPU's cache).
 */
import { connect, type Socket } from "node:net";
import { OBJECT_PATH } from "../fixture.ts";
import { AnswerReader } from "./answer-reader.ts";
import type { LoadResult } from "./load-result.ts";

const READ_BUFFER_BYTES = 64 * 1024;

function readObject(port: number, wantedBytes: number): Promise<LoadResult> {
  const { promise, resolve, reject } = Promise.withResolvers<LoadResult>();
  const reader = new AnswerReader();
  const startedAt = performance.now();
  const cpuAtStart = process.cpuUsage();
  const socket = openSocket();

  function openSocket(): Socket {
    const buffer = Buffer.allocUnsafe(READ_BUFFER_BYTES);
    const opened = connect({
      port,
      host: "127.0.0.1",
      onread: { buffer, callback: (length) => onBytes(buffer, length) },
    });
    opened.once("error", reject);
    opened.once("close", () => reject(new Error(`The connection closed after ${reader.bodyBytes} bytes`)));
    opened.write(request());
    return opened;
  }

  function onBytes(buffer: Buffer, length: number): boolean {
    const answerIsComplete = reader.take(buffer.subarray(0, length));
    if (reader.bodyBytes >= wantedBytes) {
      const seconds = (performance.now() - startedAt) / 1000;
      const cpu = process.cpuUsage(cpuAtStart);
      const clientCpuSeconds = (cpu.user + cpu.system) / 1e6;
      resolve({ seconds, bytes: reader.bodyBytes, requests: reader.answers, clientCpuSeconds });
      socket.destroy();
    } else if (answerIsComplete) {
      socket.write(request());
    }
    return true;
  }

  function request(): string {
    return `GET /${OBJECT_PATH} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nRange: bytes=${reader.bodyBytes}-\r\n\r\n`;
  }

  return promise;
}

const [port, wantedBytes] = process.argv.slice(2).map(Number);
if (port === undefined || wantedBytes === undefined) {
  throw new Error("Usage: node stream-client.ts PORT BYTES");
}
console.log(JSON.stringify(await readObject(port, wantedBytes)));
