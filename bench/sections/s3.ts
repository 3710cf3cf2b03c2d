import { open } from "node:fs/promises";
import { join } from "node:path";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { findMissingCommands } from "../../scripts/setup/missing-commands.ts";
import { packageGroups } from "../../scripts/setup/package-groups.ts";
import { type CephRgw, startCephRgw } from "../../test/real/ceph-rgw.ts";
import { type Fixture, OBJECT_PATH } from "../fixture.ts";
import { nginxProxy, nginxUnspooledProxy } from "../peers/nginx.ts";
import { nodePipeProxy, sluiceS3 } from "../peers/node-servers.ts";
import type { Upstream } from "../peers/peer.ts";
import { compare } from "./comparison.ts";
import type { SectionContext, SectionResult } from "./section.ts";

/** The gateway keeps objects in memory, and is slower than all proxies: a smaller object will do. */
const OBJECT_BYTES = 256 * 1024 * 1024;
const KEY = "big.bin";
const SIGNATURE_SECONDS = 3600;

/** Proxies in front of a real S3 server: ours signs each request; the others are given a presigned address. */
export async function runS3(context: SectionContext): Promise<SectionResult> {
  const missing = packageGroups.filter(({ name }) => name === "ceph-rgw").flatMap(findMissingCommands);
  if (missing.length > 0) {
    return { markdown: `Not measured: Ceph's object gateway is not installed (${missing.join(", ")}).`, bars: [] };
  }
  context.progress("starting Ceph's object gateway");
  await using gateway = await startCephRgw();
  const bucket = await gateway.createBucket();
  await upload(gateway, bucket, context.fixture);
  const { endpoint, region, accessKeyId, secretAccessKey } = gateway;
  const ours = sluiceS3({ bucket, endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  return await compare(
    { ...context, fixture: { ...context.fixture, sizeBytes: OBJECT_BYTES } },
    {
      peers: [ours, nginxProxy, nginxUnspooledProxy, nodePipeProxy],
      upstream: await presignedUpstream(gateway, bucket),
      bars: [],
      workloads: ["one large stream", "1 MiB ranges, 64 connections"],
    },
  );
}

async function upload({ client }: CephRgw, bucket: string, { root }: Fixture): Promise<void> {
  await using file = await open(join(root, OBJECT_PATH));
  const { buffer } = await file.read(Buffer.allocUnsafe(OBJECT_BYTES), 0, OBJECT_BYTES, 0);
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: KEY, Body: buffer }));
}

async function presignedUpstream({ client }: CephRgw, bucket: string): Promise<Upstream> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: KEY });
  const url = new URL(await getSignedUrl(client, command, { expiresIn: SIGNATURE_SECONDS }));
  return { host: url.hostname, port: Number(url.port), target: url.pathname + url.search };
}
