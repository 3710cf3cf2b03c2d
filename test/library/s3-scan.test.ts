import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Catalog, openSqliteCatalog } from "../../src/catalog/index.ts";
import { createScanner, type ScannedSource, scannedSourceId } from "../../src/library/index.ts";
import type { Source, UpstreamMeter } from "../../src/source/index.ts";
import { createS3Source } from "../../src/sources/index.ts";
import { type CephRgw, startCephRgw } from "../real/ceph-rgw.ts";
import { describeWithParts } from "../real/require-part.ts";
import { createTemporaryFolder, type TemporaryFolder } from "../real/temporary-folder.ts";
import { makeMedia, tone } from "./make-media.ts";
import { itemsOf } from "./scan-stage.ts";

const demo = join(import.meta.dirname, "../../demo");
/** Of each file: with 200 a bucket of 2,000 objects. */
const copies = Number(process.env["SLUICE_SCAN_COPIES"] ?? 20);
const timeoutMs = 60_000 + copies * 5_000;
const demoFiles = [
  "Music/Tidewater/01 Low Water.mp3",
  "Music/Tidewater/02 Harbour Lights.m4a",
  "Music/Tidewater/03 Nachtzug nach Föhr.flac",
  "Music/Tidewater/04 Salt & Starlight.opus",
  "Music/Tidewater/05 Morning on the Flats.ogg",
  "Films/Aurora over the fjord.mp4",
  "Films/Slow tide.mp4",
  "Films/Starlings at dusk.webm",
  "Pictures/Contour lines.png",
];

describeWithParts(["ceph-rgw", "ffmpeg"], "a scan of a bucket", () => {
  let s3: CephRgw;
  let folder: TemporaryFolder;
  let catalog: Catalog;
  let source: Source;

  beforeAll(async () => {
    folder = await createTemporaryFolder("s3-scan");
    s3 = await startCephRgw();
    const bucket = await s3.createBucket();
    const wav = join(folder.path, "tone.wav");
    await makeMedia(wav, ...tone, "-t", "10", "-metadata", "title=Tone");
    for (const path of [...demoFiles.map((file) => join(demo, file)), wav]) {
      const body = await readFile(path);
      const extension = path.slice(path.lastIndexOf("."));
      for (let copy = 0; copy < copies; copy += 1) {
        const Key = `lib/${copy % 4}/${demoFiles.findIndex((file) => path.endsWith(file))} ${copy}${extension}`;
        await s3.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: body }));
      }
    }
    catalog = await openSqliteCatalog({ path: join(folder.path, "catalog.db") });
    source = createS3Source({
      bucket,
      prefix: "lib",
      endpoint: new URL(s3.endpoint),
      region: s3.region,
      credentials: { accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey },
    });
  }, timeoutMs);

  afterAll(async () => {
    await source?.[Symbol.asyncDispose]();
    await catalog?.[Symbol.asyncDispose]();
    await s3?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });

  it(
    "costs at most 3 requests and 256 KiB an object, and nothing the second time",
    async () => {
      const scanned: ScannedSource = { identity: source.location, name: "bucket", source };
      const meter: UpstreamMeter = { requests: 0, bytes: 0 };
      const scanner = createScanner({ catalog });
      const objects = (demoFiles.length + 1) * copies;
      expect(await scanner.scan(scanned, { meter })).toMatchObject({ result: "complete", objects, failed: 0 });
      console.log(JSON.stringify({ objects, ...meter }));
      expect(meter.requests / objects).toBeLessThanOrEqual(3);
      expect(meter.bytes / objects).toBeLessThanOrEqual(256 * 1024);
      const items = await itemsOf(catalog, scannedSourceId(scanned));
      expect(items.size).toBe(objects);
      expect(
        [...items.values()].filter(({ kind, durationSeconds }) => kind !== "image" && durationSeconds === undefined),
      ).toEqual([]);
      const again: UpstreamMeter = { requests: 0, bytes: 0 };
      expect(await scanner.scan(scanned, { meter: again })).toMatchObject({ result: "complete", objects });
      expect(again).toEqual({ requests: 0, bytes: 0 });
    },
    timeoutMs,
  );

  it("loses nothing when the store has gone", async () => {
    const scanned: ScannedSource = { identity: source.location, name: "bucket", source };
    const before = await itemsOf(catalog, scannedSourceId(scanned));
    await s3[Symbol.asyncDispose]();
    expect((await createScanner({ catalog }).scan(scanned)).result).toBe("unreachable");
    expect((await itemsOf(catalog, scannedSourceId(scanned))).size).toBe(before.size);
  });
});
