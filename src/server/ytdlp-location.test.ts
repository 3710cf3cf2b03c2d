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
      proxy: "http://ann:secret@proxy.example:3128",
      "source-address": "192.0.2.1",
      suggest: "youtube",
      "extractor-args": "youtube:player_client=web other:x=1",
      "allowed-hosts": "youtube.com, Bücher.example",
      "allowed-networks": "127.0.0.0/8",
      timeout: "20",
      "max-per-minute": "30",
      "sleep-requests": "0.75",
      "max-runs": "2",
      ffmpeg: "/opt/ffmpeg/bin/ffmpeg",
      "max-joins": "4",
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
        allowedHosts: ["youtube.com", "xn--bcher-kva.example"],
        proxy: new URL("http://ann:secret@proxy.example:3128"),
        suggest: expect.stringMatching(/^https:\/\/suggestqueries.*youtube\.com\/.*q=\{q\}$/),
        maxPerMinute: 30,
        requestPauseSeconds: 0.75,
        allowedNetworks: ["127.0.0.0/8"],
        timeoutMs: 20_000,
        maxRuns: 2,
        ffmpegPath: "/opt/ffmpeg/bin/ffmpeg",
        maxJoins: 4,
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
    ["ytdlp:?max-runs=0", "from 1 to 99"],
    ["ytdlp:?max-joins=100", "from 1 to 99"],
    ["ytdlp:?path=", "needs a value"],
    ["ytdlp:?cache=fast", "Use off, exact"],
    ["ytdlp:?source-address=eth0", "one of this machine's IP addresses"],
    ["ytdlp:?extractor-args=player_client=web", "extractor:name=value"],
    ["ytdlp:?allowed-hosts=https://youtube.com/", "names of hosts alone"],
    ["ytdlp:?allowed-hosts=*.youtube.com", "Each stands for all below it"],
    ["ytdlp:?allowed-hosts=youtube.com,", "names of hosts alone"],
    ["ytdlp:?proxy=socks5://127.0.0.1:1080", "SOCKS, are not supported"],
    ["ytdlp:?proxy=proxy.example:3128", "http://host:port"],
    ["ytdlp:?suggest=google", "Use youtube, or the address"],
    ["ytdlp:?suggest=https://{q}.example/", "with {q} where the words go"],
    ["ytdlp:?suggest=https://host.example/complete", "with {q}"],
    ["ytdlp:?max-per-minute=0", "from 1 to 6000"],
    ["ytdlp:?sleep-requests=-1", "less than 100"],
  ])("is refused as %s, with the fix", (text, fix) => {
    expect(parseLocation(text, context)).toEqual({ kind: "problem", detail: expect.stringContaining(fix) });
  });

  it("does not repeat a proxy's password", () => {
    const problem = parseLocation("ytdlp:?proxy=https://ann:secret@proxy.example:3128", context);
    expect(problem).toEqual({ kind: "problem", detail: expect.stringMatching(/^"proxy" .* is not understood\. Use/) });
    expect(JSON.stringify(problem)).not.toContain("secret");
    expect(JSON.stringify(parseLocation("ytdlp:?proxy=http://ann:secret@proxy.example", context))).toContain(
      '"text":"ytdlp:"',
    );
  });
});
