import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CodemapRow, parseCodemap } from "./codemap.ts";

const root = join(import.meta.dirname, "../..");
const page = join(root, "ARCHITECTURE.md");

function brokenRow({ question, path, symbol }: CodemapRow): string | undefined {
  const target = join(root, path);
  if (path === "" || !existsSync(target)) {
    return `${question}: no such file: "${path}"`;
  }
  if (symbol === undefined) {
    return /(?<!\.test)\.ts$/.test(path) ? `${question}: names no symbol in ${path}` : undefined;
  }
  const found = !statSync(target).isDirectory() && readFileSync(target, "utf8").includes(symbol);
  return found ? undefined : `${question}: ${path} does not contain ${symbol}`;
}

describe('the "Where is X?" table of ARCHITECTURE.md', () => {
  it("names files that exist and hold the symbol", () => {
    expect(existsSync(page), "ARCHITECTURE.md is missing").toBe(true);
    const rows = parseCodemap(readFileSync(page, "utf8"));
    expect(rows.length, "rows in the table").toBeGreaterThanOrEqual(10);
    expect(rows.map(brokenRow).filter((problem) => problem !== undefined)).toEqual([]);
  });
});

describe("parseCodemap", () => {
  it("reads questions, paths and symbols of its own section only", () => {
    const markdown = [
      "| a | b | c |",
      "## Where is X?",
      "Some words.",
      "",
      "| Where is … | File | Symbol |",
      "|---|---|---|",
      "| the `Range` header parsed? | `src/http/range-header.ts` | `parseRangeHeader` |",
      "| how to add a source? | `docs/adding-a-source.md` | |",
      "## Invariants",
      "| d | `e` | `f` |",
    ].join("\n");
    expect(parseCodemap(markdown)).toEqual([
      { question: "the `Range` header parsed?", path: "src/http/range-header.ts", symbol: "parseRangeHeader" },
      { question: "how to add a source?", path: "docs/adding-a-source.md", symbol: undefined },
    ]);
  });

  it("shows a row that has come apart", () => {
    const row = { question: "q", path: "src/bytes/byte-range.ts" };
    expect(brokenRow({ ...row, symbol: "rangeLength" })).toBeUndefined();
    expect(brokenRow({ ...row, symbol: "noSuchSymbol" })).toContain("does not contain noSuchSymbol");
    expect(brokenRow({ ...row, symbol: undefined })).toContain("names no symbol");
    expect(brokenRow({ ...row, path: "src/bytes/gone.ts", symbol: "a" })).toContain("no such file");
  });
});
