import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DiskSliceStoreOptions, openDiskSliceStore } from "../../src/cache/disk-slice-store.ts";
import type { SliceStore } from "../../src/cache/slice-store.ts";
import { PoisoningSink, patternBytes } from "../../src/testing/index.ts";
import { createTemporaryFolder, type TemporaryFolder } from "../real/temporary-folder.ts";
import { diskUsage } from "./disk-usage.ts";
import { fillCacheFolder, filledKey } from "./fill-cache-folder.ts";
import { mountSmallDisk, type SmallDisk, whyNoSmallDisk } from "./small-disk.ts";

const mebibyte = 1024 * 1024;
const sliceBytes = 64 * 1024;
const key = { object: "films/a.mp4", version: '"1"', index: 0 };

let temporary: TemporaryFolder;
let folder: string;
const open: SliceStore[] = [];

beforeEach(async () => {
  temporary = await createTemporaryFolder("disk-store");
  folder = join(temporary.path, "cache");
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((store) => store[Symbol.asyncDispose]()));
  await temporary[Symbol.asyncDispose]();
});

async function openStore(options: Partial<DiskSliceStoreOptions> = {}): Promise<SliceStore> {
  const store = await openDiskSliceStore({
    folder,
    sliceBytes,
    limitBytes: 8 * mebibyte,
    retryAfterMs: 100,
    ...options,
  });
  open.push(store);
  return store;
}

async function reopen(store: SliceStore, options: Partial<DiskSliceStoreOptions> = {}): Promise<SliceStore> {
  await store[Symbol.asyncDispose]();
  return await openStore(options);
}

async function readWhole(store: SliceStore, at = key): Promise<Uint8Array | undefined> {
  await using slice = await store.open(at);
  const sink = new PoisoningSink();
  await slice?.read({ start: 0, end: slice.lengthBytes }, sink);
  return slice === undefined ? undefined : sink.close();
}

async function sliceFiles(): Promise<string[]> {
  const paths = await readdir(join(folder, "objects"), { recursive: true });
  return paths.filter((path) => /\.[0-9a-f]{8}$/.test(path)).map((path) => join(folder, "objects", path));
}

async function theSliceFile(): Promise<string> {
  const [path, ...rest] = await sliceFiles();
  expect(rest).toEqual([]);
  return path ?? "";
}

async function waitForState(store: SliceStore, kind: "on" | "off"): Promise<void> {
  for (const deadline = Date.now() + 5000; store.state.kind !== kind && Date.now() < deadline;) {
    await sleep(10);
  }
  expect(store.state.kind).toBe(kind);
}

describe("a slice that is not what was put", () => {
  async function damage(path: string): Promise<void> {
    const bytes = await readFile(path);
    bytes[40_000] = (bytes[40_000] ?? 0) ^ 1;
    await writeFile(path, bytes);
  }

  it("is noticed by its checksum when it comes from an earlier boot, and dropped", async () => {
    const store = await openStore();
    await store.put(key, patternBytes(0, sliceBytes));
    const path = await theSliceFile();
    await store[Symbol.asyncDispose]();
    const earlier = path.replace(/[0-9a-f]{8}$/, "0badb007");
    await rename(path, earlier);
    await damage(earlier);
    const again = await openStore();
    expect(await again.has(key)).toBe(true);
    expect(await readWhole(again)).toBeUndefined();
    expect(again.counters.damaged).toBe(1);
    expect(await again.has(key)).toBe(false);
    expect(await sliceFiles()).toEqual([]);
    expect(again.state.kind).toBe("on");
  });

  it("is served when it comes from an earlier boot whole", async () => {
    const store = await openStore();
    await store.put(key, patternBytes(0, sliceBytes));
    const path = await theSliceFile();
    await store[Symbol.asyncDispose]();
    await rename(path, path.replace(/[0-9a-f]{8}$/, "0badb007"));
    const again = await openStore();
    const reads = await Promise.all(Array.from({ length: 10 }, () => readWhole(again)));
    expect(
      reads.every((bytes) => bytes !== undefined && Buffer.compare(bytes, patternBytes(0, sliceBytes)) === 0),
    ).toBe(true);
    expect(again.counters.damaged).toBe(0);
  });

  it("is noticed by its length, whenever it was written", async () => {
    const store = await openStore();
    await store.put(key, patternBytes(0, sliceBytes));
    await truncate(await theSliceFile(), 1000);
    expect(await readWhole(store)).toBeUndefined();
    expect(store.counters.damaged).toBe(1);
    expect(await store.put(key, patternBytes(0, sliceBytes))).toBe(true);
    expect(await readWhole(store)).toHaveLength(sliceBytes);
  });

  it("is forgotten when somebody deleted its file", async () => {
    const store = await openStore();
    await store.put(key, patternBytes(0, sliceBytes));
    await rm(await theSliceFile());
    expect(await readWhole(store)).toBeUndefined();
    expect(store.state.kind).toBe("on");
    expect(await store.stat()).toEqual({ objects: 0, slices: 0, bytes: 0 });
  });

  it("fails the read it is cut under, and not the store", async () => {
    const store = await openStore();
    await store.put(key, patternBytes(0, sliceBytes));
    const slice = await store.open(key);
    await truncate(await theSliceFile(), 100);
    await expect(slice?.read({ start: 0, end: sliceBytes }, new PoisoningSink())).rejects.toMatchObject({
      code: "unavailable",
    });
    await slice?.[Symbol.asyncDispose]();
    expect(await store.has(key)).toBe(false);
    expect(store.state.kind).toBe("on");
  });
});

describe("what lies in the folder at start", () => {
  it("loses what an earlier process left half written, and what nobody knows", async () => {
    const store = await openStore();
    await store.put(key, patternBytes(0, sliceBytes));
    const path = await theSliceFile();
    await store[Symbol.asyncDispose]();
    await writeFile(join(folder, "incoming", "77"), "half");
    await writeFile(`${path}.bak`, "not ours");
    const stray = join(folder, "objects", "0", "00000000000000000000000000000000");
    await mkdir(stray);
    await writeFile(join(stray, "about.json"), '{"object":"films/');
    const again = await openStore();
    expect(await again.stat()).toEqual({ objects: 1, slices: 1, bytes: sliceBytes });
    expect(await readdir(join(folder, "incoming"))).toEqual([]);
    expect(await sliceFiles()).toEqual([path]);
    await expect(readdir(stray)).rejects.toThrow("ENOENT");
  });

  it("is of no use on another grid, and makes room", async () => {
    const store = await openStore();
    for (let index = 0; index < 50; index += 1) {
      await store.put({ ...key, index }, patternBytes(0, sliceBytes));
    }
    const again = await reopen(store, { sliceBytes: 2 * sliceBytes });
    expect(await again.stat()).toEqual({ objects: 0, slices: 0, bytes: 0 });
    expect(await diskUsage(folder)).toBeLessThan(mebibyte);
    expect(await again.put(key, patternBytes(0, 2 * sliceBytes))).toBe(true);
  });

  it("is cut down where the limit was lowered", async () => {
    const store = await openStore();
    for (let index = 0; index < 100; index += 1) {
      await store.put({ ...key, index }, patternBytes(0, sliceBytes));
    }
    const again = await reopen(store, { limitBytes: 2 * mebibyte });
    const { slices } = await again.stat();
    expect(slices).toBeGreaterThan(10);
    expect(await diskUsage(folder)).toBeLessThanOrEqual(2 * mebibyte);
  });

  const slicesCount = Number(process.env["SLUICE_STARTUP_SLICES"] ?? 20_000);
  it(`does not keep the first request waiting, however much it is (${slicesCount} slices)`, async () => {
    const shape = { folder, sliceBytes: 16, objects: Math.ceil(slicesCount / 200), slicesEach: 200 };
    const stored = await fillCacheFolder(shape);
    // Full, so that nothing can be put before something goes.
    const limitBytes = stored + mebibyte;
    const heapBefore = heapBytes();
    const startedAt = performance.now();
    const store = await openStore({ sliceBytes: 16, limitBytes });
    const openedAt = performance.now();
    const bytes = await readWhole(store, filledKey(shape.objects - 1, 77));
    const answeredAt = performance.now();
    expect(bytes).toEqual(patternBytes(0, 16));
    expect(await readWhole(store, filledKey(shape.objects, 0))).toBeUndefined();
    await store.put(filledKey(shape.objects, 0), patternBytes(0, 16));
    expect(await diskUsage(join(folder, "incoming"))).toBeLessThan(100_000);
    const totals = await store.stat();
    const completeAt = performance.now();
    const times = [openedAt, answeredAt, completeAt].map((at) => `${Math.round(at - startedAt)} ms`).join(", ");
    const each = Math.round((heapBytes() - heapBefore) / slicesCount);
    console.log(`${slicesCount} slices: open, first answer, complete after ${times}; ${each} bytes of memory a slice`);
    expect(answeredAt - startedAt).toBeLessThan(1000);
    expect(totals.slices).toBeGreaterThan(shape.objects * 200 - 100);
    expect(await store.put(filledKey(shape.objects + 1, 0), patternBytes(0, 16))).toBe(true);
  }, 3_600_000);
});

function heapBytes(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe("a folder two stores want", () => {
  it("belongs to the first, and the second is told so", async () => {
    const store = await openStore();
    await expect(openStore()).rejects.toThrow(`Cannot use the cache folder ${folder}: another process is using it`);
    expect(await store.put(key, patternBytes(0, 1000))).toBe(true);
    const again = await reopen(store);
    expect(await again.has(key)).toBe(true);
  });

  it("is free as soon as the process that had it is killed", async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "kill-nine-writer.ts"), folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await expect(openStore()).rejects.toThrow("another process is using it");
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
    const store = await openStore();
    expect(store.state.kind).toBe("on");
  });
});

describe("a disk that fails", () => {
  it("turns the store off when the folder is deleted, and on again after a while", async () => {
    const store = await openStore();
    await store.put(key, patternBytes(0, sliceBytes));
    await rm(folder, { recursive: true });
    expect(await store.put({ ...key, index: 1 }, patternBytes(0, sliceBytes))).toBe(false);
    expect(store.state).toEqual({
      kind: "off",
      reason: `Cannot write to the cache folder ${folder}: it is gone (ENOENT)`,
    });
    expect(await store.has(key)).toBe(false);
    expect(await store.open(key)).toBeUndefined();
    expect(await store.list()).toEqual({ entries: [] });
    await waitForState(store, "on");
    expect(await store.stat()).toEqual({ objects: 0, slices: 0, bytes: 0 });
    expect(await store.put(key, patternBytes(0, sliceBytes))).toBe(true);
    expect(await readWhole(store)).toHaveLength(sliceBytes);
  });

  it("notices the deleted folder also when reading", async () => {
    const store = await openStore({ idleFiles: 1 });
    await store.put(key, patternBytes(0, sliceBytes));
    await rm(folder, { recursive: true });
    expect(await store.open(key)).toBeUndefined();
    expect(store.state.kind).toBe("off");
  });

  it("starts a store off that cannot be opened, and turns it on when it can", async () => {
    await writeFile(folder, "a file is in the way");
    const store = await openStore();
    expect(store.state.kind).toBe("off");
    expect(await store.put(key, patternBytes(0, sliceBytes))).toBe(false);
    expect(await store.open(key)).toBeUndefined();
    await rm(folder);
    await waitForState(store, "on");
    expect(await store.put(key, patternBytes(0, sliceBytes))).toBe(true);
  });

  it("turns the store off where it may not write any more, and on again when it may", async () => {
    const store = await openStore();
    await store.put(key, patternBytes(0, sliceBytes));
    const incoming = join(folder, "incoming");
    await chmod(incoming, 0o555);
    // Root may write anywhere; nobody may not.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) {
      process.seteuid?.(65_534);
    }
    try {
      expect(await store.put({ ...key, index: 1 }, patternBytes(0, sliceBytes))).toBe(false);
      expect(store.state).toMatchObject({ kind: "off", reason: expect.stringContaining("permission denied (EACCES)") });
      await sleep(300);
      expect(store.state.kind).toBe("off");
    } finally {
      if (isRoot) {
        process.seteuid?.(0);
      }
      await chmod(incoming, 0o755);
    }
    await waitForState(store, "on");
    expect(await readWhole(store)).toHaveLength(sliceBytes);
  });
});

const skipReason = whyNoSmallDisk();
const skip = skipReason === undefined ? {} : { skip: true, meta: { skipReason } };
describe("a disk that is full", skip, () => {
  let disk: SmallDisk;

  beforeEach(() => {
    disk = mountSmallDisk(4 * mebibyte);
    folder = join(disk.path, "cache");
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((store) => store[Symbol.asyncDispose]()));
    disk[Symbol.dispose]();
  });

  it("turns the store off, and on again when there is room, with all that it had", async () => {
    const store = await openStore({ limitBytes: 64 * mebibyte });
    expect(await store.put(key, patternBytes(0, sliceBytes))).toBe(true);
    await writeFile(join(disk.path, "somebody else's"), new Uint8Array(3 * mebibyte));
    let kept = 0;
    while (await store.put({ ...key, index: kept + 1 }, patternBytes(0, sliceBytes))) {
      kept += 1;
    }
    expect(kept).toBeLessThan(20);
    expect(store.state).toMatchObject({ kind: "off", reason: expect.stringContaining("the disk is full (ENOSPC)") });
    await sleep(400);
    expect(store.state.kind).toBe("off");
    await rm(join(disk.path, "somebody else's"));
    await waitForState(store, "on");
    expect(await readWhole(store)).toEqual(patternBytes(0, sliceBytes));
    expect((await store.stat()).slices).toBe(kept + 1);
    expect(await readdir(join(folder, "incoming"))).toEqual([]);
    expect(await store.put({ ...key, index: 99 }, patternBytes(0, sliceBytes))).toBe(true);
  });
});
