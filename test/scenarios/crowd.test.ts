import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { sharedBuffers } from "../../src/bytes/index.ts";
import type { Source } from "../../src/source/index.ts";
import { createHttpSource, createLocalSource } from "../../src/sources/index.ts";
import { findPatternBreach, patternBytes } from "../../src/testing/index.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { FaultyUpstream } from "../upstream/faulty-upstream.ts";
import { patternObject } from "../upstream/upstream-object.ts";
import { startMediaServer } from "../wire/media-server.ts";
import { RawConnection } from "../wire/raw-client.ts";
import { chooseSeed, createRandom } from "./seeded-random.ts";

// Many viewers of different films at once, some slow, some leaving, over pooled buffers and connections: one viewer's bytes in another's
// body, or the bytes of a buffer that was taken back too early, would show here.

const viewers = 48;
const films = 7;
const sizeBytes = 5 * 1024 * 1024 + 1;
const seed = chooseSeed();

function keyOf(film: number): string {
  return `film-${film}.mp4`;
}

/** One viewer's evening: ranges of several films, each byte checked as it comes. @returns how many bytes */
async function watch(port: number, viewer: number): Promise<number> {
  const random = createRandom(seed + viewer);
  let received = 0;
  for (let round = 0; round < 6; round += 1) {
    const film = random(films);
    const start = random(sizeBytes);
    const leavesAt = random(3) === 0 ? random(400_000) : undefined;
    const isSlow = random(4) === 0;
    await using connection = await RawConnection.open(port);
    const response = await connection.request(
      { target: `/${keyOf(film)}`, fields: [["Range", `bytes=${start}-`]] },
      {
        timeoutMs: 40_000,
        ...(leavesAt === undefined ? {} : { maxBodyBytes: leavesAt }),
        onBody: async (chunk, offset) => {
          received += chunk.length;
          const breach = findPatternBreach(chunk, start + offset, film);
          expect(breach, `viewer ${viewer}, ${keyOf(film)}, byte ${start + offset + breach}`).toBe(-1);
          if (isSlow) await sleep(random(4));
        },
      },
    );
    expect(response.status).toBe(206);
    expect(response.complete || leavesAt !== undefined).toBe(true);
  }
  return received;
}

async function expectEverybodyServed(source: Source): Promise<void> {
  await using server = await startMediaServer(source);
  const received = await Promise.all(Array.from({ length: viewers }, (_, viewer) => watch(server.port, viewer)));
  expect(received.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThan(100 * 1024 * 1024);
  await expect.poll(() => server.deliveries.length, { timeout: 5000 }).toBe(viewers * 6);
  expect(server.deliveries.filter(({ outcome }) => outcome === "failed")).toEqual([]);
}

describe(`${viewers} viewers at once (SLUICE_TEST_SEED=${seed})`, () => {
  it("of an HTTP origin whose connections break now and then each get their own bytes", async () => {
    await using upstream = await FaultyUpstream.start();
    for (let film = 0; film < films; film += 1) {
      upstream.put(keyOf(film), patternObject(sizeBytes, { salt: film }));
      upstream.fault(
        keyOf(film),
        ...[3, 9, 17, 31].map((request) => ({
          kind: "cut" as const,
          afterBodyBytes: 90_000 * film,
          how: "reset" as const,
          request,
        })),
        ...[5, 23].map((request) => ({ kind: "slow-down" as const, request })),
      );
    }
    {
      await using source = createHttpSource({ baseUrl: new URL(upstream.origin) });
      await expectEverybodyServed(source);
    }
    await expect.poll(() => upstream.connectionsOpen, { timeout: 8000 }).toBe(0);
    expect(sharedBuffers.lentBytes).toBe(0);
  });

  it("of a folder each get their own bytes", async () => {
    await using folder = await createTemporaryFolder("crowd");
    for (let film = 0; film < films; film += 1) {
      await writeFile(join(folder.path, keyOf(film)), patternBytes(0, sizeBytes, film));
    }
    await using source = createLocalSource({ root: folder.path });
    await expectEverybodyServed(source);
    await expect.poll(() => sharedBuffers.lentBytes, { timeout: 5000 }).toBe(0);
  });
});
