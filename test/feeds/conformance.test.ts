import { afterAll, beforeAll, describe, it } from "vitest";
import { createFeedSource } from "../../src/sources/index.ts";
import { sourceConformance, type SourceFixture } from "../../src/testing/index.ts";
import { FaultyUpstream } from "../upstream/faulty-upstream.ts";
import { bytesObject } from "../upstream/upstream-object.ts";
import { podcastText } from "./podcast-text.ts";

/** Enclosures on one host, the media on another, as podcasts are counted. */
async function createFixture(): Promise<SourceFixture> {
  const tracker = await FaultyUpstream.start();
  const media = await FaultyUpstream.start();
  tracker.put("podcast.xml", podcastText("Tides", []));
  const names = new Map<string, string>();
  return {
    source: createFeedSource({
      address: new URL(`${tracker.origin}/podcast.xml`),
      enclosureOf: async (key) => (names.has(key) ? `${tracker.origin}/count/${names.get(key)}` : undefined),
      allowedNetworks: ["127.0.0.1/32"],
    }),
    put: async (key, bytes) => {
      const name = names.get(key) ?? `${names.size}.mp3`;
      names.set(key, name);
      tracker.fault(`count/${name}`, { kind: "redirect", to: `${media.origin}/${name}` });
      media.put(name, bytesObject(bytes, { lastModified: new Date() }));
    },
    remove: async (key) => media.remove(names.get(key) ?? ""),
    close: async () => {
      await tracker[Symbol.asyncDispose]();
      await media[Symbol.asyncDispose]();
    },
  };
}

sourceConformance(
  { name: "podcast", create: createFixture, refuses: ["list", "locate"] },
  { describe, it, beforeAll, afterAll },
);
