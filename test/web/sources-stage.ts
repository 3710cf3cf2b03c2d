import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { startCephRgw } from "../real/ceph-rgw.ts";
import { makeSampleVideo } from "../real/sample-media.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { bytesObject } from "../upstream/upstream-object.ts";
import { jointFormat } from "../ytdlp/site-stage.ts";
import { TestSite } from "../ytdlp/test-site.ts";
import { openPlayerStage, type PlayerStage } from "./player-stage.ts";

const root = join(import.meta.dirname, "../..");

/** One item of each source of {@link openSourcesStage}: what a search for "tide" finds. */
export const itemsOfSources = [
  { source: "films", title: "Slow tide" },
  { source: "bucket", title: "Low Water" },
  { source: "site", title: "Spring tide" },
] as const;

/** The player over a folder of films, a bucket of music on a real S3 server, and a site behind the real yt-dlp. */
export async function openSourcesStage(): Promise<PlayerStage> {
  await using resources = new AsyncDisposableStack();
  const folder = resources.use(await createTemporaryFolder("sources"));
  const rgw = resources.use(await startCephRgw());
  const bucket = await rgw.createBucket();
  const album = join(root, "demo/Music/Tidewater");
  for (const name of await readdir(album)) {
    const Body = await readFile(join(album, name));
    await rgw.client.send(new PutObjectCommand({ Bucket: bucket, Key: `Tidewater/${name}`, Body }));
  }
  const site = resources.use(await TestSite.start());
  const film = await readFile(join(folder.path, await makeSampleVideo(folder.path)));
  const format = { ...jointFormat("18", film.length), object: bytesObject(film) };
  site.put("spring", { title: "Spring tide", formats: [format] });
  const stage = resources.use(
    await openPlayerStage({
      sources: [
        `films=${join(root, "demo/Films")}`,
        `bucket=s3://${bucket}?${new URLSearchParams({ endpoint: rgw.endpoint, region: rgw.region }).toString()}`,
        `site=${siteLocation(site)}`,
      ],
      env: {
        AWS_ACCESS_KEY_ID: rgw.accessKeyId,
        AWS_SECRET_ACCESS_KEY: rgw.secretAccessKey,
        HOME: folder.path,
        XDG_CACHE_HOME: folder.path,
        SLUICE_CACHE_SIZE: "256MiB",
      },
    }),
  );
  const owned = resources.move();
  return { ...stage, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** The location of a site of the tests' own. */
export function siteLocation(site: TestSite): string {
  const options = new URLSearchParams({
    search: "sluicesearch",
    plugins: join(root, "test/ytdlp/plugin"),
    "allowed-networks": "127.0.0.1/32",
    "max-per-minute": "6000",
    "extractor-args": `sluicesearch:site=${site.origin}`,
  });
  return `ytdlp:?${options.toString()}`;
}
