// `npm test`: sets up the machine, then every check and every test there is. The last line is the count.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packageStep, runSteps, staticSteps, toolEnvironment } from "./check-steps.ts";
import { setUpDebianPackages } from "./setup/debian-packages.ts";
import type { TestOutcome } from "./test-results-reporter.ts";

const repositoryRoot = join(import.meta.dirname, "..");
const resultsPath = join(repositoryRoot, ".cache", "test-results.json");
// Longer than any run should take, shorter than the patience of a build machine.
const vitestTimeoutMs = 40 * 60_000;

const startedAt = performance.now();
setUpDebianPackages();
const outcomes = [...(await runChecks()), ...(await runVitest())];
printSummary(outcomes);
process.exitCode = isGood(outcomes) ? 0 : 1;

async function runChecks(): Promise<TestOutcome[]> {
  const results = [...(await runSteps(staticSteps)), ...(await runSteps([packageStep]))];
  return results.map(({ step, passed }) => {
    const name = `check > ${step.name}`;
    return passed ? { name, state: "passed" } : { name, state: "failed", reason: `${step.command.join(" ")} failed` };
  });
}

/** Runs all projects in a process of their own, so that even a crash of it leaves a summary. */
async function runVitest(): Promise<TestOutcome[]> {
  rmSync(resultsPath, { force: true });
  mkdirSync(join(resultsPath, ".."), { recursive: true });
  const exit = await runToEnd(join(repositoryRoot, "node_modules/.bin/vitest"), ["run", "--silent=passed-only"]);
  const found = readResults();
  if (found === undefined) {
    return [{ name: "vitest", state: "failed", reason: `ended without results (${exit})` }];
  }
  const explained = exit === "exit code 0" || found.some((outcome) => outcome.state === "failed");
  return explained ? found : [...found, { name: "vitest", state: "failed", reason: exit }];
}

function runToEnd(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: repositoryRoot,
      env: { ...toolEnvironment(), SLUICE_TEST_RESULTS: resultsPath },
      stdio: ["ignore", "inherit", "inherit"],
      timeout: vitestTimeoutMs,
    });
    child.on("error", (error) => resolve(error.message));
    child.on("close", (exitCode, signal) => resolve(signal === null ? `exit code ${exitCode}` : `killed by ${signal}`));
  });
}

function readResults(): TestOutcome[] | undefined {
  try {
    return JSON.parse(readFileSync(resultsPath, "utf8")) as TestOutcome[];
  } catch {
    return undefined;
  }
}

function withState(all: readonly TestOutcome[], state: TestOutcome["state"]): TestOutcome[] {
  return all.filter((outcome) => outcome.state === state);
}

function isGood(all: readonly TestOutcome[]): boolean {
  const skipsCount = process.env["CI"] === "true";
  return withState(all, "failed").length === 0 && !(skipsCount && withState(all, "skipped").length > 0);
}

function printSummary(all: readonly TestOutcome[]): void {
  const [passed, failed, skipped] = [withState(all, "passed"), withState(all, "failed"), withState(all, "skipped")];
  for (const { name, reason } of skipped) {
    console.log(`SKIPPED ${name}: ${reason}`);
  }
  if (skipped.length > 0 && process.env["CI"] === "true") {
    console.log("CI=true: a skipped test is a failure.");
  }
  for (const { name, reason } of failed) {
    console.log(`FAILED ${name}: ${reason}`);
  }
  console.log(`Took ${((performance.now() - startedAt) / 1000).toFixed(0)} s.`);
  const counts = [`${passed.length} passed`, `${failed.length} failed`];
  console.log([...counts, ...(skipped.length > 0 ? [`${skipped.length} skipped`] : [])].join(", "));
}
