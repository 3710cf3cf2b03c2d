import { describe, expect, it } from "vitest";
import { parseLocation } from "./location.ts";

const context = { folder: "/home/ann/media", home: "/home/ann" };

describe("a location of yt-dlp", () => {
  it("is read with all it can be told", () => {
    const query = new URLSearchParams({
      search: "ytsearch",
      path: "./bin/yt-dlp",
      format: "best[height<=720]",
      cookies: "cookies.txt",
      plugins: "/opt/plugins",
      "source-address": "192.0.2.1",
      "extractor-args": "youtube:player_client=web other:x=1",
      "allowed-hosts": "youtube.com,example.org",
      "allowed-networks": "127.0.0.0/8",
      timeout: "20",
      "max-runs": "2",
      cache: "exact",
    });
    expect(parseLocation(`tube=ytdlp:?${query.toString()}`, context)).toEqual({
      kind: "ytdlp",
      name: "tube",
      defaultName: "ytsearch",
      text: "ytdlp:?search=ytsearch",
      caching: { cache: "exact" },
      options: {
        search: "ytsearch",
        path: "/home/ann/media/bin/yt-dlp",
        format: "best[height<=720]",
        cookiesFile: "/home/ann/media/cookies.txt",
        pluginFolder: "/opt/plugins",
        sourceAddress: "192.0.2.1",
        extractorArguments: ["youtube:player_client=web", "other:x=1"],
        allowedHosts: ["youtube.com", "example.org"],
        allowedNetworks: ["127.0.0.0/8"],
        timeoutMs: 20_000,
        maxRuns: 2,
      },
    });
    expect(parseLocation("ytdlp:", context)).toMatchObject({ kind: "ytdlp", defaultName: "sites", options: {} });
    expect(parseLocation("ytdlp:?path=yt-dlp", context)).toMatchObject({ options: { path: "yt-dlp" } });
  });

  it.each([
    ["ytdlp:ytsearch", "ytdlp:?search=ytsearch"],
    ["ytdlp:?serch=x", 'Did you mean "search"'],
    ["ytdlp:?search=a b", "search=ytsearch"],
    ["ytdlp:?timeout=0", "from 1 to 999"],
    ["ytdlp:?path=", "needs a value"],
    ["ytdlp:?cache=fast", "Use off, exact"],
  ])("is refused as %s, with the fix", (text, fix) => {
    expect(parseLocation(text, context)).toEqual({ kind: "problem", detail: expect.stringContaining(fix) });
  });
});
