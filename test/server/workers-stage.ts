import { readFileSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { vi } from "vitest";
import { findPatternBreach } from "../../src/testing/index.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { FaultyUpstream } from "../upstream/faulty-upstream.ts";
import { portOf, type SluiceProcess, startSluice } from "./sluice-process.ts";

/** A server with two workers before an origin, as processes of their own. */
export interface WorkersStage extends AsyncDisposable {
  readonly sluice: SluiceProcess;
  readonly upstream: FaultyUpstream;
  readonly port: number;
  /** Process numbers of the workers that live now. */
  workers(): readonly number[];
  /** Requests for media that the origin has had. */
  asked(): number;
  /** Reads a range on a connection of its own: each next one goes to the next worker. Throws where the body is cut. */
  play(key: string, range?: string): Promise<Played>;
  figures(): Promise<ReadonlyMap<string, number>>;
  /** Resolves once so many slices are held. */
  held(slices: number): Promise<void>;
}

/** What a viewer got. */
export interface Played {
  readonly status: number;
  readonly etag: string | undefined;
  readonly cache: string | undefined;
  readonly bytes: Buffer;
}

/** Starts a stage. What is not said is as users have it, but for the port, the cache's folder and its size. */
export async function setUpWorkers(
  options: { readonly args?: readonly string[]; readonly query?: string } = {},
): Promise<WorkersStage> {
  const folder = await createTemporaryFolder("workers");
  const upstream = await FaultyUpstream.start();
  const location = `films=${upstream.origin}/${options.query ?? ""}`;
  const args = ["--port", "0", "--workers", "2", "--cache", join(folder.path, "cache"), ...(options.args ?? [])];
  const sluice = startSluice([...args, location, `local=${folder.path}`], {
    folder: folder.path,
    env: { SLUICE_CACHE_SIZE: "64MiB", TMPDIR: folder.path },
  });
  const port = await portOf(sluice);
  const figures = async (): Promise<ReadonlyMap<string, number>> => {
    const lines = (await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).split("\n");
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
    );
  };
  return {
    sluice,
    upstream,
    port,
    workers: () => childrenOf(sluice.child.pid ?? 0),
    asked: () => upstream.requests.filter(({ key }) => key.endsWith(".mp4")).length,
    play: (key, range) => play(port, key, range),
    figures,
    held: (slices) =>
      vi.waitFor(async () => {
        const count = (await figures()).get("sluice_cache_slices");
        if (count !== slices) {
          throw new Error(`${count} slices are held, not ${slices}`);
        }
      }, 10_000),
    async [Symbol.asyncDispose]() {
      await sluice[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Starts reading, and stops after the first bytes. */
export async function startStream(port: number, key: string): Promise<IncomingMessage> {
  const response = await ask(port, key, "bytes=0-");
  await new Promise((resolve) => response.once("readable", resolve));
  return response;
}

/** Reads to the end, and finds where the bytes first differ from the pattern of `salt`: -1 where nowhere. @throws where it is cut */
export async function finishStream(
  response: IncomingMessage,
  salt = 0,
): Promise<{ readonly bytes: number; readonly breach: number }> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
  }
  const all = Buffer.concat(chunks);
  return { bytes: all.length, breach: findPatternBreach(all, 0, salt) };
}

async function play(port: number, key: string, range = "bytes=0-"): Promise<Played> {
  const response = await ask(port, key, range);
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
  }
  const { statusCode = 0, headers } = response;
  const cache = headers["cache-status"];
  return { status: statusCode, etag: headers.etag, cache: cache?.toString(), bytes: Buffer.concat(chunks) };
}

function ask(port: number, key: string, range: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const path = `/media/${key}`;
    get({ host: "127.0.0.1", port, path, headers: { range }, agent: false }, resolve).once("error", reject);
  });
}

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.trim().split(/\s+/).filter(Boolean).map(Number);
}
