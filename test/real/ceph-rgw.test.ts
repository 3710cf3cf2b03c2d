import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CephRgw, startCephRgw } from "./ceph-rgw.ts";
import { describeWithParts } from "./require-part.ts";

describeWithParts(["ceph-rgw"], "startCephRgw", () => {
  let s3: CephRgw;
  let bucket: string;
  let etag: string;
  const body = Buffer.from(Array.from({ length: 1_000_000 }, (_, index) => index % 251));

  beforeAll(async () => {
    s3 = await startCephRgw();
    bucket = await s3.createBucket();
    const put = await s3.client.send(
      new PutObjectCommand({ Bucket: bucket, Key: "films/ü b.mp4", Body: body, ContentType: "video/mp4" }),
    );
    etag = put.ETag ?? "";
  });

  afterAll(async () => {
    await s3?.[Symbol.asyncDispose]();
  });

  function get(options: { Range?: string; IfMatch?: string }) {
    return s3.client.send(new GetObjectCommand({ Bucket: bucket, Key: "films/ü b.mp4", ...options }));
  }

  it("gives back what was put", async () => {
    const object = await get({});
    expect(object.ContentType).toBe("video/mp4");
    expect(Buffer.from((await object.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
  });

  it("answers a range of the version that is there with 206", async () => {
    const object = await get({ Range: "bytes=500-509", IfMatch: etag });
    expect(object.$metadata.httpStatusCode).toBe(206);
    expect(object.ContentRange).toBe("bytes 500-509/1000000");
    expect(Buffer.from((await object.Body?.transformToByteArray()) ?? [])).toEqual(body.subarray(500, 510));
  });

  it("answers a range of another version with 412", async () => {
    await expect(get({ Range: "bytes=0-1", IfMatch: '"another"' })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 412 },
    });
  });

  it("lists by prefix and delimiter", async () => {
    const page = await s3.client.send(new ListObjectsV2Command({ Bucket: bucket, Delimiter: "/" }));
    expect(page.CommonPrefixes).toEqual([{ Prefix: "films/" }]);
    const folder = await s3.client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "films/", Delimiter: "/" }));
    expect(folder.Contents?.map(({ Key, Size }) => ({ Key, Size }))).toEqual([
      { Key: "films/ü b.mp4", Size: 1_000_000 },
    ]);
  });

  it("leaves no folder and no process behind", async () => {
    const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`sluice-test-${process.pid}-ceph-`));
    const before = folders();
    const another = await startCephRgw();
    const [added] = folders().filter((name) => !before.includes(name));
    expect(processesNaming(added ?? "?")).toBe(3);
    await another[Symbol.asyncDispose]();
    expect(processesNaming(added ?? "?")).toBe(0);
    expect(folders()).not.toContain(added);
  });
});

function processesNaming(text: string): number {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && commandLine(name).includes(text)).length;
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // It has ended in the meantime.
  }
}
