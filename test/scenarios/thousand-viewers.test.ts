import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NO_UPSTREAM, startContender } from "../../bench/contenders.ts";
import { BYTES_PER_SECOND, type CrowdResult, runCrowd, VIEWERS } from "../../bench/crowd.ts";
import { createFixture, type Fixture, OBJECT_PATH } from "../../bench/fixture.ts";
import { sluiceHttp, sluiceLocal } from "../../bench/peers/node-servers.ts";

// The short form of `npm run bench -- --only memory --minutes 10`: the crowd arrives, fills every buffer there is, and watches for a while.

const seconds = 12;
/** When V8 collects depends on what else the machine does: on a busy one, garbage of the arrival may be counted. */
const retry = 2;

function expectServedWithin100MiB(result: CrowdResult): void {
  const { viewers } = result;
  console.info(
    `${result.name}: peak ${result.peakAboveIdleMib.toFixed(0)} MiB above idle, slowest viewer ` +
      `${(viewers.slowestBytesPerSecond / 1000).toFixed(1)} kB/s, first byte within ` +
      `${viewers.longestFirstByteMs.toFixed(0)} ms, then within ${viewers.longestWaitMs.toFixed(0)} ms`,
  );
  expect(viewers.firstFailure).toBeUndefined();
  expect(viewers.failures).toBe(0);
  expect(viewers.slowestBytesPerSecond).toBeGreaterThanOrEqual(0.95 * BYTES_PER_SECOND);
  expect(viewers.longestWaitMs).toBeLessThan(2_000);
  expect(result.peakAboveIdleMib).toBeLessThanOrEqual(100);
}

describe(`${VIEWERS} viewers, each reading ${BYTES_PER_SECOND / 1000} kB/s of 1 GiB`, () => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await createFixture(2 ** 30);
  });
  afterAll(() => fixture[Symbol.asyncDispose]());

  it("are all served from a local file within 100 MiB", { retry }, async () => {
    const contender = await startContender(sluiceLocal, fixture, NO_UPSTREAM);
    await using _stopped = contender.server;
    expectServedWithin100MiB(await runCrowd("local file", contender, fixture.sizeBytes, seconds));
  });

  it("are all served from an HTTP origin within 100 MiB", { retry }, async () => {
    const origin = await startContender(sluiceLocal, fixture, NO_UPSTREAM);
    await using _origin = origin.server;
    const upstream = { host: "127.0.0.1", port: origin.server.port, target: `/${OBJECT_PATH}` };
    const contender = await startContender(sluiceHttp, fixture, upstream);
    await using _stopped = contender.server;
    expectServedWithin100MiB(await runCrowd("HTTP origin", contender, fixture.sizeBytes, seconds));
  });
});
