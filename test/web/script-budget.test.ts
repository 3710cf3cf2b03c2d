import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPlayerStage, type PlayerStage } from "./player-stage.ts";

const folder = join(import.meta.dirname, "../../dist/web");
const budgetBytes = 110 * 1024;

describe("what a first visit loads", () => {
  let stage: PlayerStage;
  let html: string;

  beforeAll(async () => {
    stage = await openPlayerStage();
    html = await readFile(join(folder, "index.html"), "utf8");
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  it("is no more than 110 KiB of scripts, as gzip", async () => {
    const scripts = Array.from(html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g), ([, path = ""]) => path);
    expect(scripts.length).toBeGreaterThan(0);
    const sizes = await Promise.all(
      scripts.map(async (path) => gzipSync(await readFile(join(folder, path)), { level: 9 }).length),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(budgetBytes);
  });

  it("holds no script and no style in the page itself", () => {
    expect(html).not.toMatch(/<style|style="|<script(?![^>]* src=)/);
  });

  it("comes compressed", async () => {
    const script = /src="(\/assets\/player-[^"]+\.js)"/.exec(html)?.[1] ?? "";
    const response = await fetch(stage.address + script, { headers: { "accept-encoding": "br" } });
    expect(response.headers.get("content-encoding")).toBe("br");
    expect(Number(response.headers.get("content-length"))).toBe((await stat(join(folder, `${script}.br`))).size);
    expect(await response.text()).toContain("createElement");
  });
});
