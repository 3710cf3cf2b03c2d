/**
 * An origin that is far away: `node slow-origin.ts PORT FILE OBJECT_BYTES DELAY_MS LISTED_NAME...`. A timer holds each answer's head back
 * by the delay, then the body comes as fast as it is taken. Every name holds the bytes of FILE: `/media/x/big.bin` OBJECT_BYTES of
 * them, `/media/x/<any>-<n>m.bin` n MiB. `/media/x/` lists the names that were given, for those who walk folders. `/-/stats?name=<name>` tells
 * at once what has been asked of an object, as an {@link UpstreamUse}.
 */
import { open } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { PATTERN_BYTES } from "../fixture.ts";
import type { UpstreamUse } from "../slow-origin.ts";

const FOLDER = "/media/x/";
const ETAG = '"bench"';
const MIB = 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** Longer than any pause of a run: a cache must not find its idle connection closed. */
const KEEP_ALIVE_MS = 600_000;

const [port, file = "", objectBytes, delayMs, ...listedNames] = process.argv.slice(2);
const pattern = await readPattern();
const uses = new Map<string, { requests: number; bytes: number }>();

const server = createServer((req, res) => {
  answer(req, res).catch(() => res.destroy());
});
server.keepAliveTimeout = KEEP_ALIVE_MS;
server.listen({ port: Number(port), host: "127.0.0.1", backlog: 4096 });

async function readPattern(): Promise<Buffer> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(PATTERN_BYTES), 0, PATTERN_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url ?? "", "http://origin");
  if (url.pathname === "/-/stats") {
    const none: UpstreamUse = { requests: 0, bytes: 0 };
    res.end(JSON.stringify(uses.get(url.searchParams.get("name") ?? "") ?? none));
    return;
  }
  const name = url.pathname.slice(FOLDER.length);
  const use = uses.get(name) ?? { requests: 0, bytes: 0 };
  uses.set(name, use);
  use.requests += 1;
  await sleep(Number(delayMs));
  await sendObject(req, res, name, (bytes) => {
    use.bytes += bytes;
  });
}

async function sendObject(
  req: IncomingMessage,
  res: ServerResponse,
  name: string,
  onSent: (bytes: number) => void,
): Promise<void> {
  if (name === "") {
    const links = listedNames.map((listed) => `<a href="${listed}">${listed}</a>`);
    res.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><body>${links.join("\n")}</body>`);
    return;
  }
  const sizeBytes = sizeOf(name);
  if (sizeBytes === undefined) {
    res.writeHead(404).end();
    return;
  }
  if (req.headers["if-none-match"] === ETAG) {
    res.writeHead(304, { etag: ETAG, "cache-control": "max-age=3600" }).end();
    return;
  }
  const range = rangeOf(req.headers.range, sizeBytes);
  const { start, end } = range ?? { start: 0, end: sizeBytes };
  res.writeHead(range === undefined ? 200 : 206, {
    // As of films: an origin that names no type makes some servers look into the first bytes.
    "content-type": "video/mp4",
    "content-length": end - start,
    "accept-ranges": "bytes",
    "cache-control": "max-age=3600",
    "last-modified": "Mon, 01 Jan 2024 00:00:00 GMT",
    etag: ETAG,
    ...(range === undefined ? {} : { "content-range": `bytes ${start}-${end - 1}/${sizeBytes}` }),
  });
  if (req.method !== "HEAD") {
    await sendBytes(res, start, end, onSent);
  }
  res.end();
}

/** What the kernel has taken counts as sent, in pieces of 64 KiB: that is what an origin would bill. */
async function sendBytes(
  res: ServerResponse,
  start: number,
  end: number,
  onSent: (bytes: number) => void,
): Promise<void> {
  let position = start;
  while (position < end) {
    const from = position % pattern.length;
    const chunk = pattern.subarray(from, Math.min(from + CHUNK_BYTES, from + end - position));
    await new Promise<void>((resolve, reject) => {
      res.once("close", reject);
      res.write(chunk, (error) => {
        res.off("close", reject);
        return error ? reject(error) : resolve();
      });
    });
    onSent(chunk.length);
    position += chunk.length;
  }
}

function sizeOf(name: string): number | undefined {
  const mebibytes = /-(\d+)m\.bin$/.exec(name)?.[1];
  return mebibytes === undefined ? (name === "big.bin" ? Number(objectBytes) : undefined) : Number(mebibytes) * MIB;
}

/** @returns `undefined` where the whole object is asked for; no cache sends ranges that do not fit the object */
function rangeOf(header: string | undefined, sizeBytes: number): { start: number; end: number } | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined) {
    return undefined;
  }
  if (first === "") {
    return { start: Math.max(0, sizeBytes - Number(last)), end: sizeBytes };
  }
  return { start: Number(first), end: last === "" ? sizeBytes : Math.min(sizeBytes, Number(last) + 1) };
}
