import { open, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { Source } from "../../src/source/index.ts";
import { createHttpSource, createLocalSource, createMemorySource, createS3Source } from "../../src/sources/index.ts";
import { patternBytes } from "../../src/testing/pattern-bytes.ts";
import { startCephRgw } from "../real/ceph-rgw.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { FaultyUpstream } from "../upstream/faulty-upstream.ts";
import { patternObject } from "../upstream/upstream-object.ts";
import { createGeneratedSource } from "./generated-source.ts";
import type { RangeVector } from "./range-vectors.ts";

type Resource = RangeVector["resource"];

/** A source in which the resources of the vectors exist. */
export interface ReplayWorld extends AsyncDisposable {
  readonly source: Source;
}

/** One kind of source, how to fill it, and which resources it cannot have. */
export interface ReplayWorldKind {
  readonly name: string;
  readonly cannotHold: Readonly<Partial<Record<Resource, string>>>;
  create(vectors: readonly RangeVector[]): Promise<ReplayWorld>;
}

const modifiedAt = new Date("2024-05-01T12:00:00Z");

/** The key of a vector's resource. */
export function keyOf({ resource, size }: Pick<RangeVector, "resource" | "size">): string {
  return `${resource}-${size}.mp4`;
}

/** The sources every vector is replayed through; S3 is apart, because it needs a real server. */
export const replayWorldKinds: readonly ReplayWorldKind[] = [
  {
    name: "memory",
    cannotHold: { large: "5 GiB do not fit into memory" },
    create: async (vectors) => {
      const source = createMemorySource();
      for (const { key, resource, size } of resourcesOf(vectors)) {
        const etag = resource === "weak" ? 'W/"weak"' : undefined;
        source.put(key, { bytes: patternBytes(0, size), modifiedAt, etag, sizeIsKnown: resource !== "unknown-length" });
      }
      return { source, async [Symbol.asyncDispose]() {} };
    },
  },
  {
    name: "local folder",
    cannotHold: { weak: "a file's tag is always strong", "unknown-length": "a file always has a length" },
    create: async (vectors) => await createLocalWorld(vectors),
  },
  {
    name: "HTTP origin",
    cannotHold: { weak: "a weak tag of the origin is replaced by a strong one made of it and the date" },
    create: async (vectors) => await createHttpWorld(vectors),
  },
  {
    name: "somebody else's source",
    cannotHold: {},
    create: async (vectors) => {
      const objects = new Map(resourcesOf(vectors).map((resource) => [resource.key, resource]));
      const source = createGeneratedSource((key) => {
        const found = objects.get(key);
        const etag = found?.resource === "weak" ? 'W/"weak"' : `"${key}"`;
        return found && { sizeBytes: found.size, etag, sizeIsKnown: found.resource !== "unknown-length" };
      });
      return { source, async [Symbol.asyncDispose]() {} };
    },
  },
];

/** S3 on a real server. */
export const s3WorldKind: ReplayWorldKind = {
  name: "S3 (Ceph RGW)",
  cannotHold: {
    weak: "S3's tags are strong",
    "unknown-length": "S3 always sends a length",
    large: "the test server keeps objects in memory",
  },
  create: async (vectors) => {
    await using resources = new AsyncDisposableStack();
    const rgw = resources.use(await startCephRgw());
    const bucket = await rgw.createBucket();
    for (const { key, size } of resourcesOf(vectors)) {
      const command = { Bucket: bucket, Key: key, Body: patternBytes(0, size), ContentType: "video/mp4" };
      await rgw.client.send(new PutObjectCommand(command));
    }
    const { accessKeyId, secretAccessKey } = rgw;
    const credentials = { accessKeyId, secretAccessKey };
    const source = resources.use(
      createS3Source({ bucket, endpoint: new URL(rgw.endpoint), region: rgw.region, credentials }),
    );
    return owning(source, resources);
  },
};

async function createLocalWorld(vectors: readonly RangeVector[]): Promise<ReplayWorld> {
  await using resources = new AsyncDisposableStack();
  const { path: root } = resources.use(await createTemporaryFolder("vectors"));
  for (const { key, resource, size, vectors: cases } of resourcesOf(vectors)) {
    const path = join(root, key);
    if (resource === "large") await writeSparse(path, size, cases);
    else await writeFile(path, patternBytes(0, size));
    await utimes(path, modifiedAt, modifiedAt);
  }
  return owning(resources.use(createLocalSource({ root })), resources);
}

/** A file with holes, and bytes only where a case looks. */
async function writeSparse(path: string, size: number, cases: readonly RangeVector[]): Promise<void> {
  await using file = await open(path, "w");
  await file.truncate(size);
  for (const [first, last] of cases.flatMap(({ body }) => body ?? [])) {
    await file.write(patternBytes(first, last - first + 1), 0, last - first + 1, first);
  }
}

async function createHttpWorld(vectors: readonly RangeVector[]): Promise<ReplayWorld> {
  await using resources = new AsyncDisposableStack();
  const upstream = resources.use(await FaultyUpstream.start());
  for (const { key, resource, size } of resourcesOf(vectors)) {
    upstream.put(key, patternObject(size, { lastModified: modifiedAt, ...(resource === "weak" ? { etag: 'W/"weak"' } : {}) }));
    if (resource === "unknown-length") {
      upstream.fault(key, { kind: "ignore-range" }, { kind: "no-length", framing: "chunked" });
    }
  }
  return owning(resources.use(createHttpSource({ baseUrl: new URL(upstream.origin) })), resources);
}

function owning(source: Source, resources: AsyncDisposableStack): ReplayWorld {
  const owned = resources.move();
  return { source, [Symbol.asyncDispose]: async () => await owned.disposeAsync() };
}

interface NamedResource {
  readonly key: string;
  readonly resource: Resource;
  readonly size: number;
  readonly vectors: readonly RangeVector[];
}

function resourcesOf(vectors: readonly RangeVector[]): NamedResource[] {
  return [...Map.groupBy(vectors, keyOf)].flatMap(([key, cases]) => {
    const [first] = cases;
    return first === undefined ? [] : [{ key, resource: first.resource, size: first.size, vectors: cases }];
  });
}
