import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, it } from "vitest";
import { createHttpSource, createS3Source } from "../../src/sources/index.ts";
import { sourceConformance, type SourceFixture } from "../../src/testing/index.ts";
import { startCephRgw } from "../real/ceph-rgw.ts";
import { describeWithParts } from "../real/require-part.ts";
import { FaultyUpstream } from "../upstream/faulty-upstream.ts";
import { bytesObject } from "../upstream/upstream-object.ts";

const runner = { describe, it, beforeAll, afterAll };

async function createHttpFixture(): Promise<SourceFixture> {
  const upstream = await FaultyUpstream.start();
  return {
    source: createHttpSource({ baseUrl: new URL(`${upstream.origin}/library`) }),
    put: async (key, bytes) => upstream.put(`library/${key}`, bytesObject(bytes, { lastModified: new Date() })),
    remove: async (key) => upstream.remove(`library/${key}`),
    close: async () => await upstream[Symbol.asyncDispose](),
  };
}

/** An origin that tells only dates, a second apart for each change, as old servers do. */
async function createDatedFixture(): Promise<SourceFixture> {
  const upstream = await FaultyUpstream.start();
  let seconds = Math.floor(Date.now() / 1000) - 3000;
  return {
    source: createHttpSource({ baseUrl: new URL(upstream.origin) }),
    put: async (key, bytes) => {
      seconds += 1;
      upstream.put(key, bytesObject(bytes, { etag: null, lastModified: new Date(seconds * 1000) }));
    },
    remove: async (key) => upstream.remove(key),
    close: async () => await upstream[Symbol.asyncDispose](),
  };
}

async function createS3Fixture(prefix?: string): Promise<SourceFixture> {
  const rgw = await startCephRgw();
  const bucket = await rgw.createBucket();
  const { accessKeyId, secretAccessKey, region } = rgw;
  const keyOf = (key: string): string => (prefix === undefined ? key : `${prefix}/${key}`);
  return {
    source: createS3Source({
      bucket,
      region,
      endpoint: new URL(rgw.endpoint),
      credentials: { accessKeyId, secretAccessKey },
      prefix,
    }),
    put: async (key, bytes) => {
      await rgw.client.send(new PutObjectCommand({ Bucket: bucket, Key: keyOf(key), Body: bytes }));
    },
    remove: async (key) => {
      await rgw.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: keyOf(key) }));
    },
    close: async () => await rgw[Symbol.asyncDispose](),
  };
}

sourceConformance({ name: "HTTP origin", create: createHttpFixture, refuses: ["list", "locate"] }, runner);
sourceConformance(
  { name: "HTTP origin with dates only", create: createDatedFixture, refuses: ["list", "locate"] },
  runner,
);
describeWithParts(["ceph-rgw"], "on a real S3 server", () => {
  sourceConformance({ name: "S3 bucket", create: async () => await createS3Fixture() }, runner);
  sourceConformance({ name: "S3 below a prefix", create: async () => await createS3Fixture("films/2024 ü") }, runner);
});
