import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { CollectingSink } from "../../src/bytes/index.ts";
import { createHttpSource } from "../../src/sources/index.ts";
import { patternBytes } from "../../src/testing/index.ts";
import { chooseSeed, createRandom } from "./seeded-random.ts";

// TCP keeps no boundaries: an answer may arrive in pieces of any size, its head and chunk sizes cut anywhere.

const sizeBytes = 3000;
const body = Buffer.from(patternBytes(0, sizeBytes));
const seed = chooseSeed();
const random = createRandom(seed);
const validators =
  'ETag: "v1"\r\nLast-Modified: Wed, 01 May 2024 12:00:00 GMT\r\nDate: Wed, 01 May 2026 12:00:00 GMT\r\n';
const partial = `HTTP/1.1 206 Partial Content\r\n${validators}Content-Range: bytes 0-2999/3000\r\n`;

/** Chunks of random sizes, some with extensions, and a trailer. */
function chunked(): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < sizeBytes;) {
    const length = Math.min(1 + random(700), sizeBytes - at);
    const extension = random(3) === 0 ? ";name=value" : "";
    const size = random(2) === 0 ? length.toString(16) : length.toString(16).toUpperCase().padStart(6, "0");
    pieces.push(Buffer.from(`${size}${extension}\r\n`), body.subarray(at, at + length), Buffer.from("\r\n"));
    at += length;
  }
  return Buffer.concat([...pieces, Buffer.from("0\r\nX-Trailer: yes\r\n\r\n")]);
}

const answers: Readonly<Record<string, () => Buffer>> = {
  "with a length": () => Buffer.concat([Buffer.from(`${partial}Content-Length: 3000\r\n\r\n`), body]),
  chunked: () => Buffer.concat([Buffer.from(`${partial}Transfer-Encoding: chunked\r\n\r\n`), chunked()]),
  "after interim answers": () =>
    Buffer.concat([
      Buffer.from("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"),
      Buffer.from(`${partial}Content-Length: 3000\r\n\r\n`),
      body,
    ]),
  "as the whole object, whose end is the connection's": () =>
    Buffer.concat([Buffer.from(`HTTP/1.0 200 OK\r\n${validators}\r\n`), body]),
};

/** An origin that sends every answer in pieces cut at random, more of them within the head. */
async function startFragmentingOrigin(answer: () => Buffer): Promise<{ readonly url: URL } & AsyncDisposable> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => {});
    socket.on("data", () => {
      void (async () => {
        const bytes = answer();
        const head = bytes.indexOf("\r\n\r\n") + 6;
        const cuts = Array.from({ length: 24 }, (_, index) => random(index < 16 ? head : bytes.length));
        const ends = [...new Set([...cuts, bytes.length])].toSorted((a, b) => a - b);
        for (const [index, end] of ends.entries()) {
          socket.write(bytes.subarray(ends[index - 1] ?? 0, end));
          await sleep(1);
        }
        if (bytes.toString("latin1", 0, 8) === "HTTP/1.0") socket.end();
      })();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return { url, [Symbol.asyncDispose]: async () => void server.close() };
}

describe(`an answer in pieces (SLUICE_TEST_SEED=${seed})`, () => {
  it.each(Object.entries(answers))("%s reads right, however it is cut", async (name, answer) => {
    await using origin = await startFragmentingOrigin(answer);
    await using source = createHttpSource({ baseUrl: origin.url });
    for (let round = 0; round < 25; round += 1) {
      await using object = await source.open("film.mp4", { intent: { kind: "bounded", start: 0, end: sizeBytes } });
      const end = name.startsWith("as the whole") ? Number.POSITIVE_INFINITY : sizeBytes;
      const sink = new CollectingSink();
      await object.read({ start: 0, end }, sink);
      expect(Buffer.compare(sink.bytes(), body), `round ${round}`).toBe(0);
    }
  });
});

describe("bytes behind an answer", () => {
  it("are never taken for the next one", async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.on("error", () => {});
      socket.on("data", () => {
        socket.write(`${partial}Content-Length: 3000\r\n\r\n`);
        socket.write(Buffer.concat([body, Buffer.from(`HTTP/1.1 206 Partial Content\r\n${validators}\r\npoison`)]));
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await using source = createHttpSource({ baseUrl: url });
    for (let round = 0; round < 5; round += 1) {
      await using object = await source.open("film.mp4", { intent: { kind: "bounded", start: 0, end: sizeBytes } });
      const sink = new CollectingSink();
      await object.read({ start: 0, end: sizeBytes }, sink);
      expect(Buffer.compare(sink.bytes(), body)).toBe(0);
    }
    expect(connections).toBe(5);
    server.close();
  });
});
