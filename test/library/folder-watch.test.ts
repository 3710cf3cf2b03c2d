import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ScanReport, watchFolder } from "../../src/library/index.ts";
import { type ScanStage, setStage } from "./scan-stage.ts";

const song = "Music/Tidewater/01 Low Water.mp3";

describe("watchFolder()", () => {
  let stage: ScanStage;
  let watching: AsyncDisposable;
  const reports: ScanReport[] = [];
  const errors: Error[] = [];

  beforeEach(async () => {
    reports.length = 0;
    errors.length = 0;
    stage = await setStage();
    await stage.put("here/before.mp3", song);
    await stage.scanner.scan(stage.scanned);
    watching = await watchFolder({
      root: stage.root,
      quietMs: 200,
      onError: (error) => errors.push(error),
      onChanges: async (changes) => {
        const report = await stage.scanner.scanChanges(stage.scanned, changes);
        reports.push(report);
        return report;
      },
    });
  });

  afterEach(async () => {
    await watching[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
  });

  const expectKeys = (...keys: string[]) =>
    vi.waitFor(async () => expect([...(await stage.items()).keys()].toSorted()).toEqual(keys), {
      timeout: 10_000,
      interval: 100,
    });

  it("takes in what comes, also in folders that are new, and forgets what goes", async () => {
    await stage.put("here/after.mp3", song);
    await stage.put("new/deep/er.mp3", song);
    await mkdir(join(stage.root, ".hidden"));
    await stage.put(".hidden/no.mp3", song);
    await expectKeys("here/after.mp3", "here/before.mp3", "new/deep/er.mp3");
    await rm(join(stage.root, "here"), { recursive: true });
    await expectKeys("new/deep/er.mp3");
    await rename(join(stage.root, "new"), join(stage.root, "moved"));
    await expectKeys("moved/deep/er.mp3");
    expect(errors).toEqual([]);
  });

  it("does not lose what happens during a scan", async () => {
    await stage.catalog.withScanLock(stage.sourceId, async () => {
      await stage.put("here/meanwhile.mp3", song);
      await vi.waitFor(() => expect(reports.map(({ result }) => result)).toEqual(["busy"]), { timeout: 10_000 });
    });
    await expectKeys("here/before.mp3", "here/meanwhile.mp3");
  });

  it("passes a burst on at once, and a file that is replaced is not lost", async () => {
    for (let index = 0; index < 30; index += 1) await stage.put(`here/${index}.mp3`, song);
    await vi.waitFor(async () => expect((await stage.items()).size).toBe(31), { timeout: 10_000 });
    expect(reports.length).toBeLessThanOrEqual(3);
    const path = join(stage.root, "here/before.mp3");
    await rm(path);
    await writeFile(path, "now it is words");
    await vi.waitFor(async () => expect((await stage.items()).get("here/before.mp3")?.issues).toHaveLength(1), {
      timeout: 10_000,
    });
  });
});
