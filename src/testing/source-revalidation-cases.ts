import assert from "node:assert/strict";
import { isSourceError, type Source, type UpstreamMeter, type Validator } from "../source/index.ts";
import { patternBytes } from "./pattern-bytes.ts";
import { assertNoLeak } from "./resource-count.ts";
import type { ConformanceCase, SourceFixture } from "./source-subject.ts";

const sizeBytes = 300_000;
const newSalt = 100;

/** What a cache asks before it serves what it has kept. */
export function revalidationCases(): readonly ConformanceCase[] {
  return [
    { name: "revalidates what is unchanged, without body bytes", run: revalidateUnchanged },
    { name: "tells what was replaced by one of the same size, and what came back", run: revalidateReplaced },
    { name: "tells nothing of a version it never had", run: revalidateUnknown },
    { name: "revalidating what is gone, or never was, is not found", run: revalidateGone },
    { name: "revalidating obeys its signal and leaves nothing behind", run: revalidateAborted },
  ];
}

async function revalidateUnchanged({ source, put }: SourceFixture): Promise<void> {
  const key = "revalidate/same.mp4";
  await put(key, patternBytes(0, sizeBytes));
  const validator = await validatorOf(source, key);
  const meter: UpstreamMeter = { requests: 0, bytes: 0 };
  for (let round = 0; round < 3; round += 1) {
    assert.equal((await source.revalidate(key, validator, { meter })).isCurrent, true);
  }
  assert.equal(meter.bytes, 0, "revalidating cost body bytes");
  assert.ok(meter.requests <= 3, `revalidating three times cost ${meter.requests} requests`);
}

async function revalidateReplaced({ source, put }: SourceFixture): Promise<void> {
  const key = "revalidate/replaced.mp4";
  await put(key, patternBytes(0, sizeBytes));
  const first = await validatorOf(source, key);
  await put(key, patternBytes(0, sizeBytes, newSalt));
  assert.equal((await source.revalidate(key, first)).isCurrent, false);
  const second = await validatorOf(source, key);
  assert.equal((await source.revalidate(key, second)).isCurrent, true);
  await put(key, patternBytes(0, 0));
  assert.equal((await source.revalidate(key, second)).isCurrent, false);
  assert.equal((await source.revalidate(key, await validatorOf(source, key))).isCurrent, true);
}

async function revalidateUnknown({ source, put }: SourceFixture): Promise<void> {
  const key = "revalidate/unknown.mp4";
  await put(key, patternBytes(0, sizeBytes));
  const { etag, ...rest } = await validatorOf(source, key);
  for (const other of ['"other"', `"x${etag.replaceAll('"', "")}"`]) {
    const { isCurrent } = await source.revalidate(key, { ...rest, etag: other });
    assert.equal(isCurrent, false, `${other} is said to be current`);
  }
}

async function revalidateGone({ source, put, remove }: SourceFixture): Promise<void> {
  const key = "revalidate/gone.mp4";
  await put(key, patternBytes(0, sizeBytes));
  const validator = await validatorOf(source, key);
  await remove(key);
  for (const missing of [key, "revalidate/never.mp4"]) {
    await assert.rejects(source.revalidate(missing, validator), (error) => isSourceError(error, "not-found"));
  }
  await assert.rejects(source.revalidate("a/../b", validator), (error) => {
    return isSourceError(error, "invalid-key") || isSourceError(error, "not-found");
  });
}

async function revalidateAborted(fixture: SourceFixture): Promise<void> {
  const { source } = fixture;
  const key = "revalidate/aborted.mp4";
  await fixture.put(key, patternBytes(0, sizeBytes));
  const validator = await validatorOf(source, key);
  await source.revalidate(key, validator);
  await assertNoLeak(fixture, async () => {
    const signal = AbortSignal.abort();
    await assert.rejects(source.revalidate(key, validator, { signal }), (error) => isSourceError(error, "aborted"));
    for (let round = 0; round < 10; round += 1) {
      await source.revalidate(key, validator);
    }
  });
}

async function validatorOf(source: Source, key: string): Promise<Validator> {
  await using object = await source.open(key, { intent: "metadata" });
  assert.ok(object.validator !== undefined, "no validator");
  return object.validator;
}
