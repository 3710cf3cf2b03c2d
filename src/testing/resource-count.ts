import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { SourceFixture } from "./source-subject.ts";

// Longer than connection pools keep what is idle, which is no leak but counts as open until then.
const patienceMs = 8000;

/**
 * Runs `body` and asserts that it leaves no descriptor or socket in use. Closing takes the system a moment, so the count may take
 * a few seconds to come down. What stays is tried once more: something opened for good at its first use does not grow, a leak does.
 */
export async function assertNoLeak(fixture: SourceFixture, body: () => Promise<void>): Promise<void> {
  const before = await countResources(fixture);
  await body();
  const once = await settledCount(fixture, before);
  if (once > before) {
    await body();
    const twice = await settledCount(fixture, once);
    assert.ok(twice <= once, `${twice} descriptors or sockets in use, ${once} and ${before} before`);
  }
}

/** The count once it has come down to `expected`, or after patience with it. */
async function settledCount(fixture: SourceFixture, expected: number): Promise<number> {
  const deadline = Date.now() + patienceMs;
  let count = await countResources(fixture);
  while (count > expected && Date.now() < deadline) {
    await sleep(20);
    count = await countResources(fixture);
  }
  return count;
}

/** Descriptors and sockets in use; 0 where this system does not tell, so that only the leak check is lost. */
async function countResources(fixture: SourceFixture): Promise<number> {
  if (fixture.countResources !== undefined) {
    return await fixture.countResources();
  }
  try {
    return (await readdir("/proc/self/fd")).length;
  } catch {
    return 0;
  }
}
