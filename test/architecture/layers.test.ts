import { globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { allowedImports, findLayerViolations, type SourceText } from "./layer-rules.ts";

const root = join(import.meta.dirname, "../..");

function readSources(): SourceText[] {
  return globSync("src/**/*.ts", { cwd: root }).map((path) => ({
    path: path.split(sep).join("/"),
    text: readFileSync(join(root, path), "utf8"),
  }));
}

function planted(path: string, text: string): string[] {
  return findLayerViolations([{ path, text }]);
}

describe("the layers of src/", () => {
  it("import downwards only", () => {
    const files = readSources();
    expect(files.length).toBeGreaterThan(10);
    expect(findLayerViolations(files)).toEqual([]);
  });

  it.each(Object.entries(allowedImports))("tell the compiler the same: %s references %j", (layer, allowed) => {
    const config = JSON.parse(readFileSync(join(root, "src", layer, "tsconfig.json"), "utf8")) as {
      references?: { path: string }[];
    };
    const references = (config.references ?? []).map((reference) => reference.path.replace("../", ""));
    expect(references.toSorted()).toEqual([...allowed].toSorted());
  });
});

describe("findLayerViolations", () => {
  it.each([
    ["a static import", 'import { readFile } from "node:fs";'],
    ["a sub-path", 'import { readFile } from "node:fs/promises";'],
    ["several lines", 'import {\n  readFile,\n} from "node:fs/promises";'],
    ["a type import", 'import type { Stats } from "node:fs";'],
    ["a name without node:", 'import { readFileSync } from "fs";'],
    ["a re-export", 'export * from "node:path";'],
    ["a bare import", 'import "node:process";'],
    ["a dynamic import", 'const fs = await import("node:fs");'],
  ])("sees Node in a portable layer: %s", (_title, text) => {
    for (const layer of ["bytes", "http", "source"]) {
      expect(planted(`src/${layer}/planted.ts`, text)).toEqual([
        expect.stringMatching(`^src/${layer}/planted.ts: imports .*, but ${layer} must run without Node$`),
      ]);
    }
    expect(planted("src/sources/planted.ts", text)).toEqual([]);
  });

  it.each([
    ["src/bytes/planted.ts", "../http/index.ts"],
    ["src/http/planted.ts", "../source/source.ts"],
    ["src/source/planted.ts", "../http/index.ts"],
    ["src/sources/planted.ts", "../delivery/index.ts"],
    ["src/delivery/planted.ts", "../sources/index.ts"],
    ["src/testing/planted.ts", "../sources/index.ts"],
    ["src/api/planted.ts", "../server/compose.ts"],
    ["src/server/planted.ts", "../testing/index.ts"],
  ])("sees %s import %s", (path, specifier) => {
    const seen = [expect.stringContaining("may not import")];
    expect(planted(path, `import { a } from "${specifier}";`)).toEqual(seen);
    expect(planted(path, `import type { A } from "${specifier}";`)).toEqual(seen);
  });

  it.each(["process.env", 'process["env"]', "process?.env", 'import { env } from "node:process"'])(
    "sees %s outside env.ts",
    (expression) => {
      expect(planted("src/server/main.ts", `${expression};\n`)).toEqual([
        "src/server/main.ts: reads the environment, which only src/server/env.ts may",
      ]);
      expect(planted("src/server/env.ts", `${expression};\n`)).toEqual([]);
    },
  );

  it("sees concrete sources named outside compose.ts", () => {
    const text = 'import { createS3Source } from "../sources/s3-source.ts";';
    for (const path of ["src/server/main.ts", "src/api/media.ts"]) {
      expect(planted(path, text)).toEqual([
        `${path}: imports src/sources/s3-source.ts: only src/server/compose.ts names concrete sources`,
      ]);
    }
    expect(planted("src/server/compose.ts", text)).toEqual([]);
    expect(planted("src/server/main.ts", text.replace("import {", "import type {"))).toEqual([]);
  });

  it("sees files and imports outside the layers", () => {
    expect(planted("src/planted.ts", "")).toEqual(["src/planted.ts: lies in no known layer"]);
    expect(planted("src/utils/planted.ts", "")).toEqual(["src/utils/planted.ts: lies in no known layer"]);
    expect(planted("src/server/main.ts", 'import { a } from "../../test/a.ts";')).toEqual([
      "src/server/main.ts: imports test/a.ts, which lies in no known layer",
    ]);
  });

  it("takes comments and strings for what they are", () => {
    const text =
      '/** import { a } from "node:fs"; process.env */\n// process.env\nexport const a = "https://a.test"; // x\n';
    expect(planted("src/bytes/planted.ts", text)).toEqual([]);
  });
});
