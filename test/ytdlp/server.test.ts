import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import type { SearchAnswer, StreamAnswer } from "../../src/api/contract.ts";
import { findPatternBreach } from "../../src/testing/index.ts";
import { describeWithParts } from "../real/require-part.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { portOf, startSluice } from "../server/sluice-process.ts";
import { film } from "./site-stage.ts";
import { TestSite } from "./test-site.ts";

/** Processes that a server has started for its sources, by the mark they carry. */
async function countRunsOf(server: number | undefined): Promise<number> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const environments = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/environ`, "latin1").catch(() => "")));
  return environments.filter((text) => text.includes(`SLUICE_RUN=${server}-`)).length;
}

describeWithParts(["yt-dlp"], "a site through the real server", () => {
  it("is searched, prepared, played and sought in, at an address that outlives the site's own", async () => {
    await using site = await TestSite.start();
    await using folder = await createTemporaryFolder("sites");
    site.put("a", film(5_000_000));
    const options = new URLSearchParams({
      search: "sluicesearch",
      plugins: join(import.meta.dirname, "plugin"),
      "allowed-networks": "127.0.0.1/32",
      "extractor-args": `sluicesearch:site=${site.origin}`,
    });
    await using sluice = startSluice(["--port", "0", `tube=ytdlp:?${options.toString()}`], {
      env: { HOME: folder.path, SLUICE_DATABASE: join(folder.path, "library.db") },
    });
    const origin = `http://127.0.0.1:${await portOf(sluice)}`;
    async function ask<Answer>(path: string, init?: RequestInit): Promise<Answer> {
      const response = await fetch(origin + path, init);
      expect(response.ok, `${path}: ${response.status}`).toBe(true);
      return (await response.json()) as Answer;
    }
    const { items, sources } = await ask<SearchAnswer>("/api/v3/search?q=film");
    expect(sources).toEqual([{ source: "tube", state: "live" }]);
    expect(items.map(({ title }) => title)).toEqual(["A film"]);
    const path = `/api/v3/items/${items[0]?.id ?? ""}`;
    await ask(`${path}/prepare`, { method: "POST" });
    const stream = await ask<StreamAnswer>(`${path}/stream`);
    expect(stream).toMatchObject({ mediaType: "video/mp4", sizeBytes: 5_000_000 });
    for (const start of [0, 4_000_000, 1_234_567]) {
      site.expireAll();
      const response = await fetch(origin + stream.url, { headers: { Range: `bytes=${start}-${start + 99_999}` } });
      expect([response.status, response.headers.get("content-range")]).toEqual([
        206,
        `bytes ${start}-${start + 99_999}/5000000`,
      ]);
      expect(findPatternBreach(new Uint8Array(await response.arrayBuffer()), start)).toBe(-1);
    }
    expect(site.resolveCount("a")).toBeLessThanOrEqual(4);
    sluice.child.kill("SIGTERM");
    expect(await sluice.ended).toMatchObject({ code: 0 });
    expect((await readdir(tmpdir())).filter((name) => name.startsWith(`sluice-ytdlp-${sluice.child.pid}-`))).toEqual(
      [],
    );
  });

  it("takes its yt-dlp along when it crashes", async () => {
    await using folder = await createTemporaryFolder("crash");
    const program = join(folder.path, "hanging");
    await writeFile(
      program,
      '#!/bin/sh\nfor word; do [ "$word" = --version ] && { echo 2024.01.01; exit; }; done\nexec sleep 1000\n',
    );
    await chmod(program, 0o755);
    const options = new URLSearchParams({ search: "sluicesearch", path: program, timeout: "300" });
    await using sluice = startSluice(["--port", "0", `tube=ytdlp:?${options.toString()}`], {
      env: { HOME: folder.path, SLUICE_DATABASE: join(folder.path, "library.db") },
    });
    const origin = `http://127.0.0.1:${await portOf(sluice)}`;
    const search = fetch(`${origin}/api/v3/search?q=film`).catch(() => undefined);
    await vi.waitFor(async () => expect(await countRunsOf(sluice.child.pid)).toBe(1), { timeout: 10_000 });
    sluice.child.kill("SIGKILL");
    await sluice.ended;
    await search;
    await vi.waitFor(async () => expect(await countRunsOf(sluice.child.pid)).toBe(0), { timeout: 2_000 });
  });
});
