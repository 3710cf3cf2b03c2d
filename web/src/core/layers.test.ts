import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path/posix";
import { describe, expect, it } from "vitest";

const source = join(import.meta.dirname, "..");

/** What each folder of the player may import of the others; `server` is the contract of its API, and the client. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: ["core", "server"],
  offline: ["offline", "core", "server", "idb"],
  sw: ["sw", "offline", "core"],
};
const serverFiles = ["../../src/api/contract.ts", "../../src/api/sluice-client.ts"];

function targetOf(path: string, specifier: string): string {
  if (!specifier.startsWith(".")) {
    return specifier;
  }
  const target = normalize(join(dirname(path), specifier));
  return serverFiles.includes(target) ? "server" : target.startsWith("..") ? target : (target.split("/")[0] ?? "");
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(source, path), "utf8");
  const specifiers = text.matchAll(/(?:\bfrom|^import|\bimport\()\s*"([^"]+)"/gm);
  return Array.from(specifiers, ([, specifier = ""]) => targetOf(path, specifier));
}

function breaches(files: readonly string[]): string[] {
  return files
    .filter((path) => !/\.test\.tsx?$/.test(path))
    .flatMap((path) => {
      const folder = path.split("/")[0] ?? "";
      return importsOf(path).flatMap((target) =>
        allowed[folder]?.includes(target) === false ? [`${path}: ${target}`] : [],
      );
    });
}

describe("the layers of the player", () => {
  const files = globSync("**/*.{ts,tsx}", { cwd: source });

  it("import downwards only, and of the server its contract alone", () => {
    expect(files.length).toBeGreaterThan(40);
    expect(breaches(files.filter((path) => /^(core|offline|sw)\//.test(path)))).toEqual([]);
    const reached = files
      .filter((path) => !path.includes(".test."))
      .flatMap((path) =>
        importsOf(path)
          .filter((target) => target.startsWith(".."))
          .map((target) => `${path}: ${target}`),
      );
    expect(reached).toEqual([]);
  });

  it("are told apart", () => {
    expect(targetOf("core/queue.ts", "../offline/tab-channel.ts")).toBe("offline");
    expect(targetOf("core/queue.ts", "../../../src/api/contract.ts")).toBe("server");
    expect(targetOf("core/queue.ts", "../../../src/catalog/index.ts")).toBe("../../src/catalog/index.ts");
  });
});
