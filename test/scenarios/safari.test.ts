import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Source } from "../../src/source/index.ts";
import { createHttpSource, createLocalSource, createMemorySource } from "../../src/sources/index.ts";
import { findPatternBreach, patternBytes } from "../../src/testing/index.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { FaultyUpstream } from "../upstream/faulty-upstream.ts";
import { bytesObject } from "../upstream/upstream-object.ts";
import { type MediaServer, startMediaServer } from "../wire/media-server.ts";
import { type FieldLine, fieldValue, RawConnection, type RawResponse } from "../wire/raw-client.ts";

// Apple's media stack cannot be run here, so its dialogue is replayed byte for byte: a probe of two bytes, a bounded range over the
// whole, which it leaves as soon as it knows where the index is, the tail, and then windows. It gives up at the first answer that is not
// exactly what it asked for ("content range mismatch").

const sizeBytes = 10_546_620;
const target = "/film.m4v";

const sources: Readonly<Record<string, (resources: AsyncDisposableStack) => Promise<Source>>> = {
  memory: async () => createMemorySource({ "film.m4v": patternBytes(0, sizeBytes) }),
  "local folder": async (resources) => {
    const { path: root } = resources.use(await createTemporaryFolder("safari"));
    await writeFile(join(root, "film.m4v"), patternBytes(0, sizeBytes));
    return resources.use(createLocalSource({ root }));
  },
  "HTTP origin": async (resources) => {
    const upstream = resources.use(await FaultyUpstream.start());
    upstream.put("film.m4v", bytesObject(patternBytes(0, sizeBytes)));
    return resources.use(createHttpSource({ baseUrl: new URL(upstream.origin) }));
  },
};

function appleFields(range: string): readonly FieldLine[] {
  return [
    ["Accept", "*/*"],
    ["Range", range],
    ["X-Playback-Session-Id", "2597AAB6-EA58-4820-BAAE-EA8DE431B297"],
    ["Accept-Encoding", "identity"],
    ["User-Agent", "AppleCoreMedia/1.0.0.21F79 (iPhone; U; CPU OS 17_5 like Mac OS X; en_us)"],
    ["Accept-Language", "en-GB,en;q=0.9"],
    ["Connection", "keep-alive"],
  ];
}

function expectExactly(response: RawResponse, first: number, last: number): void {
  expect([response.status, response.reason]).toEqual([206, "Partial Content"]);
  expect(fieldValue(response.fields, "Content-Range")).toBe(`bytes ${first}-${last}/${sizeBytes}`);
  expect(fieldValue(response.fields, "Content-Length")).toBe(String(last - first + 1));
  expect(fieldValue(response.fields, "Accept-Ranges")).toBe("bytes");
  expect(fieldValue(response.fields, "Content-Type")).toBe("video/mp4");
  expect(fieldValue(response.fields, "ETag")).toMatch(/^"[^"]+"$/);
  expect(fieldValue(response.fields, "Transfer-Encoding")).toBeUndefined();
  expect(findPatternBreach(response.body, first)).toBe(-1);
}

describe.each(Object.entries(sources))("Safari and iOS, from %s", (_, create) => {
  const resources = new AsyncDisposableStack();
  let server: MediaServer;

  beforeAll(async () => {
    server = resources.use(await startMediaServer(await create(resources)));
  });

  afterAll(async () => {
    await resources.disposeAsync();
  });

  async function ask(
    connection: RawConnection,
    first: number,
    last: number,
    maxBodyBytes?: number,
  ): Promise<RawResponse> {
    const fields = appleFields(`bytes=${first}-${last}`);
    return await connection.request({ target, fields }, maxBodyBytes === undefined ? {} : { maxBodyBytes });
  }

  it("probe, open, find the index at the end, play, seek to the end and back", async () => {
    const tags = new Set<string | undefined>();
    const lastByte = sizeBytes - 1;
    await using first = await RawConnection.open(server.port);
    const probe = await ask(first, 0, 1);
    expectExactly(probe, 0, 1);
    expect(probe.body.length).toBe(2);
    tags.add(fieldValue(probe.fields, "ETag"));

    // Asked for whole, left after the box that says where the index lies.
    await using abandoned = await RawConnection.open(server.port);
    const opening = await ask(abandoned, 0, lastByte, 65_536);
    expectExactly(opening, 0, lastByte);
    abandoned.abort();

    const tail = await ask(first, 10_485_760, lastByte);
    expectExactly(tail, 10_485_760, lastByte);
    for (const [start, end] of [
      [65_536, 131_071],
      [131_072, 1_048_575],
      [1_048_576, 3_145_727],
      [9_437_184, 10_485_759],
      [2_000_001, 2_100_000],
    ]) {
      const window = await ask(first, start ?? 0, end ?? 0);
      expectExactly(window, start ?? 0, end ?? 0);
      expect(window.reusable).toBe(true);
      tags.add(fieldValue(window.fields, "ETag"));
    }
    const end = await ask(first, lastByte, lastByte);
    expectExactly(end, lastByte, lastByte);
    expect(tags.size).toBe(1);
  });

  it("a range that runs beyond the end is cut there, one that begins there is 416", async () => {
    await using connection = await RawConnection.open(server.port);
    expectExactly(await ask(connection, sizeBytes - 10, sizeBytes + 65_536), sizeBytes - 10, sizeBytes - 1);
    const beyond = await ask(connection, sizeBytes, sizeBytes + 1);
    expect([beyond.status, fieldValue(beyond.fields, "Content-Range")]).toEqual([416, `bytes */${sizeBytes}`]);
  });

  it("is never capped, whatever the policy says of other browsers", async () => {
    await using source = await create(resources);
    await using capped = await startMediaServer(source, { maxResponseBytes: 3 * 1024 * 1024 });
    await using connection = await RawConnection.open(capped.port);
    expectExactly(await ask(connection, 0, sizeBytes - 1), 0, sizeBytes - 1);
    const open = await connection.request({
      target,
      fields: [
        ["Range", "bytes=0-"],
        ["Sec-Fetch-Dest", "video"],
        [
          "User-Agent",
          "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
        ],
      ],
    });
    expectExactly(open, 0, sizeBytes - 1);
    const chrome = await connection.request({
      target,
      fields: [
        ["Range", "bytes=0-"],
        ["Sec-Fetch-Dest", "video"],
        [
          "User-Agent",
          "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
        ],
      ],
    });
    expectExactly(chrome, 0, 3 * 1024 * 1024 - 1);
  });
});
