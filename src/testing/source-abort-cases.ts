import assert from "node:assert/strict";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { isSourceError } from "../source/index.ts";
import { findPatternBreach, patternBytes } from "./pattern-bytes.ts";
import { PoisoningSink } from "./poisoning-sink.ts";
import { assertNoLeak } from "./resource-count.ts";
import { assertReads } from "./source-read-cases.ts";
import type { ConformanceCase, SourceFixture } from "./source-subject.ts";

const key = "abort/film.mp4";
const sizeBytes = 3 * 1024 * 1024 + 7;
const whole = { start: 0, end: sizeBytes };

/** How long a call may take to notice its signal. */
const noticeMs = 2000;

/** A viewer who leaves frees everything, whenever he leaves. */
export function abortCases(): readonly ConformanceCase[] {
  return [
    { name: "a signal that has fired refuses open, list, locate and check", run: withFilm(refuseFired) },
    { name: "aborted while opening", run: withFilm(abortOpening) },
    { name: "aborted before the first byte", run: withFilm(abortBeforeFirstByte) },
    { name: "aborted in the middle", run: withFilm(abortInTheMiddle) },
    { name: "aborted in the middle, twenty times, then read in full", run: withFilm(abortRepeatedly) },
    { name: "aborted after the end", run: withFilm(abortAfterTheEnd) },
    { name: "one read aborted, the others go on", run: withFilm(abortOneOfThree) },
    { name: "a receiver that fails stops the read", run: withFilm(failInTheMiddle) },
    { name: "a receiver that fails at the first byte stops the read", run: withFilm(failAtOnce) },
  ];
}

/** Every case starts from a source that is warmed up, and must leave it as it was. */
function withFilm(body: (fixture: SourceFixture) => Promise<void>): ConformanceCase["run"] {
  return async (fixture) => {
    await fixture.put(key, patternBytes(0, sizeBytes));
    await readWhole(fixture);
    await assertNoLeak(fixture, () => body(fixture));
    await readWhole(fixture);
  };
}

async function readWhole({ source }: SourceFixture): Promise<void> {
  await using object = await source.open(key);
  await assertReads(object, whole);
}

async function refuseFired({ source }: SourceFixture): Promise<void> {
  const signal = AbortSignal.abort();
  await assertAborted(source.open(key, { signal }));
  await assertAborted(source.check({ signal }));
  for (const call of [
    source.list("", { signal }),
    source.locate(key, { signal, method: "GET", lifetimeSeconds: 60 }),
  ]) {
    await assert.rejects(call, (error) => isSourceError(error, "aborted") || isSourceError(error, "unsupported"));
  }
  await using object = await source.open(key);
  const sink = new PoisoningSink();
  await assertAborted(object.read(whole, sink, { signal }));
  assert.equal(sink.close().length, 0);
}

async function abortOpening({ source }: SourceFixture): Promise<void> {
  for (let turns = 0; turns < 6; turns += 1) {
    const controller = new AbortController();
    const opening = source.open(key, { signal: controller.signal });
    opening.catch(() => {});
    for (let turn = 0; turn < turns; turn += 1) await nextTurn();
    controller.abort();
    // It may have been quicker than the signal; then it must be usable.
    const object = await opening.catch((error: unknown) => {
      assert.ok(isSourceError(error, "aborted"), `open() rejected with ${String(error)}`);
    });
    await object?.[Symbol.asyncDispose]();
  }
}

async function abortBeforeFirstByte({ source }: SourceFixture): Promise<void> {
  await using object = await source.open(key);
  const controller = new AbortController();
  const sink = new PoisoningSink();
  const reading = object.read(whole, sink, { signal: controller.signal });
  controller.abort();
  await assertAborted(reading);
  assert.ok(sink.close().length < sizeBytes, "all bytes were written after the abort");
  await nextTurn();
}

async function abortInTheMiddle({ source }: SourceFixture): Promise<void> {
  await using object = await source.open(key);
  const controller = new AbortController();
  const sink = new PoisoningSink({
    onWrite: async (received) => {
      if (received < 100_000) return;
      assert.equal(controller.signal.aborted, false, "write() was called after the signal had fired");
      controller.abort();
      await sleep(10);
    },
  });
  await assertAborted(object.read(whole, sink, { signal: controller.signal }));
  await sleep(30);
  const bytes = sink.close();
  assert.ok(bytes.length < sizeBytes);
  assert.equal(findPatternBreach(bytes, 0), -1);
}

async function abortRepeatedly(fixture: SourceFixture): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    await abortInTheMiddle(fixture);
  }
}

async function abortAfterTheEnd({ source }: SourceFixture): Promise<void> {
  const controller = new AbortController();
  await using object = await source.open(key, { signal: controller.signal });
  const sink = new PoisoningSink();
  await object.read({ start: 10, end: 1000 }, sink, { signal: controller.signal });
  controller.abort();
  await sleep(10);
  assert.equal(findPatternBreach(sink.close(), 10), -1);
}

async function abortOneOfThree({ source }: SourceFixture): Promise<void> {
  await using object = await source.open(key);
  const controller = new AbortController();
  const sink = new PoisoningSink({ onWrite: () => controller.abort() });
  await Promise.all([
    assertReads(object, whole),
    assertAborted(object.read(whole, sink, { signal: controller.signal })),
    assertReads(object, { start: 1000, end: sizeBytes }),
  ]);
}

async function failInTheMiddle({ source }: SourceFixture): Promise<void> {
  await assertFailsWithSink(source, 100_000);
}

async function failAtOnce({ source }: SourceFixture): Promise<void> {
  await assertFailsWithSink(source, 0);
}

async function assertFailsWithSink(source: SourceFixture["source"], atBytes: number): Promise<void> {
  await using object = await source.open(key);
  const gone = new Error("the receiver is gone");
  let failures = 0;
  const sink = new PoisoningSink({
    onWrite: (received) => {
      if (received <= atBytes) return;
      failures += 1;
      throw gone;
    },
  });
  await assert.rejects(object.read(whole, sink), (error) => {
    const causes = [error, error instanceof Error ? error.cause : undefined];
    assert.ok(causes.includes(gone), `read() rejected with ${String(error)}, not with what the receiver threw`);
    return true;
  });
  await sleep(20);
  assert.equal(failures, 1, "write() was called after it had rejected");
  await assertReads(object, { start: 0, end: 1000 });
}

async function assertAborted(call: Promise<unknown>): Promise<void> {
  const late = AbortSignal.timeout(noticeMs);
  const tooLate = new Promise<never>((_, reject) => {
    late.addEventListener("abort", () =>
      reject(new assert.AssertionError({ message: `not aborted within ${noticeMs} ms` })),
    );
  });
  await assert.rejects(Promise.race([call, tooLate]), (error) => {
    assert.ok(isSourceError(error, "aborted"), `rejected with ${String(error)}, not with "aborted"`);
    return true;
  });
}
