import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findPatternBreach } from "../../src/testing/index.ts";
import { patternObject } from "../upstream/upstream-object.ts";
import { type CacheStage, film, mebibyte, setUpCacheStage } from "./cache-stage.ts";
import { type FailingDisk, mountFailingDisk, whyNoFailingDisk } from "./small-disk.ts";

// Disks that fail as they do in machine rooms: the kernel's own EIO and EROFS, and a process that may open no more files.

const sliceBytes = 64 * 1024;
const sizeBytes = 5 * sliceBytes + 77;
const patience = { timeout: 5000, interval: 10 };

const skipReason = whyNoFailingDisk();
describe("a disk", skipReason === undefined ? {} : { skip: true, meta: { skipReason } }, () => {
  let disk: FailingDisk;
  let stage: CacheStage | undefined;

  beforeEach(() => {
    disk = mountFailingDisk();
  });

  afterEach(async () => {
    await stage?.[Symbol.asyncDispose]();
    stage = undefined;
    disk[Symbol.dispose]();
  });

  async function setUp(): Promise<CacheStage> {
    const folder = join(disk.path, "cache");
    stage = await setUpCacheStage({ store: "disk", sliceBytes, disk: { folder, retryAfterMs: 200 } });
    stage.upstream.put(film, patternObject(sizeBytes));
    return stage;
  }

  async function expectServed({ get }: CacheStage): Promise<void> {
    const { complete, body } = await get("0-");
    expect([complete, body.length, findPatternBreach(body, 0)]).toEqual([true, sizeBytes, -1]);
  }

  async function expectKept(on: CacheStage): Promise<void> {
    await expect.poll(() => on.store.state.kind, patience).toBe("on");
    await expect
      .poll(async () => {
        on.upstream.resetCounts();
        await expectServed(on);
        return on.upstream.requests.filter(({ method }) => method === "GET").length;
      }, patience)
      .toBe(0);
  }

  it("breaks down under a cache that is full of slices: they come from the origin, until it is back", async () => {
    const on = await setUp();
    await expectServed(on);
    await expectKept(on);
    disk.breakDown();
    await expectServed(on);
    expect(on.store.state).toMatchObject({ kind: "off", reason: expect.stringContaining("(EIO)") });
    expect(on.store.counters.failures).toBeGreaterThan(0);
    await expectServed(on);
    disk.repair();
    await expectKept(on);
  });

  it("breaks down while a viewer reads from it: he gets all, from there or from the origin", async () => {
    const on = await setUp();
    on.upstream.put(film, patternObject(8 * mebibyte));
    expect((await on.get("0-")).complete).toBe(true);
    await expect.poll(async () => (await on.store.stat()).bytes, patience).toBe(8 * mebibyte);
    let bytes = 0;
    const { complete } = await on.get("0-", {
      onBody: (chunk, offset) => {
        if (offset === 0) disk.breakDown();
        expect(findPatternBreach(chunk, offset)).toBe(-1);
        bytes += chunk.length;
      },
    });
    expect([complete, bytes, on.store.state.kind]).toEqual([true, 8 * mebibyte, "off"]);
    on.upstream.put(film, patternObject(sizeBytes));
    disk.repair();
    await expectKept(on);
  });

  it("turns read-only: viewers do not notice, and it is used again when it can be", async () => {
    const on = await setUp();
    await expectServed(on);
    await expectKept(on);
    disk.becomeReadOnly();
    on.upstream.put("other.mp4", patternObject(sizeBytes, { salt: 3 }));
    const { complete, body } = await on.get("0-", { key: "other.mp4" });
    expect([complete, body.length, findPatternBreach(body, 0, 3)]).toEqual([true, sizeBytes, -1]);
    await expect
      .poll(() => on.store.state, patience)
      .toMatchObject({
        kind: "off",
        reason: expect.stringContaining("(EROFS)"),
      });
    await expectServed(on);
    disk.repair();
    await expectKept(on);
  });

  it("is broken at the start: Sluice serves, and keeps as soon as it can", async () => {
    mkdirSync(join(disk.path, "cache"));
    disk.breakDown();
    const on = await setUp();
    expect(on.store.state).toMatchObject({ kind: "off", reason: expect.stringContaining("(EIO)") });
    await expectServed(on);
    disk.repair();
    await expectKept(on);
  });
});

describe("a process that may open no more files", () => {
  it("delivers what it cannot read from its slices, says so once, and reads them again when it can", async () => {
    const script = join(import.meta.dirname, "few-files.ts");
    const { stdout } = await promisify(execFile)("prlimit", ["--nofile=200", process.execPath, script]);
    expect(JSON.parse(stdout)).toEqual({
      exact: { kept: true, held: true, other: true, heldAgain: true },
      states: ["on", "on", "on"],
      shortages: [expect.stringMatching(/^Cannot .* the cache folder .*: too many files are open.*\(EMFILE\)$/)],
      hasFailures: true,
      hitBytesMeanwhile: 0,
      isHitAgain: true,
    });
  });
});
