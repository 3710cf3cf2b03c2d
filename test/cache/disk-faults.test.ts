import { afterEach, describe, expect, it, vi } from "vitest";
import { findPatternBreach } from "../../src/testing/index.ts";
import { patternObject } from "../upstream/upstream-object.ts";
import { type CacheStage, setUpCacheStage } from "./cache-stage.ts";
import { diskOperations } from "./faulty-file-system.ts";

// Whatever the disk refuses, at the start or later: viewers get their bytes, the store says what is the matter, and once the disk is well it
// keeps things again by itself. Disks that fail for real: real-disk-faults.test.ts.

const faulty = await vi.hoisted(async () => {
  const { FaultyFileSystem } = await import("./faulty-file-system.ts");
  return new FaultyFileSystem();
});
vi.mock("node:fs", async (original) => faulty.wrapCallbacks(await original<typeof import("node:fs")>()));
vi.mock("node:fs/promises", async (original) =>
  faulty.wrapPromises(await original<typeof import("node:fs/promises")>()),
);

const sliceBytes = 64 * 1024;
const sizeBytes = 3 * sliceBytes + 500;
const patience = { timeout: 5000, interval: 10 };
const shortages: string[] = [];

let stage: CacheStage | undefined;

afterEach(async () => {
  faulty.mend();
  shortages.length = 0;
  await stage?.[Symbol.asyncDispose]();
  stage = undefined;
});

async function setUp(): Promise<CacheStage> {
  const onShortage = (reason: string): void => void shortages.push(reason);
  const options = { retryAfterMs: 30, memoryBytes: 0, onShortage };
  stage = await setUpCacheStage({ store: "disk", sliceBytes, limitBytes: 16 * sliceBytes, disk: options });
  return stage;
}

async function expectServed({ upstream, get }: CacheStage, key: string, times = 1): Promise<void> {
  upstream.put(key, patternObject(sizeBytes, { salt: key.length }));
  for (let time = 0; time < times; time += 1) {
    const { complete, body } = await get("0-", { key });
    expect([key, complete, body.length, findPatternBreach(body, 0, key.length)]).toEqual([key, true, sizeBytes, -1]);
  }
}

/** Kept, so that nothing is asked of the origin any more. */
async function expectKept(on: CacheStage, key: string): Promise<void> {
  await expect.poll(() => on.store.state.kind, patience).toBe("on");
  await expect
    .poll(async () => {
      on.upstream.resetCounts();
      await expectServed(on, key);
      return on.upstream.requests.filter(({ method }) => method === "GET").length;
    }, patience)
    .toBe(0);
}

describe.each(["EIO", "EROFS", "ENOSPC", "EACCES", "EMFILE", "ENOMEM"])("%s", (code) => {
  const isShortage = ["EMFILE", "ENOMEM"].includes(code);

  it.each(diskOperations)("from %s, later", async (operation) => {
    const on = await setUp();
    await expectServed(on, "held.mp4");
    await expectKept(on, "held.mp4");
    faulty.fail(operation, code);
    await expectServed(on, "held.mp4", 2);
    await expectServed(on, "other.mp4", 2);
    // More than there is room for, so that something has to go.
    for (let film = 0; film < 5; film += 1) await expectServed(on, `film-${film}.mp4`);
    const { strikes } = faulty;
    const { failures } = on.store.counters;
    if (["open", "read", "write", "writeFile", "rename", "fstat"].includes(operation)) {
      expect([operation, strikes > 0, failures > 0]).toEqual([operation, true, true]);
    }
    if (isShortage && failures > 0) expect(shortages).toEqual([expect.stringContaining(code)]);
    faulty.mend();
    await expectKept(on, "held.mp4");
    await expectKept(on, "last.mp4");
  });

  it.each(diskOperations)("from %s, at the start", async (operation) => {
    faulty.fail(operation, code);
    const on = await setUp();
    const { state } = on.store;
    if (["writeFile", "rename", "mkdir"].includes(operation)) {
      expect(state).toMatchObject({ kind: "off", reason: expect.stringContaining(code) });
    }
    await expectServed(on, "held.mp4", 2);
    faulty.mend();
    await expectKept(on, "held.mp4");
  });
});

describe("what was to be dropped while the disk failed", () => {
  it.each(["EIO", "EMFILE"])("is not served afterwards (%s)", async (code) => {
    const on = await setUp();
    await expectServed(on, "held.mp4");
    await expectServed(on, "other.mp4");
    await expectKept(on, "held.mp4");
    await expectKept(on, "other.mp4");
    faulty.fail("unlink", code);
    expect(await on.source.purge("held.mp4")).toEqual({ objects: 0, slices: 0, bytes: 0 });
    expect(on.store.state.kind).toBe("off");
    faulty.mend();
    await expect.poll(() => on.store.state.kind, patience).toBe("on");
    expect((await on.store.list()).entries.map(({ object }) => object)).toEqual(["stage/other.mp4"]);
  });
});
