import { execFile } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { formatCephConfig } from "./ceph-config.ts";
import { type DaemonOptions, startDaemon } from "./daemon.ts";
import { findFreePort } from "./free-port.ts";
import { createTemporaryFolder } from "./temporary-folder.ts";

const run = promisify(execFile);
const startTimeoutMs = 60_000;
// Nothing of it is kept, and an orderly end takes the gateway five seconds.
const stopAtOnce: DaemonOptions = { stopSignal: "SIGKILL" };

/** A real S3 server of the test's own: Ceph's object gateway over a memory store. */
export interface CephRgw extends AsyncDisposable {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Makes a bucket that nobody else uses, and returns its name. */
  createBucket(): Promise<string>;
  /** A client with these credentials and path-style addresses, closed together with the server. */
  readonly client: S3Client;
}

/**
 * Starts a single-node Ceph cluster with an S3 gateway on 127.0.0.1, in a temporary folder. Takes 2 to 4 seconds, so a test file that
 * needs one starts its own and shares nothing.
 */
export async function startCephRgw(): Promise<CephRgw> {
  await using resources = new AsyncDisposableStack();
  const folder = resources.use(await createTemporaryFolder("ceph")).path;
  const credentials = {
    accessKeyId: randomBytes(10).toString("hex"),
    secretAccessKey: randomBytes(20).toString("hex"),
  };
  await startCluster(folder, resources);
  const endpoint = await startGateway(folder, credentials, resources);
  const region = "default";
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  resources.defer(() => client.destroy());
  const owned = resources.move();
  return {
    endpoint,
    region,
    ...credentials,
    client,
    createBucket: async () => {
      const name = `bucket-${randomBytes(6).toString("hex")}`;
      await client.send(new CreateBucketCommand({ Bucket: name }));
      return name;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function startCluster(folder: string, resources: AsyncDisposableStack): Promise<void> {
  const place = { folder, clusterId: randomUUID(), monitorPort: await findFreePort() };
  const config = join(folder, "ceph.conf");
  await writeFile(config, formatCephConfig(place));
  await Promise.all(["mon", "osd", "rgw"].map((name) => mkdir(join(folder, name))));
  await createKeys(folder);
  const monitorMap = join(folder, "monmap");
  const monitor = `[v2:127.0.0.1:${place.monitorPort}]`;
  await run("monmaptool", ["--create", "--fsid", place.clusterId, "--addv", "a", monitor, monitorMap]);
  const base = ["-c", config];
  await run("ceph-mon", [...base, "-i", "a", "--mkfs", "--monmap", monitorMap, "--keyring", join(folder, "keyring")]);
  resources.use(startDaemon("ceph-mon", [...base, "-i", "a", "-f"], stopAtOnce));
  const storeId = randomUUID();
  const admin = [...base, "--connect-timeout", "30"];
  await run("ceph", [...admin, "osd", "new", storeId, "-i", join(folder, "osd.json")]);
  await run("ceph-osd", [...base, "-i", "0", "--mkfs", "--osd-uuid", storeId]);
  resources.use(startDaemon("ceph-osd", [...base, "-i", "0", "-f"], stopAtOnce));
  await run("ceph", [...admin, "osd", "crush", "add", "osd.0", "1.0", "host=local", "root=default"]);
}

/** One keyring for everybody, and the store's key once more as the monitor wants to be told it. */
async function createKeys(folder: string): Promise<void> {
  const keyring = join(folder, "keyring");
  const everything = ["--cap", "mon", "allow *", "--cap", "osd", "allow *", "--cap", "mgr", "allow *"];
  const store = ["--cap", "mon", "allow profile osd", "--cap", "osd", "allow *", "--cap", "mgr", "allow profile osd"];
  await run("ceph-authtool", ["-C", keyring, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *"]);
  await run("ceph-authtool", [keyring, "--gen-key", "-n", "client.admin", ...everything]);
  await run("ceph-authtool", [keyring, "--gen-key", "-n", "client.rgw", ...everything]);
  await run("ceph-authtool", [keyring, "--gen-key", "-n", "osd.0", ...store]);
  const { stdout: storeKey } = await run("ceph-authtool", [keyring, "-n", "osd.0", "-p"]);
  await writeFile(join(folder, "osd.json"), JSON.stringify({ cephx_secret: storeKey.trim() }));
}

async function startGateway(
  folder: string,
  credentials: Pick<CephRgw, "accessKeyId" | "secretAccessKey">,
  resources: AsyncDisposableStack,
): Promise<string> {
  const base = ["-c", join(folder, "ceph.conf"), "-n", "client.rgw"];
  const keys = [`--access-key=${credentials.accessKeyId}`, `--secret-key=${credentials.secretAccessKey}`];
  const user = ["user", "create", "--uid=tests", "--display-name=Tests", ...keys];
  await run("radosgw-admin", [...base, ...user], { timeout: startTimeoutMs });
  const port = await findFreePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const frontend = ["--rgw-frontends", `beast endpoint=127.0.0.1:${port}`];
  const gateway = resources.use(startDaemon("radosgw", [...base, ...frontend, "-f"], stopAtOnce));
  await gateway.waitUntil(() => isAnswering(endpoint), startTimeoutMs);
  return endpoint;
}

async function isAnswering(address: string): Promise<boolean> {
  try {
    const response = await fetch(address);
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}
