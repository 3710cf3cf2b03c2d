import { join } from "node:path";
import { expect } from "vitest";
import type { SearchAnswer, StreamAnswer } from "../../src/api/contract.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { portOf, startSluice } from "../server/sluice-process.ts";
import { TestSite } from "./test-site.ts";

/** A site behind the real server. */
export interface ServedSite extends AsyncDisposable {
  readonly site: TestSite;
  readonly origin: string;
  /** Asks the API; other answers than those of success fail the test. */
  ask<Answer>(path: string): Promise<Answer>;
  /** Id of a video of the site, found by its page's address. */
  itemId(video: string): Promise<string>;
  /** Where a video plays. */
  stream(video: string, format?: string): Promise<StreamAnswer & { readonly href: string }>;
}

/** Starts both. @param args further arguments of the server */
export async function serveSite(args: readonly string[] = []): Promise<ServedSite> {
  await using opened = new AsyncDisposableStack();
  const site = opened.use(await TestSite.start());
  const folder = opened.use(await createTemporaryFolder("served"));
  const options = new URLSearchParams({
    search: "sluicesearch",
    plugins: join(import.meta.dirname, "plugin"),
    "allowed-networks": "127.0.0.1/32",
    "max-per-minute": "6000",
    "extractor-args": `sluicesearch:site=${site.origin}`,
  });
  const env = {
    HOME: folder.path,
    SLUICE_DATABASE: join(folder.path, "library.db"),
    SLUICE_CACHE_SIZE: "64M",
    SLUICE_CACHE: join(folder.path, "cache"),
  };
  const sluice = opened.use(startSluice(["--port", "0", ...args, `tube=ytdlp:?${options.toString()}`], { env }));
  const origin = `http://127.0.0.1:${await portOf(sluice)}`;
  const closing = opened.move();
  const ask = async <Answer>(path: string): Promise<Answer> => {
    const response = await fetch(origin + path);
    expect(response.ok, `${path}: ${response.status} ${response.ok ? "" : await response.text()}`).toBe(true);
    return (await response.json()) as Answer;
  };
  const itemId = async (video: string): Promise<string> => {
    const path = `/api/v3/search?q=${encodeURIComponent(site.watchAddress(video))}`;
    for (let count = 0; count < 20; count += 1) {
      const { items } = await ask<SearchAnswer>(path);
      const [found] = items;
      if (found !== undefined) return found.id;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    throw new Error(`The search does not find ${video}`);
  };
  return {
    site,
    origin,
    ask,
    itemId,
    async stream(video, format) {
      const query = format === undefined ? "" : `?format=${encodeURIComponent(format)}`;
      const answer = await ask<StreamAnswer>(`/api/v3/items/${await itemId(video)}/stream${query}`);
      return { ...answer, href: origin + answer.url };
    },
    [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
  };
}
