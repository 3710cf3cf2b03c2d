import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

// One violation per rule, planted in a copy of the lowest layers: a rule that never fires is worth nothing, and a pattern like
// "node:*" does not match what it seems to (`node:fs/promises`).
const root = join(import.meta.dirname, "../..");
const planted: Readonly<Record<string, string>> = {
  "src/bytes/planted-node.ts": 'import { readFile } from "node:fs";\nexport const a: unknown = readFile;\n',
  "src/bytes/planted-sub-path.ts":
    'import { readFile } from "node:fs/promises";\nexport const b: unknown = readFile;\n',
  "src/bytes/planted-upward.ts":
    'import { target } from "../http/planted-target.ts";\nexport const c: unknown = target;\n',
  "src/http/planted-target.ts": "export const target: number = 1;\n",
  "src/sources/planted-floating.ts":
    'import { readFile } from "node:fs/promises";\nexport function d(): void {\n  readFile("d");\n}\n',
  "src/sources/planted-misused.ts":
    'import { readFile } from "node:fs/promises";\nexport function e(): void {\n  ["e"].forEach(async (path) => {\n    await readFile(path);\n  });\n}\n',
  "src/sources/planted-any.ts": "export const f: any = 1;\n",
  "src/sources/planted-default.ts": "export default function g(): void {}\n",
  "src/sources/planted-cycle-a.ts": 'import { i } from "./planted-cycle-b.ts";\nexport const h: unknown = () => i;\n',
  "src/sources/planted-cycle-b.ts": 'import { h } from "./planted-cycle-a.ts";\nexport const i: unknown = () => h;\n',
  "src/sources/planted-long.ts": `export function j(): void {\n${"  Math.random();\n".repeat(61)}}\n`,
  "src/sources/planted-console.ts": 'console.log("k");\nexport const k: number = 1;\n',
  "src/sources/PlantedName.ts": "export const l: number = 1;\n",
};

let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "sluice-planted-"));
  for (const path of ["src/bytes", "src/http/tsconfig.json", "src/sources/tsconfig.json", "src/source"]) {
    cpSync(join(root, path), join(copy, path), { recursive: true });
  }
  for (const path of ["tsconfig.base.json", ".oxlintrc.json", "package.json"]) {
    cpSync(join(root, path), join(copy, path));
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  for (const [path, text] of Object.entries(planted)) {
    mkdirSync(join(copy, path, ".."), { recursive: true });
    writeFileSync(join(copy, path), text);
  }
});

afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

/** What a tool prints, whatever its exit code. */
function run(command: string, args: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(join(root, "node_modules/.bin", command), args, { cwd: copy }, (_error, stdout, stderr) => {
      resolve(stdout + stderr);
    });
  });
}

describe("the tools that guard the layers and the style", () => {
  it("lint: each rule fires on what was planted for it", async () => {
    const output = await run("oxlint", ["--format=unix"]);
    expect.soft(output).toMatch(/planted-node\.ts.*no-restricted-imports/);
    expect.soft(output).toMatch(/planted-sub-path\.ts.*no-restricted-imports/);
    expect.soft(output).toMatch(/planted-floating\.ts.*no-floating-promises/);
    expect.soft(output).toMatch(/planted-misused\.ts.*no-misused-promises/);
    expect.soft(output).toMatch(/planted-any\.ts.*no-explicit-any/);
    expect.soft(output).toMatch(/planted-default\.ts.*no-default-export/);
    expect.soft(output).toMatch(/planted-cycle-a\.ts.*no-cycle/);
    expect.soft(output).toMatch(/planted-long\.ts.*max-lines-per-function/);
    expect.soft(output).toMatch(/planted-console\.ts.*no-console/);
    expect.soft(output).toMatch(/PlantedName\.ts.*filename-case/);
    expect(output).not.toMatch(/planted-target\.ts/);
  });

  it("types: Node and a higher layer do not compile in the lowest one", async () => {
    const output = await run("tsc", ["-b", "src/bytes"]);
    expect.soft(output).toMatch(/planted-node\.ts.*error TS2591/);
    expect.soft(output).toMatch(/planted-sub-path\.ts.*error TS2591/);
    expect(output).toMatch(/planted-target\.ts' is not listed within the file list of project/);
  });
});
