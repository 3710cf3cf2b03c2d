/** Our delivery on a plain Node server: `node sluice.ts PORT SOURCE`, the source as JSON. Answers `/media/x/<key>`. */
import { createServer } from "node:http";
import { cachedSource, openDiskSliceStore } from "../../src/cache/index.ts";
import { createMediaHandler } from "../../src/delivery/index.ts";
import type { Source } from "../../src/source/index.ts";
import { createHttpSource, createLocalSource, createS3Source } from "../../src/sources/index.ts";

const PREFIX = "/media/x/";
const MIB = 1024 * 1024;

type SourceConfig =
  | { readonly kind: "local"; readonly root: string }
  | { readonly kind: "http"; readonly baseUrl: string; readonly cacheFolder?: string }
  | {
      readonly kind: "s3";
      readonly bucket: string;
      readonly endpoint: string;
      readonly region: string;
      readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    };

async function createSource(config: SourceConfig): Promise<Source> {
  switch (config.kind) {
    case "local":
      return createLocalSource({ root: config.root });
    case "http":
      return await withCache(createHttpSource({ baseUrl: new URL(config.baseUrl) }), config.cacheFolder);
    case "s3":
      return createS3Source({
        bucket: config.bucket,
        endpoint: new URL(config.endpoint),
        region: config.region,
        pathStyle: true,
        credentials: config.credentials,
      });
  }
}

async function withCache(source: Source, folder: string | undefined): Promise<Source> {
  if (folder === undefined) {
    return source;
  }
  const store = await openDiskSliceStore({ folder, sliceBytes: MIB, limitBytes: 8192 * MIB });
  return cachedSource(source, store, { name: "bench" });
}

const [port, config] = process.argv.slice(2);
const media = createMediaHandler(await createSource(JSON.parse(config ?? "") as SourceConfig));
const server = createServer((req, res) => {
  void media.handleNode(req, res, decodeURIComponent((req.url ?? "").slice(PREFIX.length)));
});
server.listen({ port: Number(port), host: "127.0.0.1", backlog: 4096 });
