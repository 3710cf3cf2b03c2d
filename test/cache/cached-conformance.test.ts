import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, it } from "vitest";
import { cachedSource } from "../../src/cache/index.ts";
import type { Source } from "../../src/source/index.ts";
import { createHttpSource, createMemorySource, createS3Source } from "../../src/sources/index.ts";
import { sourceConformance, type SourceFixture } from "../../src/testing/index.ts";
import { startCephRgw } from "../real/ceph-rgw.ts";
import { describeWithParts } from "../real/require-part.ts";
import { FaultyUpstream } from "../upstream/faulty-upstream.ts";
import { bytesObject } from "../upstream/upstream-object.ts";
import { mebibyte, openStore } from "./cache-stage.ts";

// A cached source is a source: the one suite holds for it too, whatever is behind it and wherever it keeps slices.

const runner = { describe, it, beforeAll, afterAll };
const kibibyte = 1024;

/** The suite replaces and removes objects and looks at once, which is what asking before each use is for. */
const askAlways = { freshForSeconds: 0, staleWhileRevalidateSeconds: 0, staleIfErrorSeconds: 0, notFoundForSeconds: 0 };

/** Puts a cache before what `fixture` made. */
async function cacheBefore(
  fixture: SourceFixture,
  storeKind: "memory" | "disk",
  sliceBytes: number,
): Promise<SourceFixture> {
  const resources = new AsyncDisposableStack();
  // A file that stays open for the next reader is no leak, but would count as one.
  const limits = { sliceBytes, limitBytes: 512 * mebibyte, idleFiles: 0 };
  const store = resources.use(await openStore(storeKind, limits, resources));
  return {
    ...fixture,
    source: cachedSource(fixture.source, store, { name: "conformance", ...askAlways }),
    close: async () => {
      await resources.disposeAsync();
      await fixture.close();
    },
  };
}

async function createMemoryFixture(): Promise<SourceFixture> {
  const source = createMemorySource();
  return {
    source,
    put: async (key, bytes) => source.put(key, bytes),
    remove: async (key) => source.remove(key),
    close: async () => {},
  };
}

async function createHttpFixture(): Promise<SourceFixture> {
  const upstream = await FaultyUpstream.start();
  return {
    source: createHttpSource({ baseUrl: new URL(`${upstream.origin}/library`) }),
    put: async (key, bytes) => upstream.put(`library/${key}`, bytesObject(bytes, { lastModified: new Date() })),
    remove: async (key) => upstream.remove(`library/${key}`),
    close: async () => await upstream[Symbol.asyncDispose](),
  };
}

async function createS3Fixture(): Promise<SourceFixture> {
  const rgw = await startCephRgw();
  const bucket = await rgw.createBucket();
  const { accessKeyId, secretAccessKey, region } = rgw;
  const credentials = { accessKeyId, secretAccessKey };
  const source: Source = createS3Source({ bucket, region, endpoint: new URL(rgw.endpoint), credentials });
  return {
    source,
    put: async (key, bytes) => {
      await rgw.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
    },
    remove: async (key) => {
      await rgw.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
    close: async () => await rgw[Symbol.asyncDispose](),
  };
}

for (const sliceBytes of [mebibyte, 256 * kibibyte]) {
  const grid = `slices of ${sliceBytes / kibibyte} KiB`;
  sourceConformance(
    {
      name: `cache in memory before memory, ${grid}`,
      create: async () => await cacheBefore(await createMemoryFixture(), "memory", sliceBytes),
      refuses: ["locate"],
    },
    runner,
  );
  sourceConformance(
    {
      name: `cache on disk before an HTTP origin, ${grid}`,
      create: async () => await cacheBefore(await createHttpFixture(), "disk", sliceBytes),
      refuses: ["list", "locate"],
    },
    runner,
  );
}

describeWithParts(["ceph-rgw"], "on a real S3 server", () => {
  sourceConformance(
    {
      name: "cache on disk before S3, slices of 256 KiB",
      create: async () => await cacheBefore(await createS3Fixture(), "disk", 256 * kibibyte),
    },
    runner,
  );
});
