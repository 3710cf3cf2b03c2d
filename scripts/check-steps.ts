import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";

const repositoryRoot = join(import.meta.dirname, "..");
const binFolder = join(repositoryRoot, "node_modules", ".bin");

/** One command of the tool chain, run from the repository's root. */
export interface CheckStep {
  readonly name: string;
  /** A command of `node_modules/.bin`, and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** What to run to mend it, shown after a failure. */
  readonly remedy?: string;
}

/** What became of a {@link CheckStep}. */
export interface CheckResult {
  readonly step: CheckStep;
  readonly passed: boolean;
  readonly seconds: number;
}

/** What can be said without running the code. Independent of each other, so they run side by side. */
export const staticSteps: readonly CheckStep[] = [
  { name: "format", command: ["oxfmt", "--check", "."], remedy: "npm run format" },
  { name: "lint", command: ["oxlint", "--deny-warnings"] },
  { name: "types", command: ["tsc", "-b"] },
  { name: "dead code", command: ["knip", "--no-config-hints"] },
];

/** What an installed package would look like. Builds first, so it does not run beside the compiler. */
export const packageStep: CheckStep = { name: "package", command: ["publint"] };

/** The tests that need nothing but Node. */
export const unitTestStep: CheckStep = {
  name: "unit tests",
  command: ["vitest", "run", "--project", "unit", "--silent=passed-only"],
};

/** Runs steps side by side; prints a line for each as it ends, and the output of those that fail. */
export function runSteps(steps: readonly CheckStep[]): Promise<CheckResult[]> {
  return Promise.all(steps.map(runStep));
}

/** The environment in which tools find each other and the repository's own Node. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${binFolder}${delimiter}${process.env["PATH"] ?? ""}` };
}

async function runStep(step: CheckStep): Promise<CheckResult> {
  const startedAt = performance.now();
  const { exitCode, output } = await runQuietly(step.command);
  const seconds = (performance.now() - startedAt) / 1000;
  const passed = exitCode === 0;
  console.log(`${passed ? "ok    " : "FAILED"} ${step.name.padEnd(12)} ${seconds.toFixed(1)} s`);
  if (!passed) {
    console.log(`${output.trimEnd()}\n`);
    if (step.remedy !== undefined) {
      console.log(`To mend it: ${step.remedy}\n`);
    }
  }
  return { step, passed, seconds };
}

function runQuietly([command, ...args]: CheckStep["command"]): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(join(binFolder, command), args, {
      cwd: repositoryRoot,
      env: toolEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => resolve({ exitCode: 1, output: `${output}\n${error.message}` }));
    child.on("close", (exitCode) => resolve({ exitCode: exitCode ?? 1, output }));
  });
}
