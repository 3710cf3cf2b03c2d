import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { SourceFixture } from "./source-subject.ts";

// Longer than connection pools keep what is idle, which is no leak but counts as open until then.
const patienceMs = 8000;

/**
 * Runs `body` and asserts that it leaves no descriptor or socket in use. Closing takes the system a moment, so the count may take
 * a few seconds to come down; it must come down all the way.
 */
export async function assertNoLeak(fixture: SourceFixture, body: () => Promise<void>): Promise<void> {
  const before = await countResources(fixture);
  await body();
  const deadline = Date.now() + patienceMs;
  let after = await countResources(fixture);
  while (after > before && Date.now() < deadline) {
    await sleep(20);
    after = await countResources(fixture);
  }
  assert.ok(after <= before, `${after} descriptors or sockets in use, ${before} before`);
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
