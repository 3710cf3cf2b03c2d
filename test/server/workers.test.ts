import { existsSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { readdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { findPatternBreach } from "../../src/testing/index.ts";
import { patternObject } from "../upstream/upstream-object.ts";
import { runSluice } from "./sluice-process.ts";
import { finishStream, type Played, setUpWorkers, startStream, type WorkersStage } from "./workers-stage.ts";

const mebibyte = 1024 ** 2;
const filmBytes = 8 * mebibyte + 77;
let stage: WorkersStage;

async function begin(options?: Parameters<typeof setUpWorkers>[0]): Promise<void> {
  stage = await setUpWorkers(options);
  stage.upstream.put("a.mp4", patternObject(filmBytes));
}

afterEach(() => stage[Symbol.asyncDispose]());

function times<Result>(count: number, action: (index: number) => Promise<Result>): Promise<Result[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => action(index)));
}

/** Workers that have answered for themselves, by what they log. */
async function answerers(count: number): Promise<ReadonlySet<unknown>> {
  const lines = (): readonly Readonly<Record<string, unknown>>[] =>
    stage.sluice.output.stderr
      .split("\n")
      .filter((line) => line.startsWith("{") && line.includes('"worker":') && line.endsWith("}"))
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
      .filter(({ msg }) => msg === "request");
  await vi.waitFor(() => expect(lines().length).toBeGreaterThanOrEqual(count), 5000);
  return new Set(lines().map(({ worker }) => worker));
}

function expectWhole({ status, bytes }: Played, salt = 0): void {
  expect([status, bytes.length, findPatternBreach(bytes, 0, salt)]).toEqual([206, filmBytes, -1]);
}

describe("two workers", () => {
  it("fetch once for twenty viewers who come cold to both", async () => {
    await begin();
    const range = `bytes=0-${2 * mebibyte - 1}`;
    const played = await times(20, () => stage.play("films/a.mp4", range));
    for (const { status, bytes } of played) {
      expect([status, bytes.length, findPatternBreach(bytes, 0)]).toEqual([206, 2 * mebibyte, -1]);
    }
    expect(stage.asked()).toBe(1);
    const figures = await stage.figures();
    expect(figures.get('sluice_client_bytes_total{source="films"}')).toBe(40 * mebibyte);
    expect(figures.get('sluice_requests_total{source="films",status="2xx",outcome="complete"}')).toBe(20);
    expect(figures.get("sluice_workers")).toBe(2);
  });

  it("each read what is held for themselves, without the origin, and all of it is counted", async () => {
    await begin();
    await stage.play("films/a.mp4");
    await stage.held(9);
    const asked = stage.asked();
    await stage.upstream.refuse();
    const before = await stage.figures();
    const played = await times(12, () => stage.play("films/a.mp4"));
    played.forEach((each) => expectWhole(each));
    expect(played.map(({ cache }) => cache)).toEqual(played.map(() => expect.stringMatching(/^Sluice; hit; ttl=\d+$/)));
    const small = await times(40, async (index) => {
      const start = (index * 200_003) % (filmBytes - 65_536);
      const { bytes } = await stage.play("films/a.mp4", `bytes=${start}-${start + 65_535}`);
      return [bytes.length, findPatternBreach(bytes, start)];
    });
    expect(small).toEqual(small.map(() => [65_536, -1]));
    expect(await answerers(52)).toEqual(new Set(stage.workers()));
    expect(stage.asked()).toBe(asked);
    const after = await stage.figures();
    const moved = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    const bytes = 12 * filmBytes + 40 * 65_536;
    expect({
      client: moved('sluice_client_bytes_total{source="films"}'),
      requests: moved('sluice_requests_total{source="films",status="2xx",outcome="complete"}'),
      hits: moved('sluice_cache_requests_total{source="films",result="hit"}'),
      hitBytes: moved('sluice_cache_hit_bytes_total{source="films"}'),
      opens: moved('sluice_cache_opens_total{source="films",kind="fresh"}'),
      firstBytes: moved('sluice_first_byte_seconds_count{source="films"}'),
    }).toEqual({ client: bytes, requests: 52, hits: 52, hitBytes: bytes, opens: 52, firstBytes: 52 });
  });

  it("fill the gaps of what is held through the owner, with those bytes alone", async () => {
    await begin({ query: "?cache=exact" });
    await stage.play("films/a.mp4", "bytes=0-99");
    await stage.play("films/a.mp4", `bytes=${5 * mebibyte}-${5 * mebibyte + 99}`);
    await stage.held(2);
    const before = await stage.figures();
    const played = await times(4, () => stage.play("films/a.mp4"));
    played.forEach((each) => expectWhole(each));
    await stage.held(9);
    const after = await stage.figures();
    const moved = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(moved('sluice_upstream_bytes_total{source="films"}')).toBe(filmBytes - 2 * mebibyte);
    expect(moved('sluice_client_bytes_total{source="films"}')).toBe(4 * filmBytes);
    expect(moved('sluice_requests_total{source="films",status="2xx",outcome="complete"}')).toBe(4);
  });

  it("answer conditions and unsatisfiable ranges as one process does", async () => {
    await begin();
    await stage.play("films/a.mp4");
    await stage.held(9);
    const address = `http://127.0.0.1:${stage.port}/media/films/a.mp4`;
    const etag = (await stage.play("films/a.mp4", "bytes=0-0")).etag ?? "";
    const statuses = await times(4, async () => {
      const answers = await Promise.all([
        fetch(address, { headers: { "if-none-match": etag } }),
        fetch(address, { headers: { "if-match": '"other"' } }),
        fetch(address, { headers: { range: `bytes=${filmBytes}-` } }),
        fetch(address, { method: "HEAD" }),
        fetch(address, { method: "POST" }),
        fetch(`${address}x`),
      ]);
      await Promise.all(answers.map((answer) => answer.arrayBuffer()));
      return answers.map(({ status }) => status);
    });
    expect(statuses).toEqual(statuses.map(() => [304, 412, 416, 200, 405, 404]));
  });

  it("go on with slices that are dropped while they are read", async () => {
    await begin({ args: ["--slice-size", "256KiB"] });
    const bigBytes = 48 * mebibyte;
    stage.upstream.put("big.mp4", patternObject(bigBytes));
    await stage.play("films/big.mp4");
    await stage.held((bigBytes / mebibyte) * 4);
    const streams = await times(4, () => startStream(stage.port, "films/big.mp4"));
    for (const name of ["b", "c", "d"]) {
      stage.upstream.put(`${name}.mp4`, patternObject(bigBytes, { salt: name.charCodeAt(0) }));
      await stage.play(`films/${name}.mp4`);
      await stage.play(`films/${name}.mp4`);
    }
    expect((await stage.figures()).get("sluice_cache_evictions_total")).toBeGreaterThan(100);
    const ends = await Promise.all(streams.map((stream) => finishStream(stream)));
    expect(ends).toEqual(ends.map(() => ({ bytes: bigBytes, breach: -1 })));
  });

  it("serve no version any more that one of them has seen to be over, and never mix two", async () => {
    await begin({ query: "?fresh-for=1&stale-while-revalidate=0" });
    for (let salt = 1; salt <= 4; salt += 1) {
      stage.upstream.put("a.mp4", patternObject(filmBytes, { salt }));
      const etag = `"pattern-${filmBytes}-${salt}"`;
      const seen: (string | undefined)[] = [];
      await vi.waitFor(async () => {
        const played = await Promise.allSettled(Array.from({ length: 4 }, () => stage.play("films/a.mp4")));
        for (const result of played) {
          // A body may be cut where the version changed under it; what came whole is of one version.
          if (result.status === "fulfilled" && result.value.status === 206) {
            seen.push(result.value.etag);
            expectWhole(result.value, Number(/-(\d+)"$/.exec(result.value.etag ?? "")?.[1]));
          }
        }
        expect(seen).toContain(etag);
      }, 10_000);
      const after = await times(8, () => stage.play("films/a.mp4"));
      expect(after.map((played) => played.etag)).toEqual(after.map(() => etag));
    }
  });

  it("forget what an operator purges", async () => {
    await begin();
    const purge = (): Promise<{ readonly code: number | null }> =>
      runSluice(["cache", "purge", "films", "--cache", cacheFolder()]);
    await stage.play("films/a.mp4");
    await stage.held(9);
    await times(4, () => stage.play("films/a.mp4", "bytes=0-9"));
    expect(await purge()).toMatchObject({ code: 0, stdout: "Dropped 1 object, 9 slices, 8 MiB.\n" });
    const asked = stage.asked();
    stage.upstream.put("a.mp4", patternObject(filmBytes, { salt: 9 }));
    const played = await times(4, () => stage.play("films/a.mp4"));
    played.forEach((each) => expectWhole(each, 9));
    expect(stage.asked()).toBeGreaterThan(asked);
  });
});

function cacheFolder(): string {
  const spawned = stage.sluice.child.spawnargs;
  return spawned[spawned.indexOf("--cache") + 1] ?? "";
}

function stageFolder(): string {
  return join(cacheFolder(), "..");
}

describe("a worker that is killed", () => {
  it("takes only its own answers with it, and comes back", async () => {
    await begin();
    await stage.play("films/a.mp4");
    await stage.held(9);
    const before = stage.workers();
    expect(before).toHaveLength(2);
    const victim = before[0] ?? 0;
    let isOver = false;
    let good = 0;
    const failures: number[] = [];
    let killedAt = Infinity;
    const viewers = times(8, async () => {
      while (!isOver) {
        await stage.play("films/a.mp4").then(
          (played) => {
            expectWhole(played);
            good += 1;
          },
          () => failures.push(performance.now() - killedAt),
        );
      }
    });
    await delay(500);
    killedAt = performance.now();
    process.kill(victim, "SIGKILL");
    await delay(2000);
    isOver = true;
    await viewers;
    // Each of the eight was in one answer at that moment.
    expect(failures.length).toBeLessThanOrEqual(8);
    expect(failures.filter((sinceMs) => sinceMs < 0 || sinceMs > 1000)).toEqual([]);
    expect(good).toBeGreaterThan(8);
    expect(await stage.sluice.logLine(({ worker, level }) => worker === victim && level === "error")).toMatchObject({
      restartInMs: 100,
      msg: "a worker has ended: signal SIGKILL; another is started",
    });
    await vi.waitFor(() => expect(stage.workers()).toHaveLength(2), 5000);
    expect(stage.workers()).not.toContain(victim);
    expect((await stage.figures()).get("sluice_worker_restarts_total")).toBe(1);
  });

  it("leaves the port to those who come after it, also where all are killed at once", async () => {
    await begin();
    for (const worker of stage.workers()) {
      process.kill(worker, "SIGKILL");
    }
    await vi.waitFor(async () => expectWhole(await stage.play("films/a.mp4")), 20_000);
    await vi.waitFor(() => expect(stage.workers()).toHaveLength(2), 10_000);
  });
});

describe("the end", () => {
  async function putLongFile(): Promise<number> {
    const path = join(stageFolder(), "long.mp4");
    await writeFile(path, "");
    await truncate(path, 64 * mebibyte);
    return 64 * mebibyte;
  }

  it("of the owner is the end of its workers, and nothing is left behind", async () => {
    await begin();
    await putLongFile();
    const stream = await startStream(stage.port, "local/long.mp4");
    const workers = stage.workers();
    stage.sluice.child.kill("SIGKILL");
    await expect(finishStream(stream)).rejects.toThrow("aborted");
    await vi.waitFor(() => expect(workers.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]), 5000);
    expect((await readdir(stageFolder())).filter((name) => name.startsWith("sluice-"))).toEqual([]);
  });

  it("lets running streams finish in every worker, also when all are signalled as by Ctrl-C", async () => {
    await begin();
    const longBytes = await putLongFile();
    await stage.play("films/a.mp4");
    await stage.held(9);
    const streams = await times(4, () => startStream(stage.port, "local/long.mp4"));
    for (const pid of [...stage.workers(), stage.sluice.child.pid ?? 0]) {
      process.kill(pid, "SIGINT");
    }
    const isDraining = ({ msg }: Readonly<Record<string, unknown>>): boolean => msg === "told to stop: draining";
    expect(await stage.sluice.logLine(isDraining)).toMatchObject({ running: 4 });
    // A connection that comes while the workers close may be nobody's, until the server ends.
    const unanswered = (): Promise<never> => delay(1000).then(() => Promise.reject(new Error("not answered")));
    const played = (): Promise<unknown> => Promise.race([stage.play("films/a.mp4", "bytes=0-0"), unanswered()]);
    await vi.waitFor(() => expect(played()).rejects.toThrow("ECONNREFUSED"), 10_000);
    const ends = await Promise.all(streams.map((stream) => finishStream(stream)));
    expect(ends.map(({ bytes }) => bytes)).toEqual([longBytes, longBytes, longBytes, longBytes]);
    expect(await stage.sluice.ended).toMatchObject({ code: 0, signal: null });
    expect(await stage.sluice.logLine(({ msg }) => msg === "stopped")).toMatchObject({ cut: 0 });
  });

  it("comes at a second signal for those who still read", async () => {
    await begin();
    await putLongFile();
    const streams = await times(3, () => startStream(stage.port, "local/long.mp4"));
    stage.sluice.child.kill("SIGTERM");
    await stage.sluice.logLine(({ msg }) => msg === "told to stop: draining");
    await delay(700);
    expect(stage.sluice.child.exitCode).toBeNull();
    stage.sluice.child.kill("SIGTERM");
    expect(await stage.sluice.ended).toMatchObject({ code: 0, signal: null });
    await Promise.all(streams.map((stream) => expect(finishStream(stream)).rejects.toThrow("aborted")));
    expect(await stage.sluice.logLine(({ msg }) => msg === "stopped")).toMatchObject({ cut: 3 });
  });
});

describe("--workers", () => {
  it("says what is in the way of listening, once", async () => {
    await begin();
    const taken = createServer();
    taken.listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const { code, stdout, stderr } = await runSluice([
      "--workers",
      "2",
      "--port",
      String(port),
      "--log-level",
      "fatal",
    ]);
    taken.close();
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^sluice: Cannot listen on .*: another program already uses port \d+\..*\n$/);
  });
});
