import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { mediaKindOf, mediaTypeOfKey } from "../../src/http/index.ts";
import { portOf, startSluice } from "../server/sluice-process.ts";
import { startCephRgw } from "./ceph-rgw.ts";
import { startStaticServer } from "./static-server.ts";
import { createTemporaryFolder } from "./temporary-folder.ts";

/** The real server over the demo library in each kind of place it can lie. */
export interface DemoServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly address: string;
}

/** A media file of the demo library. */
export interface DemoFile {
  readonly key: string;
  readonly kind: "audio" | "video" | "image";
  readonly mediaType: string;
}

export const demoSources: readonly ("local" | "http" | "s3")[] = ["local", "http", "s3"];

const demoFolder = fileURLToPath(new URL("../../demo", import.meta.url));

/** Every audio, video and image file of the demo library. */
export async function listDemoFiles(): Promise<readonly DemoFile[]> {
  const entries = await readdir(demoFolder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(demoFolder.length + 1))
    .flatMap((key) => {
      const mediaType = mediaTypeOfKey(key) ?? "";
      const kind = mediaType === "audio/mpegurl" || mediaType.endsWith("mpegurl") ? undefined : mediaKindOf(mediaType);
      return kind === undefined ? [] : [{ key, kind, mediaType }];
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Address of a demo file in one of the server's sources. */
export function demoUrl(server: DemoServer, source: string, key: string): string {
  return `${server.address}/media/${source}/${key.split("/").map(encodeURIComponent).join("/")}`;
}

/**
 * Starts `sluice` as a process with three sources of the same files: the folder, an HTTP origin that is not ours, and a bucket on a real
 * S3 server.
 */
export async function startDemoServer(): Promise<DemoServer> {
  await using resources = new AsyncDisposableStack();
  const origin = resources.use(await startStaticServer(demoFolder));
  const rgw = resources.use(await startCephRgw());
  const bucket = await rgw.createBucket();
  for (const { key } of await listDemoFiles()) {
    const Body = await readFile(join(demoFolder, key));
    await rgw.client.send(new PutObjectCommand({ Bucket: bucket, Key: `demo/${key}`, Body }));
  }
  const query = new URLSearchParams({ endpoint: rgw.endpoint, region: rgw.region });
  const sluice = resources.use(
    startSluice(
      ["--port", "0", `local=${demoFolder}`, `http=${origin.address}/`, `s3=s3://${bucket}/demo?${query.toString()}`],
      {
        env: {
          AWS_ACCESS_KEY_ID: rgw.accessKeyId,
          AWS_SECRET_ACCESS_KEY: rgw.secretAccessKey,
          // As people run it: what comes from afar is kept, in a folder of the test's own.
          SLUICE_CACHE_SIZE: "256MiB",
          XDG_CACHE_HOME: resources.use(await createTemporaryFolder("demo-cache")).path,
          SLUICE_DATABASE: join(resources.use(await createTemporaryFolder("demo-library")).path, "library.db"),
          XDG_STATE_HOME: resources.use(await createTemporaryFolder("demo-state")).path,
        },
      },
    ),
  );
  const address = `http://127.0.0.1:${await portOf(sluice)}`;
  const owned = resources.move();
  return { address, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
