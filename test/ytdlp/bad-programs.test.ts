import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isSourceError, type SourceErrorCode } from "../../src/source/index.ts";
import { createYtdlpSource, type YtdlpSource } from "../../src/sources/index.ts";
import { createTemporaryFolder, type TemporaryFolder } from "../real/temporary-folder.ts";

const timeoutMs = 1_500;

interface BadProgram {
  readonly name: string;
  /** What it does when it is asked for an item, as a shell script. */
  readonly script: string;
  readonly code: SourceErrorCode;
  readonly says: RegExp;
  /** @default one that says it is yt-dlp */
  readonly version?: string;
}

const programs: readonly BadProgram[] = [
  { name: "hangs", script: "sleep 1000", code: "timeout", says: /not done within 1.5 s/ },
  {
    name: "hangs and will not end",
    script: "trap '' TERM INT HUP; while :; do sleep 1; done",
    code: "timeout",
    says: /1.5 s/,
  },
  { name: "burns the processor", script: "while :; do :; done", code: "timeout", says: /1.5 s/ },
  {
    name: "prints a gigabyte of lines",
    script: "yes | head -c 1000000000",
    code: "bad-upstream",
    says: /more than/,
  },
  {
    name: "prints a gigabyte of one line",
    script: "head -c 1000000000 /dev/zero",
    code: "bad-upstream",
    says: /more than/,
  },
  {
    name: "complains for a gigabyte",
    script: "yes complaint | head -c 300000000 >&2; exit 1",
    code: "bad-upstream",
    says: /more than/,
  },
  { name: "prints null", script: "echo null", code: "bad-upstream", says: /printed nothing about it/ },
  {
    name: "prints null and fails",
    script: "echo null; echo 'ERROR: [x] 1: Video unavailable' >&2; exit 1",
    code: "not-found",
    says: /Video unavailable/,
  },
  { name: "prints nothing", script: "exit 0", code: "bad-upstream", says: /printed nothing/ },
  { name: "fails without a word", script: "exit 7", code: "bad-upstream", says: /exit code 7/ },
  { name: "prints no JSON", script: "echo '{\"id\": '", code: "bad-upstream", says: /printed nothing about it/ },
  {
    name: "prints other JSON",
    script: 'echo \'{"id": 5, "formats": 7}\'',
    code: "bad-upstream",
    says: /names no extractor/,
  },
  { name: "prints a list", script: "echo '[1]'", code: "bad-upstream", says: /printed nothing about it/ },
  { name: "is ended by a signal", script: "kill -SEGV $$", code: "bad-upstream", says: /signal SIGSEGV/ },
  { name: "forks", script: "sleep 1000 & sleep 1000 & exit 1", code: "bad-upstream", says: /exit code 1/ },
  {
    name: "forks out of its group",
    script: "setsid sleep 1000 & setsid sleep 1000 >/dev/null 2>&1 & sleep 0.2; exit 1",
    code: "bad-upstream",
    says: /exit code 1/,
  },
  {
    name: "forks twice, out of its group, and hangs",
    script: "(setsid sh -c 'sleep 1000 & sleep 1000') & sleep 1000",
    code: "timeout",
    says: /1.5 s/,
  },
  {
    name: "takes all memory",
    script: "exec python3 -c 'print(len(bytearray(3 * 1024**3)))'",
    code: "unavailable",
    says: /MemoryError/,
  },
  {
    name: "is a wrong version",
    version: "echo '1.2.3 of something else'",
    script: "exit 0",
    code: "unavailable",
    says: /is not yt-dlp: asked for its version it said "1.2.3 of/,
  },
  {
    name: "is something else",
    version: "echo usage >&2; exit 2",
    script: "exit 0",
    code: "unavailable",
    says: /is not yt-dlp.*usage/,
  },
  { name: "hangs when asked for its version", version: "sleep 1000", script: "exit 0", code: "timeout", says: /1.5 s/ },
  {
    name: "prints a gigabyte for a version",
    version: "yes | head -c 1000000000",
    script: "exit 0",
    code: "unavailable",
    says: /is not yt-dlp/,
  },
];

/** Processes that carry the mark of our runs. */
async function countLeftBehind(): Promise<number> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const environments = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/environ`, "latin1").catch(() => "")));
  return environments.filter((text) => text.includes(`SLUICE_RUN=${process.pid}-`)).length;
}

describe("a yt-dlp that", () => {
  let folder: TemporaryFolder;
  beforeAll(async () => {
    folder = await createTemporaryFolder("bad-programs");
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  async function programOf(script: string, version = "echo 2024.01.01"): Promise<string> {
    const path = join(folder.path, `program-${Math.random().toString(36).slice(2)}`);
    await writeFile(
      path,
      `#!/bin/sh\nfor word; do [ "$word" = --version ] && { ${version}; exit; }; done\n${script}\n`,
    );
    await chmod(path, 0o755);
    return path;
  }

  async function sourceOf(script: string, version?: string): Promise<YtdlpSource> {
    return createYtdlpSource({ path: await programOf(script, version), timeoutMs, allowedNetworks: ["127.0.0.1/32"] });
  }

  it.each(programs)(
    "$name: fails in time, in words, and leaves no process",
    async ({ script, code, says, version }) => {
      await using source = await sourceOf(script, version);
      const startedAt = performance.now();
      const error = await source.open(source.keyOfAddress("http://127.0.0.1:9/a")).catch((thrown: unknown) => thrown);
      const tookMs = performance.now() - startedAt;
      expect(isSourceError(error, code), String(error)).toBe(true);
      expect(String(error)).toMatch(says);
      expect(tookMs).toBeLessThan(timeoutMs + 1_500);
      await source[Symbol.asyncDispose]();
      expect(await countLeftBehind()).toBe(0);
    },
  );

  it.each([
    ["missing", "/nonexistent/yt-dlp", /no program \/nonexistent\/yt-dlp; install yt-dlp/],
    ["no program", import.meta.filename, /no program .*bad-programs/],
    ["not found by its name", "yt-dlp-of-nobody", /no program yt-dlp-of-nobody/],
  ])("is %s: says so", async (_, path, says) => {
    await using source = createYtdlpSource({ path });
    await expect(source.check()).rejects.toThrow(says);
    await expect(source.open(source.keyOfAddress("https://video.example/a"))).rejects.toThrow(says);
    const health = await source.health();
    expect(health.words.join()).toMatch(says);
    expect(health.sites).toEqual([]);
  });

  it("nobody waits for any more is ended at once, and not before", async () => {
    await using source = await sourceOf("sleep 1000");
    const key = source.keyOfAddress("http://127.0.0.1:9/a");
    const [first, second] = [new AbortController(), new AbortController()];
    const waiting = [first, second].map(({ signal }) =>
      source.open(key, { signal }).catch((thrown: unknown) => thrown),
    );
    await sleep(400);
    first.abort();
    expect(isSourceError(await waiting[0], "aborted")).toBe(true);
    expect(await countLeftBehind()).toBeGreaterThan(0);
    second.abort();
    expect(isSourceError(await waiting[1], "aborted")).toBe(true);
    await sleep(400);
    expect(await countLeftBehind()).toBe(0);
  });

  it("still runs when its source is closed is ended with it", async () => {
    const source = await sourceOf("(setsid sleep 1000) & sleep 1000");
    const key = source.keyOfAddress("http://127.0.0.1:9/a");
    const waiting = Array.from({ length: 6 }, (_, n) =>
      source.prepare(`${key}/f~${n}0`).catch((thrown: unknown) => thrown),
    );
    const search = source.searchAsTheyCome("http://127.0.0.1:9/b", { limit: 5 })[Symbol.asyncIterator]();
    waiting.push(search.next().catch((thrown: unknown) => thrown));
    await sleep(400);
    expect(await countLeftBehind()).toBeGreaterThan(0);
    await source[Symbol.asyncDispose]();
    expect(await countLeftBehind()).toBe(0);
    for (const error of await Promise.all(waiting)) {
      expect(isSourceError(error, "aborted"), String(error)).toBe(true);
    }
  });

  it("is slow keeps others waiting in line, who know their place, and no more than fit", async () => {
    await using source = createYtdlpSource({
      path: await programOf("sleep 0.2; exit 3"),
      timeoutMs,
      maxRuns: 2,
      maxWaiting: 6,
    });
    const places = new Map<number, number[]>();
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const seen: number[] = [];
        places.set(index, seen);
        const key = source.keyOfAddress(`https://93.184.215.14/${index}`);
        return source
          .prepare(key, { onPosition: (place) => seen.push(place) })
          .catch((thrown: unknown) => String(thrown));
      }),
    );
    const refused = outcomes.filter((outcome) => /wait for it already/.test(String(outcome)));
    expect(refused).toHaveLength(2);
    expect(outcomes.filter((outcome) => /exit code 3/.test(String(outcome)))).toHaveLength(8);
    const longest = [...places.values()].toSorted((a, b) => b.length - a.length)[0] ?? [];
    expect(longest.at(-1)).toBe(0);
    expect(Math.max(...longest)).toBe(6);
    expect(longest.filter((place) => place > 0)).toEqual(
      longest.filter((place) => place > 0).toSorted((a, b) => b - a),
    );
    expect((await source.health()).waiting).toBe(0);
  });
});
