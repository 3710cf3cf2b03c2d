import { chmod, cp, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SearchAnswer, StreamAnswer } from "../../src/api/contract.ts";
import { createTemporaryFolder, type TemporaryFolder } from "../real/temporary-folder.ts";
import { portOf, runSluice, type SluiceProcess, startSluice } from "./sluice-process.ts";

// The library as people run it: one process, one folder of theirs, the state folder where it belongs.

const demo = join(import.meta.dirname, "../../demo");
let folder: TemporaryFolder;
const running: SluiceProcess[] = [];

beforeEach(async () => {
  folder = await createTemporaryFolder("library");
  await cp(demo, join(folder.path, "media"), { recursive: true });
});

afterEach(async () => {
  for (const sluice of running.splice(0)) {
    sluice.child.kill("SIGTERM");
    await sluice.ended;
  }
  await folder[Symbol.asyncDispose]();
});

async function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const sluice = startSluice(["--port", "0", ...args], {
    folder: folder.path,
    env: { XDG_STATE_HOME: join(folder.path, "state"), SLUICE_DATABASE: "", ...env },
  });
  running.push(sluice);
  return `http://127.0.0.1:${await portOf(sluice)}`;
}

async function found(origin: string, text: string): Promise<SearchAnswer["items"]> {
  const response = await fetch(`${origin}/api/v3/search?q=${encodeURIComponent(text)}`);
  return ((await response.json()) as SearchAnswer).items;
}

async function streamOf(origin: string, id: string): Promise<StreamAnswer> {
  return (await (await fetch(`${origin}/api/v3/items/${id}/stream`)).json()) as StreamAnswer;
}

describe("sluice with a library", () => {
  it("finds what a folder holds, plays it at a signed address, and sees what is added and removed", async () => {
    const origin = await start(["music=./media"]);
    await expect.poll(() => found(origin, "harb"), { timeout: 20_000 }).toHaveLength(1);
    const [item] = await found(origin, "harb");
    const { url, mediaType } = await streamOf(origin, item?.id ?? "");
    const response = await fetch(origin + url, { headers: { range: "bytes=0-99" } });
    expect([response.status, (await response.bytes()).length]).toEqual([206, 100]);
    expect(response.headers.get("content-type")).toBe(mediaType);

    await cp(join(demo, item?.path ?? ""), join(folder.path, "media", "Zephyr.m4a"));
    await expect.poll(async () => (await found(origin, "harb")).length, { timeout: 20_000 }).toBe(2);
    await rm(join(folder.path, "media", "Zephyr.m4a"));
    await expect.poll(async () => (await found(origin, "harb")).length, { timeout: 20_000 }).toBe(1);
  });

  it("keeps ids and addresses over a restart and another name of the source", async () => {
    const first = await start(["music=./media"]);
    await expect.poll(() => found(first, "harb"), { timeout: 20_000 }).toHaveLength(1);
    const [before] = await found(first, "harb");
    const { url } = await streamOf(first, before?.id ?? "");
    running[0]?.child.kill("SIGTERM");
    await running.shift()?.ended;
    const second = await start(["songs=./media"]);
    await expect.poll(async () => (await found(second, "harb"))[0]?.source, { timeout: 20_000 }).toBe("songs");
    expect((await found(second, "harb"))[0]?.id).toBe(before?.id);
    expect((await fetch(second + url, { headers: { range: "bytes=0-0" } })).status).toBe(206);
  });

  it("delivers at signed addresses only where that is asked for, in every process", async () => {
    const origin = await start(["--require-signed", "--workers", "2", "music=./media"]);
    await expect.poll(() => found(origin, "harb"), { timeout: 20_000 }).toHaveLength(1);
    const [item] = await found(origin, "harb");
    const { url } = await streamOf(origin, item?.id ?? "");
    for (let count = 0; count < 6; count += 1) {
      const plain = await fetch(`${origin}/media/music/${encodeURI(item?.path ?? "")}`);
      expect(plain.status).toBe(403);
      expect((await fetch(origin + url, { headers: { range: "bytes=0-0" } })).status).toBe(206);
    }
  });

  it("keeps the catalog and the keys from other users of the machine", async () => {
    const origin = await start(["music=./media"]);
    await expect.poll(() => found(origin, "harb"), { timeout: 20_000 }).toHaveLength(1);
    const state = join(folder.path, "state/sluice");
    for (const name of ["library.db", "stream-keys.json"]) {
      expect((await stat(join(state, name))).mode & 0o777).toBe(0o600);
    }
  });

  it("serves without a library where nobody chose its place and it cannot be used", async () => {
    await writeFile(join(folder.path, "state"), "no folder");
    const origin = await start(["music=./media"]);
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    expect((await fetch(`${origin}/api/v3/search?q=a`)).status).toBe(404);
    expect(running[0]?.output.stderr).toContain("Going on without a library");
  });

  it("does not start where what somebody chose cannot be used, and says why", async () => {
    await mkdir(join(folder.path, "keys"));
    await writeFile(join(folder.path, "keys/stream-keys.json"), "{}");
    await chmod(join(folder.path, "keys/stream-keys.json"), 0o600);
    const run = (...args: readonly string[]): ReturnType<typeof runSluice> =>
      runSluice(["--port", "0", ...args, "./media"], { folder: folder.path, env: { SLUICE_DATABASE: "" } });
    const damaged = await run("--state", "keys");
    expect([damaged.code, damaged.stderr]).toEqual([2, expect.stringContaining("cannot be used")]);
    const unreachable = await run("--state", "new", "--database", "postgresql://127.0.0.1:9/sluice");
    expect([unreachable.code, unreachable.stderr]).toEqual([1, expect.stringContaining("127.0.0.1")]);
    const wrong = await run("--scan-interval", "5");
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("Use a number of seconds from 60")]);
  });
});
