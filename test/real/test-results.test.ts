import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestOutcome } from "../../scripts/test-results-reporter.ts";

const root = join(import.meta.dirname, "../..");
const files: Readonly<Record<string, string>> = {
  "vitest.config.ts": `
    import { defineConfig } from "vitest/config";
    import { TestResultsReporter } from "${root}/scripts/test-results-reporter.ts";
    export default defineConfig({ test: { name: "fixture", reporters: [new TestResultsReporter("results.json")] } });
  `,
  "outcomes.test.ts": `
    import { describe, expect, it } from "vitest";
    import { describeWithParts } from "${root}/test/real/require-part.ts";
    it("passes", () => {});
    it("fails", () => { expect(1).toBe(2); });
    it("skips itself", (context) => { context.skip("has its reasons"); });
    it.skip("is skipped silently", () => {});
    process.env.PATH = "";
    describeWithParts(["mpv"], "with mpv", () => { describe("inside", () => { it("plays", () => { expect(1).toBe(2); }); }); });
  `,
  "set-up.test.ts": `
    import { beforeAll, describe, it } from "vitest";
    describe("a suite", () => { beforeAll(() => { throw new Error("no server"); }); it("never runs", () => {}); });
  `,
  "broken.test.ts": "throw new Error('cannot load');",
  "leaking.test.ts": `
    import { it } from "vitest";
    it("leaves a rejection behind", () => { void Promise.reject(new Error("left behind")); });
  `,
};

let folder: string;
let outcomes: TestOutcome[];
let exitCode: number | null;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-results-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
  }
  exitCode = spawnSync(join(root, "node_modules/.bin/vitest"), ["run"], { cwd: folder }).status;
  outcomes = JSON.parse(readFileSync(join(folder, "results.json"), "utf8")) as TestOutcome[];
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function outcome(name: string): TestOutcome | undefined {
  return outcomes.find((candidate) => candidate.name === `fixture > ${name}`);
}

describe("TestResultsReporter", () => {
  it("tells passed, failed and skipped apart, with reasons", () => {
    expect(outcome("outcomes.test.ts > passes")?.state).toBe("passed");
    expect(outcome("outcomes.test.ts > fails")).toMatchObject({
      state: "failed",
      reason: expect.stringContaining("expected 1 to be 2"),
    });
    expect(outcome("outcomes.test.ts > skips itself")).toMatchObject({ state: "skipped", reason: "has its reasons" });
    expect(outcome("outcomes.test.ts > is skipped silently")?.reason).toBe("no reason given");
  });

  it("names each test that a missing part skips", () => {
    expect(outcome("outcomes.test.ts > with mpv > inside > plays")).toMatchObject({
      state: "skipped",
      reason: "mpv is not installed (mpv; Debian: mpv)",
    });
  });

  it("counts what fails outside of tests", () => {
    expect(outcome("broken.test.ts")).toMatchObject({ state: "failed", reason: "cannot load" });
    expect(outcome("set-up.test.ts > a suite")).toMatchObject({ state: "failed", reason: "no server" });
    expect(outcomes).toContainEqual({ name: "outside of any test", state: "failed", reason: "left behind" });
    expect(exitCode).toBe(1);
  });
});
