import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseCommandLine } from "./command-line.ts";
import { openKeyFile } from "./key-file.ts";
import { rotateStreamKeys } from "./keys-command.ts";

let stateFolder: string;

beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), "sluice-keys-command-"));
});

afterEach(async () => {
  await rm(stateFolder, { recursive: true });
});

describe("sluice keys rotate", () => {
  it("adds a key, which a server that runs finds by itself, and keeps the old one", async () => {
    using server = await openKeyFile(join(stateFolder, "stream-keys.json"), { rereadMs: 20 });
    const [old] = server.keys();
    const lines: string[] = [];
    await rotateStreamKeys({ stateFolder }, (line) => lines.push(line));
    await expect.poll(() => server.keys().map(({ id }) => id)).toHaveLength(2);
    expect(server.keys().map(({ id }) => id)).toContain(old?.id);
    expect(lines).toEqual([expect.stringContaining("signs in a minute")]);
  });

  it("makes no keys where no server has its own", async () => {
    await expect(rotateStreamKeys({ stateFolder }, () => undefined)).rejects.toThrow("say so with --state");
  });

  it("is read from the command line, with the state folder", () => {
    expect(parseCommandLine(["keys", "rotate", "--state", "./state"])).toEqual({
      kind: "keys rotate",
      configFile: undefined,
      settings: { state: { value: "./state", origin: "--state" } },
    });
    for (const words of [["keys"], ["keys", "drop"], ["keys", "rotate", "all"]]) {
      expect(parseCommandLine(words)).toMatchObject({ kind: "problem", detail: expect.stringContaining("rotate") });
    }
  });
});
