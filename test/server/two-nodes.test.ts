import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SearchAnswer, StreamAnswer } from "../../src/api/contract.ts";
import { type CephRgw, startCephRgw } from "../real/ceph-rgw.ts";
import { type Postgres, startPostgres } from "../real/postgres.ts";
import { describeWithParts } from "../real/require-part.ts";
import { createTemporaryFolder, type TemporaryFolder } from "../real/temporary-folder.ts";
import { portOf, type SluiceProcess, startSluice } from "./sluice-process.ts";

const music = join(import.meta.dirname, "../../demo/Music");
const loadMs = 3_000;

/** One of several servers over one library. */
interface Node {
  readonly process: SluiceProcess;
  readonly origin: string;
}

describeWithParts(["postgresql", "ceph-rgw"], "two servers on one PostgreSQL and one bucket", () => {
  let rgw: CephRgw;
  let postgres: Postgres;
  let state: TemporaryFolder;
  const nodes: Node[] = [];

  beforeAll(async () => {
    [rgw, postgres, state] = await Promise.all([startCephRgw(), startPostgres(), createTemporaryFolder("two-nodes")]);
    const bucket = await rgw.createBucket();
    for (const entry of await readdir(music, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) {
        const path = join(entry.parentPath, entry.name);
        const Key = path.slice(music.length + 1);
        await rgw.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: await readFile(path) }));
      }
    }
    const query = new URLSearchParams({ endpoint: rgw.endpoint, region: rgw.region });
    const env = {
      AWS_ACCESS_KEY_ID: rgw.accessKeyId,
      AWS_SECRET_ACCESS_KEY: rgw.secretAccessKey,
      SLUICE_DATABASE: await postgres.createDatabase(),
      // The keys of stream addresses are shared too.
      SLUICE_STATE: state.path,
    };
    for (let count = 0; count < 2; count += 1) {
      const sluice = startSluice(["--port", "0", `music=s3://${bucket}?${query.toString()}`], { env });
      nodes.push({ process: sluice, origin: `http://127.0.0.1:${await portOf(sluice)}` });
    }
  });

  afterAll(async () => {
    for (const { process } of nodes) {
      process.child.kill("SIGKILL");
      await process.ended;
    }
    await postgres?.[Symbol.asyncDispose]();
    await rgw?.[Symbol.asyncDispose]();
    await state?.[Symbol.asyncDispose]();
  });

  async function search({ origin }: Node, text: string): Promise<SearchAnswer["items"]> {
    const response = await fetch(`${origin}/api/v3/search?q=${text}`);
    expect(response.status).toBe(200);
    return ((await response.json()) as SearchAnswer).items;
  }

  it("answer the same, open each other's addresses, and one serves on without a failure when the other is killed", async () => {
    const [first, second] = nodes as [Node, Node];
    await expect.poll(() => search(first, "harb"), { timeout: 20_000 }).toHaveLength(1);
    expect(await search(second, "harb")).toEqual(await search(first, "harb"));

    const [item] = await search(first, "harb");
    const { url, sizeBytes } = (await (
      await fetch(`${first.origin}/api/v3/items/${item?.id}/stream`)
    ).json()) as StreamAnswer;
    const failures: string[] = [];
    let served = 0;
    const until = performance.now() + loadMs;
    const load = Array.from({ length: 8 }, async (_, worker) => {
      while (performance.now() < until) {
        const isSearch = worker % 2 === 0;
        const path = isSearch ? "/api/v3/search?q=ti" : url;
        const response = await fetch(second.origin + path, { headers: isSearch ? {} : { range: "bytes=0-65535" } });
        const bytes = await response.bytes();
        const isRight = isSearch ? response.status === 200 : response.status === 206 && bytes.length === 65_536;
        if (!isRight) {
          failures.push(`${path}: ${response.status}, ${bytes.length} bytes`);
        }
        served += 1;
      }
    });
    setTimeout(() => first.process.child.kill("SIGKILL"), loadMs / 3);
    await Promise.all(load);
    expect(failures).toEqual([]);
    console.info(`${served} requests served by the one that was left, of ${sizeBytes} bytes an item`);
    expect(served).toBeGreaterThan(20);
  });
});
