import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CollectingSink } from "../../src/bytes/index.ts";
import type { SourceError } from "../../src/source/index.ts";
import { describeWithParts } from "../real/require-part.ts";
import { bytesObject, patternObject } from "../upstream/upstream-object.ts";
import { jointFormat, setUpSiteStage, type SiteStage, soundFormat } from "./site-stage.ts";
import type { SiteFile } from "./test-site.ts";

const segment = "#EXTINF:2,\n0.ts\n";
const list = (...lines: readonly string[]): string =>
  `#EXTM3U\n#EXT-X-TARGETDURATION:2\n${lines.map((line) => `${line}\n`).join("")}${segment}#EXT-X-ENDLIST\n`;

async function listen(listener: RequestListener, host = "127.0.0.1"): Promise<{ server: Server; origin: string }> {
  const server = createServer(listener).listen(0, host);
  await once(server, "listening");
  return { server, origin: `http://${host}:${(server.address() as AddressInfo).port}` };
}

describeWithParts(["yt-dlp"], "playlists that a site has no good reason for", () => {
  let stage: SiteStage;
  let videos = 0;

  beforeAll(async () => {
    stage = await setUpSiteStage({ maxPerMinute: 6000 });
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  /** The key of a part of a video whose one format is the playlist `index.m3u8`. */
  function keyOf(form: string, files: Readonly<Record<string, SiteFile>>): string {
    videos += 1;
    const id = `bad${videos}`;
    stage.site.put(id, { title: id, formats: [], files: new Map(Object.entries(files)), playlists: ["index.m3u8"] });
    return stage.source.keyOfFormat(stage.keyOf(id), form);
  }

  async function textOf(key: string): Promise<string> {
    await using object = await stage.source.openPlaylist(key, { hrefOf: (form) => form });
    const sink = new CollectingSink();
    await object.read({ start: 0, end: object.sizeBytes ?? 0 }, sink);
    return Buffer.from(sink.bytes()).toString();
  }

  /** How opening each part of a list fails. */
  async function faultsOf(files: Readonly<Record<string, SiteFile>>): Promise<(SourceError | undefined)[]> {
    const key = keyOf("list~v0~index~2em3u8", files);
    const parts = [...(await textOf(key)).matchAll(/(?:init|key|piece)~[^"\s]+/g)].map(([form]) => form);
    return Promise.all(
      parts.map(async (form) => {
        try {
          await using _object = await stage.source.open(stage.source.keyOfFormat(key, form));
          return undefined;
        } catch (error) {
          return error as SourceError;
        }
      }),
    );
  }

  it.each([
    [
      "another DRM",
      '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://a",KEYFORMAT="com.apple.streamingkeydelivery"',
      /protected by DRM/,
    ],
    ["variables", '#EXT-X-DEFINE:NAME="a",VALUE="b"', /variables/],
    ["a broken key", "#EXT-X-KEY:METHOD=AES-128", /EXT-X-KEY is malformed/],
  ])("says what is wrong: %s", async (_name, line, why) => {
    await expect(textOf(keyOf("hls~all", { "index.m3u8": list(line) }))).rejects.toThrow(why);
  });

  it("follows no playlist that leads to itself", async () => {
    const circular = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nindex.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\nother.m3u8\n";
    const key = keyOf("hls~all", { "index.m3u8": circular, "other.m3u8": circular });
    const forms = (await textOf(key)).split("\n").filter((line) => line.startsWith("list~"));
    expect(forms).toHaveLength(2);
    stage.site.media.length = 0;
    for (const form of forms) {
      await expect(textOf(stage.source.keyOfFormat(key, form))).rejects.toThrow(/leads to playlists again/);
    }
    expect(stage.site.media.length).toBeLessThanOrEqual(4);
  });

  it(
    "reads no more of a playlist than one may be long, and waits for none without end",
    { timeout: 40_000 },
    async () => {
      let sentBytes = 0;
      const filling = Buffer.alloc(64 * 1024, "# a comment\n");
      const { server, origin } = await listen((request, response) => {
        response.writeHead(200, request.url === "/told.m3u8" ? { "content-length": 2 ** 30 } : {});
        response.write("#EXTM3U\n");
        const send = (): void => {
          while (!response.destroyed && response.write(filling)) sentBytes += filling.length;
          if (!response.destroyed) response.once("drain", send);
        };
        if (request.url !== "/silent.m3u8") send();
      });
      for (const name of ["told", "untold"]) {
        const master = `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${origin}/${name}.m3u8\n`;
        const key = keyOf("list~v1~index~2em3u8", { "index.m3u8": master });
        await expect(textOf(key)).rejects.toThrow(/larger than 8388608 bytes/);
      }
      expect(sentBytes).toBeLessThan(40 * 1024 * 1024);
      const silent = `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${origin}/silent.m3u8\n`;
      await expect(textOf(keyOf("list~v1~index~2em3u8", { "index.m3u8": silent }))).rejects.toMatchObject({
        code: "timeout",
      });
      server.closeAllConnections();
      server.close();
    },
  );

  it("leads nobody to where nobody may go, by whatever address of it", async () => {
    let connections = 0;
    const { server, origin } = await listen((_request, response) => response.end("secret"), "127.0.0.2");
    server.on("connection", () => (connections += 1));
    const redirecting = await listen((_request, response) =>
      response.writeHead(302, { location: `${origin}/a` }).end(),
    );
    const forbidden = [
      `${origin}/a.ts`,
      `${redirecting.origin}/a.ts`,
      "file:///etc/passwd",
      "gopher://127.0.0.2/a",
      "data:text/plain,secret",
      "http://169.254.169.254/latest/meta-data/",
      "http://[::ffff:127.0.0.2]/a.ts",
      "http://user:password@127.0.0.1/a.ts",
      "concat:/etc/passwd|/etc/hosts",
    ];
    for (const address of forbidden) {
      const lines = [
        `#EXT-X-MAP:URI="${address}"`,
        `#EXT-X-KEY:METHOD=AES-128,URI="${address}"`,
        "#EXTINF:2,",
        address,
      ];
      const faults = await faultsOf({ "index.m3u8": `#EXTM3U\n${lines.join("\n")}\n#EXT-X-ENDLIST\n` });
      expect(
        faults.map((fault) => fault?.code),
        address,
      ).toEqual(["forbidden", "forbidden", "forbidden"]);
      const master = `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${address}\n`;
      await expect(textOf(keyOf("list~v1~index~2em3u8", { "index.m3u8": master })), address).rejects.toMatchObject({
        code: "forbidden",
      });
    }
    expect(connections).toBe(0);
    server.close();
    redirecting.server.close();
  });

  it("hands out no key that is none", async () => {
    const line = '#EXT-X-KEY:METHOD=AES-128,URI="key"';
    const [fault, none] = await faultsOf({ "index.m3u8": list(line), "0.ts": "media", key: "a whole page of words" });
    expect([fault?.message, none]).toEqual([expect.stringMatching(/a key has 16 bytes, not 21/), undefined]);
  });

  it("resolves once for a piece that is not there, however often it is asked for", async () => {
    const key = keyOf("list~v0~index~2em3u8", { "index.m3u8": list(), "0.ts": () => 404 });
    const [form = ""] = /piece~\S+/.exec(await textOf(key)) ?? [];
    for (let count = 0; count < 5; count += 1) {
      await expect(stage.source.open(stage.source.keyOfFormat(key, form))).rejects.toMatchObject({ code: "not-found" });
    }
    expect(stage.site.resolveCount(`bad${videos}`)).toBe(2);
  });

  it("offers no presentation of files whose index is broken", async () => {
    const broken = Buffer.alloc(4000);
    broken.write("\0\0\0\x20sidx", "latin1");
    for (const object of [bytesObject(broken), patternObject(500_000), bytesObject(Buffer.alloc(1))]) {
      videos += 1;
      const id = `bad${videos}`;
      const formats = [{ ...jointFormat("137", 1), object, acodec: "none" }, soundFormat("140", 1, { object })];
      stage.site.put(id, { title: id, formats });
      const offered = await stage.source.formats(stage.keyOf(id));
      expect(offered.map(({ id: format }) => format)).toEqual(["joined~hi", "137", "140"]);
      await expect(textOf(stage.source.keyOfFormat(stage.keyOf(id), "list~v0~137"))).rejects.toMatchObject({
        code: "unsupported",
      });
    }
  });

  it("goes on with what is live, and finds what has just left the list", async () => {
    let first = 5;
    const live = (): string => {
      const numbers = [first, first + 1, first + 2];
      return `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:${first}\n${numbers.map((number) => `#EXTINF:1,\n${number}.ts\n`).join("")}`;
    };
    const pieces = Object.fromEntries(Array.from({ length: 40 }, (_, number) => [`${number}.ts`, `piece ${number}`]));
    const key = keyOf("list~v0~index~2em3u8", { "index.m3u8": live, ...pieces });
    const firstForm = async (): Promise<string> => /piece~\S+/.exec(await textOf(key))?.[0] ?? "";
    const read = async (form: string): Promise<string> => {
      await using object = await stage.source.open(stage.source.keyOfFormat(key, form));
      const sink = new CollectingSink();
      await object.read({ start: 0, end: object.sizeBytes ?? 0 }, sink);
      return Buffer.from(sink.bytes()).toString();
    };
    expect(await textOf(key)).not.toContain("ENDLIST");
    const oldest = await firstForm();
    first = 12;
    await expect.poll(() => textOf(key), { timeout: 5_000 }).toContain("#EXT-X-MEDIA-SEQUENCE:12");
    expect(await read(oldest)).toBe("piece 5");
    stage.site.expireAll();
    expect(await read(await firstForm())).toBe("piece 12");
    // Known to nobody any more, neither here nor there.
    await expect(read(oldest)).rejects.toMatchObject({ code: "not-found" });
  });
});
