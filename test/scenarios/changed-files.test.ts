import { rename, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLocalSource } from "../../src/sources/index.ts";
import { patternBytes } from "../../src/testing/index.ts";
import { createTemporaryFolder, type TemporaryFolder } from "../real/temporary-folder.ts";
import { type MediaServer, startMediaServer } from "../wire/media-server.ts";
import { fieldValue, RawConnection, type RawResponse } from "../wire/raw-client.ts";
import { verdictOf } from "./proxy-stage.ts";

// Files that change under a viewer: the old version to its end, or a broken connection; never a splice, never a short body that ends in order.

const sizeBytes = 96 * 1024 * 1024;
let folder: TemporaryFolder;
let path: string;
let server: MediaServer;

beforeEach(async () => {
  folder = await createTemporaryFolder("changed");
  path = join(folder.path, "film.mp4");
  await writeFile(path, patternBytes(0, sizeBytes));
  server = await startMediaServer(createLocalSource({ root: folder.path }));
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** Downloads the film, and changes it once the first megabyte has come. The file is larger than all buffers on the way. */
async function getWhile(change: () => Promise<unknown>): Promise<RawResponse> {
  await using connection = await RawConnection.open(server.port);
  const chunks: Uint8Array[] = [];
  let received = 0;
  const response = await connection.request(
    { target: "/film.mp4" },
    {
      timeoutMs: 30_000,
      onBody: async (chunk) => {
        chunks.push(chunk.slice());
        const before = received;
        received += chunk.length;
        if (before < 1_000_000 && received >= 1_000_000) await change();
      },
    },
  );
  return { ...response, body: Buffer.concat(chunks) };
}

describe("a file that is changed while it is delivered", () => {
  it("truncated: the connection breaks", async () => {
    const response = await getWhile(() => truncate(path, 2_000_000));
    expect(fieldValue(response.fields, "Content-Length")).toBe(String(sizeBytes));
    expect(verdictOf(response, 0)).toBe("prefix");
  });

  it("rewritten in place: the connection breaks before a byte of the new version", async () => {
    const response = await getWhile(() => writeFile(path, patternBytes(0, sizeBytes, 50)));
    expect(verdictOf(response, 0)).toBe("prefix");
  });

  it("appended to: the connection breaks, or the old version is complete", async () => {
    const response = await getWhile(() => writeFile(path, patternBytes(0, 100), { flag: "a" }));
    expect(verdictOf(response, 0)).toBe("prefix");
  });

  it("replaced by renaming: the old version is complete, the next answer is the new one", async () => {
    const response = await getWhile(async () => {
      await writeFile(`${path}.new`, patternBytes(0, sizeBytes, 50));
      await rename(`${path}.new`, path);
    });
    expect([verdictOf(response, 0), response.body.length]).toEqual(["whole", sizeBytes]);
    const next = await getWhile(async () => {});
    expect(verdictOf(next, 0, 50)).toBe("whole");
    expect(fieldValue(next.fields, "ETag")).not.toBe(fieldValue(response.fields, "ETag"));
  });

  it("removed: the old version is complete, the next answer is 404", async () => {
    const response = await getWhile(() => rm(path));
    expect([verdictOf(response, 0), response.body.length]).toEqual(["whole", sizeBytes]);
    expect((await getWhile(async () => {})).status).toBe(404);
  });

  it("rewritten with its old size and time: still another tag", async () => {
    const time = new Date("2024-05-01T12:00:00Z");
    await utimes(path, time, time);
    const before = await getWhile(async () => {});
    await writeFile(path, patternBytes(0, sizeBytes, 50));
    await utimes(path, time, time);
    const after = await getWhile(async () => {});
    expect(fieldValue(after.fields, "ETag")).not.toBe(fieldValue(before.fields, "ETag"));
  });
});
