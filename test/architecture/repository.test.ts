import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { describePlatformPackage, findMissingOptionals, type LockedPackages } from "../../scripts/setup/lock-file.ts";

const root = join(import.meta.dirname, "../..");
const { packages: lockedPackages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
  packages: LockedPackages;
};

// In pieces, so that this file is clean of them too.
const registryHosts = [
  ["registry", "npmjs", "org"],
  ["registry", "npmjs", "com"],
  ["registry", "yarnpkg", "com"],
  ["npm", "pkg", "github", "com"],
  ["registry", "npmmirror", "com"],
  ["deb", "debian", "org"],
  ["pypi", "org"],
  ["proxy", "golang", "org"],
].map((labels) => labels.join("."));
/** Folders at the start of a path, not inside of an address or of a longer path. */
function foldersPattern(folders: readonly string[]): RegExp {
  return new RegExp(
    `(?<![\\w.:%/-])(?:${folders.map((folder) => folder.replaceAll(/[^\w/]/g, "\\$&")).join("|")})/[\\w.-]`,
  );
}

const anyMachine = foldersPattern(["/home", "/Users", "/root", "/work"]);
const thisMachine = foldersPattern([root, homedir()]);

/** Tests may make up a home, but must not name this machine's. */
function problemsIn(text: string, path = "page.md"): string[] {
  const machineFolder = path.endsWith(".test.ts") ? thisMachine : anyMachine;
  return [
    ...registryHosts.filter((host) => text.includes(host)).map((host) => `names ${host}`),
    ...text
      .split("\n")
      .flatMap((line, index) => (machineFolder.test(line) ? [`line ${index + 1} names a folder of a machine`] : [])),
  ];
}

/** Files of the repository, by .gitignore's folders rather than by git: an unpacked archive has no git. */
function listFiles(folder: string, ignored: ReadonlySet<string>): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !ignored.has(entry.name) && !/\.(log|tsbuildinfo)$/.test(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? listFiles(path, ignored) : entry.isFile() ? [path] : [];
    });
}

function ignoredNames(): Set<string> {
  const lines = readFileSync(join(root, ".gitignore"), "utf8").split("\n");
  return new Set([".git", ...lines.filter((line) => line.endsWith("/")).map((line) => line.replaceAll("/", ""))]);
}

describe("the repository", () => {
  it("has a lock file that leaves the registry to the reader's settings", () => {
    expect(Object.keys(lockedPackages).length).toBeGreaterThan(100);
    const fixed = Object.entries(lockedPackages).filter(([, locked]) =>
      /^(git\+)?(https?|ssh):/.test(locked.resolved ?? ""),
    );
    expect(fixed).toEqual([]);
  });

  it("has a lock file that npm ci accepts on every platform", () => {
    const missing = findMissingOptionals(lockedPackages).map(({ name }) => name);
    expect(missing, "Run node scripts/setup/complete-lock-file.ts").toEqual([]);
  });

  it("names no package registry and no folder of somebody's machine", () => {
    const files = listFiles(root, ignoredNames());
    expect(files.length).toBeGreaterThan(30);
    const problems = files.flatMap((path) => {
      const bytes = readFileSync(path);
      const isText = !bytes.subarray(0, 8192).includes(0);
      return isText ? problemsIn(bytes.toString(), path).map((problem) => `${relative(root, path)}: ${problem}`) : [];
    });
    expect(problems).toEqual([]);
  });

  it("would notice them", () => {
    for (const folder of ["home", "Users", "root", "work"]) {
      expect(problemsIn(`cd "/${folder}/me"`)).toEqual(["line 1 names a folder of a machine"]);
      expect(problemsIn(`https://example.com/${folder}/me ./${folder}/me`)).toEqual([]);
    }
    expect(problemsIn('cd "/home/ann"', "planted.test.ts")).toEqual([]);
    expect(problemsIn(`cd "${root}/dist"`, "planted.test.ts")).toEqual(["line 1 names a folder of a machine"]);
    for (const host of registryHosts) {
      expect(problemsIn(`https://${host}/sluice`)).toEqual([`names ${host}`]);
    }
  });
});

describe("findMissingOptionals", () => {
  const tool = { optionalDependencies: { "@tool/linux-x64-musl": "^1.2.3", "@tool/win32-arm64": "1.2.3" }, dev: true };

  it("finds what neither the package's own folder nor one above holds", () => {
    const packages = { "": {}, "node_modules/a": {}, "node_modules/a/node_modules/tool": tool };
    expect(findMissingOptionals(packages).map(({ name }) => name)).toEqual(Object.keys(tool.optionalDependencies));
    for (const folder of [
      "node_modules",
      "node_modules/a/node_modules",
      "node_modules/a/node_modules/tool/node_modules",
    ]) {
      const held = { ...packages, [`${folder}/@tool/linux-x64-musl`]: {}, [`${folder}/@tool/win32-arm64`]: {} };
      expect(findMissingOptionals(held)).toEqual([]);
    }
  });

  it("is completed by what the names say", () => {
    const described = findMissingOptionals({ "node_modules/tool": tool }).map(describePlatformPackage);
    expect(described).toEqual([
      { version: "1.2.3", cpu: ["x64"], libc: ["musl"], os: ["linux"], dev: true, optional: true },
      { version: "1.2.3", cpu: ["arm64"], os: ["win32"], dev: true, optional: true },
    ]);
  });
});
