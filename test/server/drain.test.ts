import { open } from "node:fs/promises";
import { get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTemporaryFolder, type TemporaryFolder } from "../real/temporary-folder.ts";
import { RawConnection, rawRequest } from "../wire/raw-client.ts";
import { portOf, startSluice } from "./sluice-process.ts";

// More than the sockets of both ends hold, so that a reader who stops holds up the writer.
const sizeBytes = 64 * 1024 * 1024;
let folder: TemporaryFolder;

beforeAll(async () => {
  folder = await createTemporaryFolder("drain");
  const file = await open(join(folder.path, "long.mp4"), "w");
  await file.truncate(sizeBytes);
  await file.close();
});

afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

/** Starts reading the long file, and stops after the first bytes. */
async function startStream(port: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = get({ port, host: "127.0.0.1", path: "/media/films/long.mp4", agent: false }, (response) => {
      response.once("readable", () => resolve(response));
    });
    request.once("error", reject);
  });
}

/** Reads to the end. @returns the number of bytes, and whether the message was whole */
async function finishStream(
  response: IncomingMessage,
): Promise<{ readonly bytes: number; readonly complete: boolean }> {
  let bytes = 0;
  try {
    for await (const chunk of response) {
      bytes += (chunk as Buffer).length;
    }
  } catch {
    return { bytes, complete: false };
  }
  return { bytes, complete: response.complete };
}

const isDraining = ({ msg }: Readonly<Record<string, unknown>>): boolean => msg === "told to stop: draining";

describe("SIGTERM", () => {
  it("takes no new requests, closes idle connections, and lets a running stream finish", async () => {
    await using sluice = startSluice(["--port", "0", "films=."], { folder: folder.path });
    const port = await portOf(sluice);
    const stream = await startStream(port);
    await using silent = await RawConnection.open(port);
    await using idle = await RawConnection.open(port);
    await idle.request({ target: "/healthz" });
    // A second request waits behind a stream on its connection when the signal comes.
    await using pipelined = await RawConnection.open(port);
    pipelined.send("GET /media/films/long.mp4 HTTP/1.1\r\nHost: a\r\n\r\n");
    await delay(200);

    sluice.child.kill("SIGTERM");
    expect(await sluice.logLine(isDraining)).toMatchObject({ running: 2 });
    expect(await idle.reader.takeThrough("\n", 1, Date.now() + 5000)).toBeUndefined();
    expect(await silent.reader.takeThrough("\n", 1, Date.now() + 5000)).toBeUndefined();
    await expect(rawRequest(port, { target: "/healthz" })).rejects.toThrow("ECONNREFUSED");

    pipelined.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    const first = await pipelined.readResponse({ onBody: () => undefined });
    expect(first).toMatchObject({ status: 200, complete: true });
    const second = await pipelined.readResponse();
    expect([second.status, second.reusable]).toEqual([503, false]);
    expect(JSON.parse(Buffer.from(second.body).toString())).toMatchObject({ code: "stopping" });

    expect(sluice.child.exitCode).toBeNull();
    expect(await finishStream(stream)).toEqual({ bytes: sizeBytes, complete: true });
    expect(await sluice.ended).toMatchObject({ code: 0, signal: null });
    expect(await sluice.logLine(({ msg }) => msg === "stopped")).toMatchObject({ cut: 0 });
  });

  it("does not wait for who listens to events", async () => {
    await using sluice = startSluice(["--port", "0", "--state", ".", "--database", "library.db", "films=."], {
      folder: folder.path,
    });
    const response = await fetch(`http://127.0.0.1:${await portOf(sluice)}/api/v3/events`);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const toldAt = performance.now();
    sluice.child.kill("SIGTERM");
    expect(await response.text()).toContain("retry:");
    expect(await sluice.ended).toMatchObject({ code: 0, signal: null });
    expect(performance.now() - toldAt).toBeLessThan(10_000);
    expect(await sluice.logLine(({ msg }) => msg === "stopped")).toMatchObject({ cut: 0 });
  });

  it("cuts what is left after --drain-timeout, and never ends a body politely", async () => {
    await using sluice = startSluice(["--port", "0", "--drain-timeout", "0.5", "films=."], { folder: folder.path });
    const stream = await startStream(await portOf(sluice));
    const toldAt = performance.now();
    sluice.child.kill("SIGTERM");
    expect(await sluice.ended).toMatchObject({ code: 0, signal: null });
    const elapsedMs = performance.now() - toldAt;
    expect(elapsedMs).toBeGreaterThan(450);
    expect(elapsedMs).toBeLessThan(5000);
    const { bytes, complete } = await finishStream(stream);
    expect(complete).toBe(false);
    expect(bytes).toBeLessThan(sizeBytes);
    expect(await sluice.logLine(({ msg }) => msg === "stopped")).toMatchObject({ cut: 1 });
    expect(await sluice.logLine(({ msg }) => msg === "request")).toMatchObject({ outcome: "aborted" });
  });

  it.each(["SIGTERM", "SIGINT"] as const)("cuts at once at a second signal (%s)", async (signal) => {
    await using sluice = startSluice(["--port", "0", "films=."], { folder: folder.path });
    const stream = await startStream(await portOf(sluice));
    sluice.child.kill(signal);
    await sluice.logLine(isDraining);
    // As npm passes on what the terminal has sent already: no second signal.
    sluice.child.kill(signal);
    await delay(700);
    expect(sluice.child.exitCode).toBeNull();
    sluice.child.kill(signal);
    const toldAt = performance.now();
    expect(await sluice.ended).toMatchObject({ code: 0, signal: null });
    expect(performance.now() - toldAt).toBeLessThan(5000);
    expect((await finishStream(stream)).complete).toBe(false);
  });

  it("ends at once where nothing runs", async () => {
    await using sluice = startSluice(["--port", "0", "films=."], { folder: folder.path });
    await portOf(sluice);
    sluice.child.kill("SIGINT");
    const { code, stderr } = await sluice.ended;
    expect(code).toBe(0);
    // In this order: the log is written behind the event loop's back.
    expect(stderr).toMatch(/told to stop: draining.*\n.*"stopped"\}\n$/);
  });
});
