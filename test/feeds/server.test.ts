import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PlaylistPage, SearchAnswer, StreamAnswer } from "../../src/api/contract.ts";
import { findPatternBreach } from "../../src/testing/index.ts";
import { createTemporaryFolder, type TemporaryFolder } from "../real/temporary-folder.ts";
import { type Ending, portOf, runSluice, type SluiceProcess, startSluice } from "../server/sluice-process.ts";
import { FaultyUpstream } from "../upstream/faulty-upstream.ts";
import { bytesObject, patternObject } from "../upstream/upstream-object.ts";
import { billionLaughs, podcastText } from "./podcast-text.ts";

const sizeBytes = 5_000_000;

let host: FaultyUpstream;
let media: FaultyUpstream;
let folder: TemporaryFolder;

beforeEach(async () => {
  folder = await createTemporaryFolder("feeds");
  host = await FaultyUpstream.start();
  media = await FaultyUpstream.start();
  publish(["Ebb", "Flow"]);
});

afterEach(async () => {
  await host[Symbol.asyncDispose]();
  await media[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** Guids as the commonest software writes them: addresses that are none of a file. */
function publish(titles: readonly string[], prolog?: string): void {
  const episodes = titles.map((title) => ({
    guid: `https://casts.example/?p=${title}`,
    title,
    enclosureUrl: `${host.origin}/count/${title}.mp3`,
    artworkUrl: `${media.origin}/cover.jpg`,
  }));
  host.put("podcast.xml", podcastText("Tides of the Harbour", episodes, prolog));
  for (const title of titles) {
    host.fault(`count/${title}.mp3`, { kind: "redirect", to: `${media.origin}/${title}.mp3?sig=1` });
    media.put(`${title}.mp3`, patternObject(sizeBytes, { mediaType: "audio/mpeg" }));
  }
}

const location = (query = "?allowed-networks=127.0.0.1/32"): string => `tides=feed:${host.origin}/podcast.xml${query}`;
const env = (): Record<string, string> => ({ HOME: folder.path, SLUICE_DATABASE: join(folder.path, "library.db") });
const scan = (query?: string): Promise<Ending> => runSluice(["scan", location(query)], { env: env() });

interface Answers {
  readonly origin: string;
  ask<Answer>(path: string): Promise<Answer>;
}

async function answersOf(sluice: SluiceProcess): Promise<Answers> {
  const origin = `http://127.0.0.1:${await portOf(sluice)}`;
  return {
    origin,
    async ask<Answer>(path: string): Promise<Answer> {
      const response = await fetch(origin + path);
      expect(response.ok, `${path}: ${response.status}`).toBe(true);
      return (await response.json()) as Answer;
    },
  };
}

async function titlesFound({ ask }: Answers): Promise<readonly string[]> {
  const { items } = await ask<SearchAnswer>("/api/v3/search?q=tides");
  return items.map(({ title }) => title).toSorted();
}

describe("a podcast through the real server", () => {
  it.each([
    ["one process", []],
    ["workers and a cache", ["--workers", "2", "--cache-size", "64MiB"]],
  ])("is found, played and sought in, across the redirects of its hosts: %s", async (_name, options) => {
    expect(await scan()).toMatchObject({ code: 0, stdout: "ok    tides: 3 objects\n" });
    await using sluice = startSluice(["--port", "0", "--cache", join(folder.path, "cache"), ...options, location()], {
      env: env(),
    });
    const answers = await answersOf(sluice);
    const { items } = await answers.ask<SearchAnswer>("/api/v3/search?q=ebb");
    expect(items.map(({ title, album }) => [title, album])).toEqual([["Ebb", "Tides of the Harbour"]]);
    const stream = await answers.ask<StreamAnswer>(`/api/v3/items/${items[0]?.id ?? ""}/stream`);
    for (const start of [0, 4_000_000, 1_234_567]) {
      const headers = { Range: `bytes=${start}-${start + 99_999}` };
      const response = await fetch(answers.origin + stream.url, { headers });
      expect([response.status, response.headers.get("content-type"), response.headers.get("content-range")]).toEqual([
        206,
        "audio/mpeg",
        `bytes ${start}-${start + 99_999}/${sizeBytes}`,
      ]);
      expect(findPatternBreach(new Uint8Array(await response.arrayBuffer()), start)).toBe(-1);
    }
    expect(host.requests.filter(({ key }) => key === "count/Ebb.mp3").length).toBe(1);
    sluice.child.kill("SIGTERM");
    expect(await sluice.ended).toMatchObject({ code: 0 });
  });

  it("is exported as a playlist for other players, under the public origin", async () => {
    await scan();
    const options = ["--port", "0", "--public-origin", "https://media.example.org/"];
    await using sluice = startSluice([...options, location()], { env: env() });
    const { origin, ask } = await answersOf(sluice);
    const { playlists } = await ask<PlaylistPage>("/api/v3/playlists");
    expect(playlists.map(({ title }) => title)).toEqual(["Tides of the Harbour"]);
    const response = await fetch(`${origin}/api/v3/playlists/${playlists[0]?.id ?? ""}/export?format=m3u8`);
    const lines = (await response.text()).split("\n").filter((line) => /^https?:/.test(line));
    expect(lines).toHaveLength(2);
    expect(lines.every((line) => line.startsWith("https://media.example.org/stream/"))).toBe(true);
  });

  it("is there when its feed is away or has become something else, and follows what comes and goes", async () => {
    await scan();
    host.put("podcast.xml", Buffer.from("<html><body>We have moved</body></html>"));
    expect((await scan()).stdout).toContain("FAIL  tides: Cannot read the feed");
    publish(["Ebb"], billionLaughs());
    expect((await scan()).stdout).toMatch(/^FAIL {2}tides: .*DTD/);
    await host.refuse();
    expect(await scan()).toMatchObject({ code: 1, stdout: expect.stringContaining("FAIL  tides: ") });
    {
      await using sluice = startSluice(["--port", "0", "--scan-interval", "0", location()], { env: env() });
      const answers = await answersOf(sluice);
      await sluice.logLine(({ msg }) => String(msg).startsWith('the scan of "tides" ended early'));
      expect(await titlesFound(answers)).toEqual(["Ebb", "Flow"]);
    }
    await host.resume();
    publish(["Flow", "Slack"]);
    expect((await scan()).code).toBe(0);
    await using sluice = startSluice(["--port", "0", location()], { env: env() });
    expect(await titlesFound(await answersOf(sluice))).toEqual(["Flow", "Slack"]);
  });

  it("is not read from a network that nobody allowed, nor are its episodes", async () => {
    const refused = await scan("");
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining("it is a loopback address")]);
    const check = await runSluice(["check", location("")], { env: env() });
    expect([check.code, check.stdout]).toEqual([1, expect.stringContaining("allowed-networks=")]);
    expect(host.connectionsOpened).toBe(0);
    await scan();
    host.resetCounts();
    await using sluice = startSluice(["--port", "0", "--scan-interval", "0", location("")], { env: env() });
    const answers = await answersOf(sluice);
    const { items } = await answers.ask<SearchAnswer>("/api/v3/search?q=ebb");
    const stream = await answers.ask<StreamAnswer>(`/api/v3/items/${items[0]?.id ?? ""}/stream`);
    const response = await fetch(answers.origin + stream.url);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect([host.connectionsOpened, media.connectionsOpened]).toEqual([0, 0]);
  });

  it("shows the covers it points at, in the networks that are allowed to it", async () => {
    await scan();
    const cover = await readFile(join(import.meta.dirname, "../../demo/Music/Tidewater/cover.jpg"));
    media.put("cover.jpg", bytesObject(cover, { mediaType: "image/jpeg" }));
    for (const [query, isAllowed] of [
      [undefined, true],
      ["", false],
    ] as const) {
      media.resetCounts();
      await using sluice = startSluice(["--port", "0", "--scan-interval", "0", location(query)], { env: env() });
      const answers = await answersOf(sluice);
      const { items } = await answers.ask<SearchAnswer>("/api/v3/search?q=ebb");
      const picture = await fetch(`${answers.origin}${items[0]?.artworkUrl ?? ""}`);
      expect([picture.ok, media.connectionsOpened]).toEqual([isAllowed, isAllowed ? 1 : 0]);
      expect(picture.headers.get("content-type")).toMatch(isAllowed ? /^image\// : /problem/);
    }
  });

  it("costs a host that knows its versions nothing while it is as it was", async () => {
    await scan();
    host.resetCounts();
    expect((await scan()).stdout).toBe("ok    tides: 3 objects\n");
    expect(host.requests.map(({ key, bodyBytes }) => [key, bodyBytes])).toEqual([["podcast.xml", 0]]);
    publish(["Ebb", "Flow", "Slack"]);
    expect((await scan()).stdout).toBe("ok    tides: 4 objects\n");
  });

  it("is a problem at the start where there is no library", async () => {
    const off = await runSluice([location()], { env: { SLUICE_DATABASE: "off" } });
    expect([off.code, off.stderr]).toEqual([2, expect.stringContaining("only the library knows")]);
    const broken = await runSluice(["--port", "0", location()], { env: { SLUICE_DATABASE: "", HOME: "/dev/null" } });
    expect(broken.code).toBe(1);
  });
});
