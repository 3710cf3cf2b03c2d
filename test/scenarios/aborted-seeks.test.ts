import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { sharedBuffers } from "../../src/bytes/index.ts";
import { createHttpSource, createLocalSource } from "../../src/sources/index.ts";
import { findPatternBreach, patternBytes } from "../../src/testing/index.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { FaultyUpstream } from "../upstream/faulty-upstream.ts";
import { patternObject } from "../upstream/upstream-object.ts";
import { type MediaServer, startMediaServer } from "../wire/media-server.ts";
import { RawConnection, rawRequest } from "../wire/raw-client.ts";
import { chooseSeed, createRandom } from "./seeded-random.ts";

// K27: viewers seek by leaving. Nothing of them may stay, and the upstream must not go on sending for nobody.

const mebibyte = 1024 * 1024;
const seeks = 200;
const seed = chooseSeed();
const target = "/film.mp4";

/** How long the system may take to close what was let go of, idle connections to the upstream included. */
const patience = { timeout: 10_000, interval: 50 };

async function countDescriptors(): Promise<number> {
  return (await readdir("/proc/self/fd")).length;
}

/** Seeks to random places, reads some of what comes and hangs up, abruptly every third time. @returns bytes read */
async function seekAndLeave(port: number, sizeBytes: number, readBytes: number): Promise<number> {
  const random = createRandom(seed);
  let received = 0;
  for (let count = 0; count < seeks; count += 1) {
    // Far enough from the end that what follows cannot all disappear in the kernel's buffers, which would end the answer in order.
    const start = random(sizeBytes - 48 * mebibyte);
    const connection = await RawConnection.open(port);
    const response = await connection.request(
      { target, fields: [["Range", `bytes=${start}-`]] },
      { maxBodyBytes: readBytes },
    );
    expect(response.status).toBe(206);
    expect(findPatternBreach(response.body, start)).toBe(-1);
    received += connection.reader.receivedBytes;
    connection.abort(count % 3 === 0 ? "reset" : "close");
  }
  return received;
}

/** One whole answer, so that what stays open for good is open before anything is counted. */
async function warmUp(server: MediaServer): Promise<void> {
  await rawRequest(server.port, { target, fields: [["Range", "bytes=0-9"]] });
  await expect.poll(() => server.deliveries.length, patience).toBe(1);
  server.deliveries.length = 0;
}

async function expectAllAborted(server: MediaServer): Promise<void> {
  await expect.poll(() => server.deliveries.length, patience).toBe(seeks);
  expect(server.deliveries.filter(({ outcome }) => outcome !== "aborted")).toEqual([]);
  await expect.poll(() => server.countConnections(), patience).toBe(0);
}

describe(`${seeks} aborted seeks (SLUICE_TEST_SEED=${seed})`, () => {
  it("through an HTTP origin leave no socket, and cost at most 1.2 times what was delivered", async () => {
    const sizeBytes = 2 ** 33;
    await using upstream = await FaultyUpstream.start();
    upstream.put("film.mp4", patternObject(sizeBytes));
    await using source = createHttpSource({ baseUrl: new URL(upstream.origin) });
    await using server = await startMediaServer(source);
    await warmUp(server);
    upstream.resetCounts();
    const before = await countDescriptors();

    const received = await seekAndLeave(server.port, sizeBytes, 4 * mebibyte);

    await expectAllAborted(server);
    await expect.poll(() => countDescriptors(), patience).toBeLessThanOrEqual(before);
    await expect.poll(() => sharedBuffers.lentBytes, patience).toBe(0);
    await expect.poll(() => upstream.connectionsOpen, patience).toBe(0);
    const delivered = server.deliveries.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0);
    const ratio = (bytes: number): string => (upstream.bodyBytes / bytes).toFixed(3);
    console.info(`upstream bytes: ${ratio(delivered)} x delivered, ${ratio(received)} x read by the viewer`);
    expect(upstream.bodyBytes).toBeLessThanOrEqual(1.2 * delivered);
  });

  it("through a folder leave no descriptor", async () => {
    const sizeBytes = 64 * mebibyte;
    await using folder = await createTemporaryFolder("seeks");
    await writeFile(join(folder.path, "film.mp4"), patternBytes(0, sizeBytes));
    await using source = createLocalSource({ root: folder.path });
    await using server = await startMediaServer(source);
    await warmUp(server);
    const before = await countDescriptors();
    await seekAndLeave(server.port, sizeBytes, 256 * 1024);
    await expectAllAborted(server);
    await expect.poll(() => countDescriptors(), patience).toBeLessThanOrEqual(before);
    await expect.poll(() => sharedBuffers.lentBytes, patience).toBe(0);
  });
});

describe("a viewer who stops reading without closing", () => {
  it("stops the upstream too, is not given up, and gets the rest when he reads on", async () => {
    const sizeBytes = 256 * mebibyte;
    await using upstream = await FaultyUpstream.start();
    upstream.put("film.mp4", patternObject(sizeBytes));
    await using source = createHttpSource({ baseUrl: new URL(upstream.origin), timeouts: { stallMs: 500 } });
    await using server = await startMediaServer(source);
    await using connection = await RawConnection.open(server.port);
    let received = 0;
    let pausedAt: number | undefined;
    let pulledMeanwhile = 0;
    const response = await connection.request(
      { target, fields: [["Range", `bytes=7-${64 * mebibyte}`]] },
      {
        timeoutMs: 30_000,
        onBody: async (chunk, offset) => {
          expect(findPatternBreach(chunk, 7 + offset)).toBe(-1);
          received += chunk.length;
          if (pausedAt === undefined && received > mebibyte) {
            pausedAt = received;
            await sleep(1000);
            const settled = upstream.bodyBytes;
            await sleep(1500);
            pulledMeanwhile = upstream.bodyBytes - settled;
            expect(settled).toBeLessThan(48 * mebibyte);
          }
        },
      },
    );
    expect(pulledMeanwhile).toBe(0);
    expect([response.status, response.complete, received]).toEqual([206, true, 64 * mebibyte - 6]);
  });
});
