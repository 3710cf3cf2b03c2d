import { join } from "node:path";
import { type ByteRange, CollectingSink } from "../../src/bytes/index.ts";
import type { MediaObject } from "../../src/source/index.ts";
import { createYtdlpSource, type YtdlpSource, type YtdlpSourceOptions } from "../../src/sources/index.ts";
import { findPatternBreach } from "../../src/testing/index.ts";
import { patternObject } from "../upstream/upstream-object.ts";
import { type SiteFormat, type SiteVideo, TestSite } from "./test-site.ts";

/** The real yt-dlp with our plugin, and the site it knows. */
export interface SiteStage extends AsyncDisposable {
  readonly site: TestSite;
  readonly source: YtdlpSource;
  /** The key of a video's page. */
  keyOf(id: string): string;
}

/** Sets up a site and the source over it; SLUICE_TEST_YTDLP names another yt-dlp than the system's. */
export async function setUpSiteStage(options: YtdlpSourceOptions = {}): Promise<SiteStage> {
  const site = await TestSite.start();
  const source = createYtdlpSource({
    search: "sluicesearch",
    path: process.env["SLUICE_TEST_YTDLP"],
    pluginFolder: join(import.meta.dirname, "plugin"),
    extractorArguments: [`sluicesearch:site=${site.origin}`],
    allowedNetworks: ["127.0.0.1/32"],
    ...options,
  });
  return {
    site,
    source,
    keyOf: (id) => source.keyOfAddress(site.watchAddress(id)),
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]();
      await site[Symbol.asyncDispose]();
    },
  };
}

/** A format with sound and picture; its bytes are the test pattern's. */
export function jointFormat(
  id: string,
  sizeBytes: number,
  more: Partial<SiteFormat> & { readonly salt?: number } = {},
): SiteFormat {
  const { salt = 0, ...rest } = more;
  return {
    id,
    object: patternObject(sizeBytes, { salt }),
    ext: "mp4",
    vcodec: "avc1",
    acodec: "mp4a",
    height: 360,
    tbr: 500,
    ...rest,
  };
}

/** A format with sound alone. */
export function soundFormat(id: string, sizeBytes: number, more: Partial<SiteFormat> = {}): SiteFormat {
  return { ...jointFormat(id, sizeBytes), ext: "m4a", vcodec: "none", tbr: 128, ...more };
}

/** A video of one format. */
export function film(sizeBytes: number, more: Partial<SiteFormat> & { readonly salt?: number } = {}): SiteVideo {
  return { title: "A film", formats: [jointFormat("18", sizeBytes, more)] };
}

/** Reads a range and compares it with the pattern. */
export async function isPattern(object: MediaObject, range: ByteRange, salt = 0): Promise<boolean> {
  const sink = new CollectingSink();
  await object.read(range, sink);
  return sink.lengthBytes === range.end - range.start && findPatternBreach(sink.bytes(), range.start, salt) === -1;
}
