import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { ByteRange } from "../bytes/byte-range.ts";
import { isSourceError, type MediaObject, type SourceErrorCode } from "../source/index.ts";
import { findPatternBreach, patternBytes } from "./pattern-bytes.ts";
import { PoisoningSink } from "./poisoning-sink.ts";
import { assertReads, putAndOpen } from "./source-read-cases.ts";
import type { ConformanceCase, SourceFixture } from "./source-subject.ts";

const sizeBytes = 2 * 1024 * 1024 + 5;
const newSalt = 100;

/** What an object may turn into; all differ from the old version in every byte. */
const changes = {
  "of the same size": sizeBytes,
  shorter: 1000,
  longer: sizeBytes * 2,
  empty: 0,
} as const;

/** An open object is one version: its bytes, or `changed`, and never a splice. */
export function versionCases(supports: { readonly rewritten: boolean }): readonly ConformanceCase[] {
  return [
    ...Object.entries(changes).map(([name, size]): ConformanceCase => ({
      name: `replaced by one ${name} between open and read`,
      run: (fixture) => replaceBeforeRead(fixture, `version/before-${size}.mp4`, size),
    })),
    ...Object.entries(changes).map(([name, size]): ConformanceCase => ({
      name: `replaced by one ${name} between two reads`,
      run: (fixture) => replaceBetweenReads(fixture, `version/between-${size}.mp4`, size),
    })),
    { name: "replaced while it is read", run: replaceWhileRead },
    ...(supports.rewritten ? [{ name: "rewritten in place between open and read", run: rewriteBeforeRead }] : []),
    { name: "removed between open and read", run: removeBeforeRead },
    { name: "the entity tag is stable while the object is, and differs when it does", run: compareTags },
    { name: "revalidates a version: current while unchanged, then not, then not found", run: revalidateVersion },
    { name: "a key that was removed is not found, and can come back", run: removeAndReturn },
  ];
}

async function revalidateVersion(fixture: SourceFixture): Promise<void> {
  const key = "version/revalidated.mp4";
  const { validator } = await putAndOpen(fixture, key, 1000).then(async (object) => {
    await using opened = object;
    return { validator: opened.validator };
  });
  assert.ok(validator !== undefined, "there is no validator to revalidate");
  const meter = { requests: 0, bytes: 0 };
  assert.equal((await fixture.source.revalidate(key, validator, { meter })).isCurrent, true);
  assert.equal(meter.bytes, 0, "revalidation moves no body bytes");
  await fixture.put(key, patternBytes(0, 1000, newSalt));
  assert.equal((await fixture.source.revalidate(key, validator)).isCurrent, false);
  await fixture.remove(key);
  await assert.rejects(fixture.source.revalidate(key, validator), (error) => isSourceError(error, "not-found"));
}

async function replaceBeforeRead(fixture: SourceFixture, key: string, newSize: number): Promise<void> {
  await using object = await putAndOpen(fixture, key, sizeBytes);
  await fixture.put(key, patternBytes(0, newSize, newSalt));
  await assertOldOrChanged(object, 0, sizeBytes);
  await assertOldOrChanged(object, sizeBytes - 10, sizeBytes);
  await assertIsNow(fixture, key, newSize);
}

async function replaceBetweenReads(fixture: SourceFixture, key: string, newSize: number): Promise<void> {
  await using object = await putAndOpen(fixture, key, sizeBytes);
  await assertReads(object, { start: 0, end: 100_000 });
  await fixture.put(key, patternBytes(0, newSize, newSalt));
  await assertOldOrChanged(object, 100_000, sizeBytes);
  await assertOldOrChanged(object, 0, 500);
  await assertIsNow(fixture, key, newSize);
}

async function replaceWhileRead(fixture: SourceFixture): Promise<void> {
  const key = "version/while.mp4";
  await using object = await putAndOpen(fixture, key, sizeBytes);
  let replaced = false;
  await assertOldOrChanged(object, 0, sizeBytes, async () => {
    if (replaced) return;
    replaced = true;
    await fixture.put(key, patternBytes(0, sizeBytes, newSalt));
  });
  await assertIsNow(fixture, key, sizeBytes);
}

async function rewriteBeforeRead(fixture: SourceFixture): Promise<void> {
  const { rewriteInPlace } = fixture;
  assert.ok(rewriteInPlace !== undefined, "the subject rewrites in place, its fixture does not say how");
  for (const newSize of Object.values(changes)) {
    const key = `version/in-place-${newSize}.mp4`;
    await using object = await putAndOpen(fixture, key, sizeBytes);
    await rewriteInPlace(key, patternBytes(0, newSize, newSalt));
    await assertOldOrChanged(object, 0, sizeBytes);
    await assertIsNow(fixture, key, newSize);
  }
}

async function removeBeforeRead(fixture: SourceFixture): Promise<void> {
  const key = "version/removed.mp4";
  await using object = await putAndOpen(fixture, key, sizeBytes);
  await fixture.remove(key);
  await assertOldOr(["changed", "not-found"], object, { start: 0, end: sizeBytes });
}

async function compareTags({ source, put }: SourceFixture): Promise<void> {
  const key = "version/tags.mp4";
  await put(key, patternBytes(0, sizeBytes));
  const first = await tagOf(source.open(key));
  assert.equal(await tagOf(source.open(key)), first);
  assert.equal(await tagOf(source.open(key, { intent: { kind: "suffix", length: 5 } })), first);
  assert.equal(await tagOf(source.open(key, { intent: "metadata" })), first);
  await put(key, patternBytes(0, sizeBytes, newSalt));
  const second = await tagOf(source.open(key));
  assert.notEqual(second, first, "the same tag for other bytes of the same size");
  await put(key, patternBytes(0, sizeBytes + 1, newSalt));
  assert.notEqual(await tagOf(source.open(key)), second, "the same tag for another size");
}

async function removeAndReturn({ source, put, remove }: SourceFixture): Promise<void> {
  const key = "version/returns.mp4";
  await put(key, patternBytes(0, 100));
  await remove(key);
  await assert.rejects(source.open(key), (error) => isSourceError(error, "not-found"));
  await put(key, patternBytes(0, 100, newSalt));
  await using object = await source.open(key);
  await assertReads(object, { start: 0, end: 100 }, newSalt);
}

async function assertOldOrChanged(
  object: MediaObject,
  start: number,
  end: number,
  onWrite?: () => Promise<void>,
): Promise<void> {
  await assertOldOr(["changed"], object, { start, end }, onWrite);
}

/** Every byte written belongs to the old version; the read either writes them all or fails with one of `codes`. */
async function assertOldOr(
  codes: readonly SourceErrorCode[],
  object: MediaObject,
  { start, end }: ByteRange,
  onWrite?: () => Promise<void>,
): Promise<void> {
  const sink = new PoisoningSink(onWrite === undefined ? {} : { onWrite });
  let error: unknown;
  try {
    await object.read({ start, end }, sink);
  } catch (reason) {
    error = reason;
  }
  const bytes = sink.close();
  const breach = findPatternBreach(bytes, start);
  assert.equal(breach, -1, `byte ${start + breach} is not of the version that was opened`);
  if (error === undefined) {
    assert.equal(bytes.length, end - start, "the read resolved with another length");
  } else {
    const isExpected = codes.some((code) => isSourceError(error, code));
    assert.ok(isExpected, `rejected with ${inspect(error)}, not with ${codes.join(" or ")}`);
  }
}

/** A newly opened object is the new version, whatever was remembered of the old one. */
async function assertIsNow({ source }: SourceFixture, key: string, size: number): Promise<void> {
  await using object = await source.open(key);
  assert.equal(object.sizeBytes, size);
  await assertReads(object, { start: 0, end: size }, newSalt);
}

async function tagOf(opening: Promise<MediaObject>): Promise<string> {
  await using object = await opening;
  assert.ok(object.validator !== undefined, "no validator, though the object can be replaced");
  return object.validator.etag;
}
