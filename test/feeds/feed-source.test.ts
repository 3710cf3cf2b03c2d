import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFeedSource, type FeedSource, type FeedSourceOptions } from "../../src/sources/index.ts";
import { findPatternBreach, PoisoningSink } from "../../src/testing/index.ts";
import { FaultyUpstream } from "../upstream/faulty-upstream.ts";
import { patternObject } from "../upstream/upstream-object.ts";

const sizeBytes = 3_000_000;
const episode = "https://casts.example/?p=17";

let tracker: FaultyUpstream;
let media: FaultyUpstream;
let enclosure: string | undefined;

beforeEach(async () => {
  tracker = await FaultyUpstream.start();
  media = await FaultyUpstream.start();
  enclosure = `${tracker.origin}/count/17.mp3`;
  media.put("17.mp3", patternObject(sizeBytes, { mediaType: "audio/mpeg" }));
  tracker.fault("count/17.mp3", { kind: "redirect", to: `${media.origin}/17.mp3?sig=1` });
});

afterEach(async () => {
  await tracker[Symbol.asyncDispose]();
  await media[Symbol.asyncDispose]();
});

function sourceOf(options: Partial<FeedSourceOptions> = {}): FeedSource {
  return createFeedSource({
    address: new URL(`${tracker.origin}/podcast.xml?token=secret`),
    enclosureOf: async (key) => (key === episode ? enclosure : undefined),
    allowedNetworks: ["127.0.0.1/32"],
    ...options,
  });
}

async function read(source: FeedSource, start: number, end: number): Promise<void> {
  await using object = await source.open(episode, { intent: { kind: "bounded", start, end } });
  expect([object.sizeBytes, object.mediaType]).toEqual([sizeBytes, "audio/mpeg"]);
  const sink = new PoisoningSink();
  await object.read({ start, end }, sink);
  const bytes = sink.close();
  expect([bytes.length, findPatternBreach(bytes, start)]).toEqual([end - start, -1]);
}

describe("an episode of a podcast", () => {
  it.each([400, 401, 403, 404, 410])("is read where it was found until that expires with %i", async (status) => {
    await using source = sourceOf();
    await read(source, 0, 100_000);
    await read(source, 2_000_000, sizeBytes);
    expect(tracker.requests.length).toBe(1);
    tracker.fault("count/17.mp3", { kind: "redirect", to: `${media.origin}/moved/17.mp3?sig=2` });
    media.put("moved/17.mp3", patternObject(sizeBytes, { mediaType: "audio/mpeg" }));
    media.fault("17.mp3", { kind: "status", status });
    await read(source, 500_000, 600_000);
    expect(tracker.requests.length).toBe(2);
    expect(media.requests.at(-1)?.query).toBe("sig=2");
  });

  it("is read on at the exact byte, held to its version, when it is cut and its address expires meanwhile", async () => {
    await using source = sourceOf();
    media.fault(
      "17.mp3",
      { kind: "cut", afterBodyBytes: 300_000, request: 1 },
      { kind: "status", status: 410, after: 1 },
    );
    tracker.fault(
      "count/17.mp3",
      { kind: "redirect", to: `${media.origin}/17.mp3`, first: 1 },
      { kind: "redirect", to: `${media.origin}/again.mp3`, after: 1 },
    );
    media.put("again.mp3", patternObject(sizeBytes, { mediaType: "audio/mpeg" }));
    await read(source, 0, 1_000_000);
    const resumed = media.requests.filter(({ key }) => key === "again.mp3");
    expect(resumed[0]?.fields).toMatchObject({ "if-match": `"pattern-${sizeBytes}-0"` });
  });

  it("follows as many counters as a browser would, and not round in circles", async () => {
    await using source = sourceOf();
    for (let hop = 1; hop <= 15; hop += 1) {
      const next = hop === 15 ? `${media.origin}/17.mp3` : `${tracker.origin}/hop/${hop + 1}`;
      tracker.fault(`hop/${hop}`, { kind: "redirect", to: next });
    }
    tracker.fault("count/17.mp3", { kind: "redirect", to: "/hop/1" });
    await read(source, 0, 1000);
    tracker.fault("count/18.mp3", { kind: "redirect", to: "/count/18.mp3" });
    enclosure = `${tracker.origin}/count/18.mp3`;
    await expect(source.open(episode)).rejects.toMatchObject({ code: "bad-upstream" });
  });

  it("is read from where the feed says it is now", async () => {
    await using source = sourceOf();
    await read(source, 0, 1000);
    enclosure = `${media.origin}/new.mp3`;
    media.put("new.mp3", patternObject(sizeBytes, { mediaType: "audio/mpeg", salt: 0, etag: '"new"' }));
    await using object = await source.open(episode);
    expect(object.validator?.etag).toBe('"new"');
    expect(await source.revalidate(episode, object.validator ?? expect.fail())).toMatchObject({ isCurrent: true });
  });

  it("is not found where no episode has that name, and cannot be listed or given away", async () => {
    await using source = sourceOf();
    await expect(source.open("../17.mp3")).rejects.toMatchObject({ code: "not-found" });
    await expect(source.list("")).rejects.toMatchObject({ code: "unsupported" });
    await expect(source.locate(episode, { method: "GET", lifetimeSeconds: 60 })).rejects.toMatchObject({
      code: "unsupported",
    });
    expect(tracker.connectionsOpened + media.connectionsOpened).toBe(0);
  });
});

describe("what a feed must not reach", () => {
  it.each(["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"])(
    "is %s, where its network is not allowed: no connection is made",
    async (host) => {
      await using source = sourceOf({ allowedNetworks: [] });
      enclosure = `http://${host}:${media.port}/17.mp3`;
      await expect(source.open(episode)).rejects.toMatchObject({ code: "forbidden" });
      await expect(source.check()).rejects.toMatchObject({ code: "forbidden" });
      await expect(source.readFeed()).rejects.toMatchObject({ code: "forbidden" });
      expect(tracker.connectionsOpened + media.connectionsOpened).toBe(0);
    },
  );

  it("is a network that a redirect leads to, or anything but http", async () => {
    await using source = sourceOf();
    let connections = 0;
    const hidden = createServer(() => (connections += 1)).listen(0, "127.0.0.2");
    await once(hidden, "listening");
    const { port } = hidden.address() as AddressInfo;
    try {
      for (const to of [
        `http://127.0.0.2:${port}/17.mp3`,
        "file:///etc/passwd",
        `http://a:b@127.0.0.1:${media.port}/`,
      ]) {
        tracker.fault("count/17.mp3", { kind: "redirect", to });
        await expect(source.open(episode)).rejects.toMatchObject({ code: "forbidden" });
      }
      expect([connections, media.connectionsOpened]).toEqual([0, 0]);
    } finally {
      hidden.close();
    }
  });
});

describe("the feed itself", () => {
  it("is checked by its head alone, seldom, and its secret stays out of what is said", async () => {
    await using source = sourceOf();
    await expect(source.check()).rejects.toMatchObject({
      code: "not-found",
      message: expect.not.stringContaining("secret"),
    });
    tracker.put("podcast.xml", patternObject(50_000_000));
    await source.check();
    expect(tracker.requests.at(-1)).toMatchObject({ query: "token=secret", bodyBytes: 1 });
    expect(source.location).not.toContain("secret");
    const { length } = tracker.requests;
    await source.check();
    expect(tracker.requests.length).toBe(length);
    await tracker.refuse();
    await using other = sourceOf();
    await expect(other.check()).rejects.toMatchObject({ code: "unavailable" });
  });

  it("is not sent again while it is the version that is held", async () => {
    await using source = sourceOf();
    tracker.put("podcast.xml", patternObject(100_000, { etag: 'W/"1"', lastModified: new Date("2025-01-01") }));
    const { version } = (await source.readFeed()) ?? expect.fail();
    expect(version).toEqual({ etag: 'W/"1"', lastModified: "Wed, 01 Jan 2025 00:00:00 GMT" });
    for (const heldVersion of [version, { lastModified: version.lastModified }]) {
      expect(await source.readFeed({ heldVersion })).toBeUndefined();
      expect(tracker.requests.at(-1)).toMatchObject({ query: "token=secret", bodyBytes: 0 });
    }
    tracker.put("podcast.xml", patternObject(200_000, { etag: '"2"', lastModified: new Date("2025-01-02") }));
    expect((await source.readFeed({ heldVersion: version }))?.bytes.length).toBe(200_000);
  });

  it("is fetched whole, up to 8 MiB", async () => {
    await using source = sourceOf();
    tracker.put("podcast.xml", patternObject(100_000));
    expect((await source.readFeed())?.bytes.length).toBe(100_000);
    tracker.put("podcast.xml", patternObject(8 * 1024 * 1024 + 1));
    await expect(source.readFeed()).rejects.toMatchObject({ code: "bad-upstream" });
  });
});
