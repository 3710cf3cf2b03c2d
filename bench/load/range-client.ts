/**
 * Asks for random ranges of one size over many keep-alive connections, each its next as soon as it has the last:
 * `node range-client.ts PORT OBJECT_BYTES RANGE_BYTES CONNECTIONS SECONDS`. All connections read into one 64 KiB buffer.
 */
import { connect } from "node:net";
import { OBJECT_PATH } from "../fixture.ts";
import { AnswerReader } from "./answer-reader.ts";
import type { LoadResult } from "./load-result.ts";

const sharedBuffer = Buffer.allocUnsafe(64 * 1024);

const [port = 0, objectBytes = 0, rangeBytes = 0, connections = 0, seconds = 0] = process.argv.slice(2).map(Number);

/** A multiplicative generator (Park and Miller) with one seed: every server is asked for the same ranges in the same order. */
let state = 20_240_229;
function nextRequest(): string {
  state = (state * 48_271) % 2_147_483_647;
  const start = Math.floor((state / 2_147_483_647) * (objectBytes - rangeBytes));
  const range = `Range: bytes=${start}-${start + rangeBytes - 1}`;
  return `GET /${OBJECT_PATH} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${range}\r\n\r\n`;
}

function openConnection(): AnswerReader {
  const reader = new AnswerReader();
  const callback = (length: number): boolean => {
    if (reader.take(sharedBuffer.subarray(0, length))) {
      socket.write(nextRequest());
    }
    return true;
  };
  const socket = connect({ port, host: "127.0.0.1", onread: { buffer: sharedBuffer, callback } });
  socket.setNoDelay(true);
  socket.on("close", () => {
    throw new Error("The server closed a connection");
  });
  socket.write(nextRequest());
  return reader;
}

const startedAt = performance.now();
const cpuAtStart = process.cpuUsage();
const readers = Array.from({ length: connections }, openConnection);
setTimeout(() => {
  const elapsed = (performance.now() - startedAt) / 1000;
  const bytes = readers.reduce((sum, reader) => sum + reader.bodyBytes, 0);
  const cpu = process.cpuUsage(cpuAtStart);
  const result: LoadResult = {
    seconds: elapsed,
    bytes,
    requests: bytes / rangeBytes,
    clientCpuSeconds: (cpu.user + cpu.system) / 1e6,
  };
  console.log(JSON.stringify(result));
  process.exit(0);
}, seconds * 1000);
