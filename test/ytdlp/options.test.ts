import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createYtdlpSource } from "../../src/sources/index.ts";
import { describeWithParts } from "../real/require-part.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { film, isPattern, setUpSiteStage } from "./site-stage.ts";

/** A program that says it is yt-dlp. */
async function writeProgram(path: string, script: string, version = "echo 2026.01.02"): Promise<string> {
  await writeFile(path, `#!/bin/sh\nfor word; do [ "$word" = --version ] && { ${version}; exit; }; done\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

describe("options of a source of sites", () => {
  it("reach yt-dlp as arguments, a copy of the cookies among them, and the page last", async () => {
    await using folder = await createTemporaryFolder("options");
    const [said, cookies, kept] = ["said", "cookies.txt", "kept.txt"].map((name) => join(folder.path, name));
    await writeFile(cookies ?? "", "# Netscape HTTP Cookie File\n");
    const path = await writeProgram(
      join(folder.path, "program"),
      `for word; do echo "$word"; done > ${said}
       while [ $# -gt 0 ]; do [ "$1" = --cookies ] && cat "$2" > ${kept}; shift; done; echo null; exit 1`,
    );
    await using source = createYtdlpSource({
      path,
      format: "best[height<=720]",
      cookiesFile: cookies,
      extractorArguments: ["youtube:player_client=web", "other:x=$(id)"],
      requestPauseSeconds: 0.75,
    });
    const page = "https://93.184.215.14/a?b=$(id)";
    await source.open(source.keyOfAddress(page)).catch(() => undefined);
    const words = (await readFile(said ?? "", "utf8")).split("\n").slice(0, -1);
    const after = (name: string): string | undefined => words[words.indexOf(name) + 1];
    expect(words[0]).toBe("--ignore-config");
    expect(words.slice(-2)).toEqual(["--", page]);
    expect([after("-f"), after("--sleep-requests"), after("--js-runtimes")]).toEqual([
      "best[height<=720]",
      "0.75",
      `node:${process.execPath}`,
    ]);
    expect(words.filter((_, index) => words[index - 1] === "--extractor-args")).toEqual([
      "youtube:player_client=web",
      "other:x=$(id)",
    ]);
    expect(after("--cookies")).not.toBe(cookies);
    expect(await readFile(kept ?? "", "utf8")).toBe("# Netscape HTTP Cookie File\n");
  });

  it("do not make those wait who ask how a program is that hangs", async () => {
    await using folder = await createTemporaryFolder("hanging");
    const path = await writeProgram(join(folder.path, "program"), "exit 1", "sleep 1000");
    await using source = createYtdlpSource({ path });
    const startedAt = performance.now();
    const { words, warnings, programAgeDays } = await source.health();
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    expect([words, warnings, programAgeDays]).toEqual([
      ["yt-dlp has not told its version yet: does it hang?"],
      ["yt-dlp has not told its version yet: does it hang?"],
      undefined,
    ]);
  });
});

describeWithParts(["yt-dlp"], "an address to connect from", () => {
  it("is what a site sees of yt-dlp and of us", async () => {
    await using stage = await setUpSiteStage({ sourceAddress: "127.0.0.5" });
    stage.site.put("a", film(100_000));
    expect(await stage.source.search("film", { limit: 5 })).toHaveLength(1);
    await using object = await stage.source.open(stage.keyOf("a"));
    expect(await isPattern(object, { start: 0, end: 100_000 })).toBe(true);
    expect([...stage.site.askers]).toEqual(["127.0.0.5"]);
  });
});
