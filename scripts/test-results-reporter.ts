import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestCase, TestModule, TestRunEndReason, TestSuite } from "vitest/node";

/** One test, or one thing that went wrong outside of any test. */
export interface TestOutcome {
  readonly name: string;
  readonly state: "passed" | "failed" | "skipped";
  /** Why it was skipped, or the first line of what failed. */
  readonly reason?: string;
}

/** What `npm test` needs to know of a run: every outcome, written as JSON when the run ends. */
export class TestResultsReporter implements Reporter {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly { message: string }[],
    reason: TestRunEndReason,
  ): void {
    const outcomes = modules.flatMap(outcomesOf);
    outcomes.push(...unhandledErrors.map((error) => failure("outside of any test", error.message)));
    if (reason === "interrupted") {
      outcomes.push(failure("the run", "interrupted"));
    }
    writeFileSync(this.#path, JSON.stringify(outcomes));
  }
}

function outcomesOf(module: TestModule): TestOutcome[] {
  const name = `${module.project.name} > ${relative(process.cwd(), module.moduleId)}`;
  const suites = [...module.children.allSuites()];
  return [
    ...module.errors().map((error) => failure(name, error.message)),
    ...suites.flatMap((suite) => suite.errors().map((error) => failure(`${name} > ${suite.fullName}`, error.message))),
    ...[...module.children.allTests()].map((test) => outcomeOf(name, test)),
  ];
}

function outcomeOf(moduleName: string, test: TestCase): TestOutcome {
  const name = `${moduleName} > ${test.fullName}`;
  const result = test.result();
  switch (result.state) {
    case "passed":
      return { name, state: "passed" };
    case "failed":
      return failure(name, result.errors[0]?.message ?? "failed");
    case "skipped":
      return { name, state: "skipped", reason: result.note ?? skipReasonOf(test) ?? "no reason given" };
    case "pending":
      return failure(name, "did not finish");
  }
}

function skipReasonOf(test: TestCase): string | undefined {
  let entity: TestCase | TestSuite | TestModule = test;
  while (entity.type !== "module") {
    const { skipReason } = entity.meta() as { skipReason?: string };
    if (skipReason !== undefined) {
      return skipReason;
    }
    entity = entity.parent;
  }
  return entity.errors().length > 0 ? "its file failed" : undefined;
}

function failure(name: string, message: string): TestOutcome {
  return { name, state: "failed", reason: message.split("\n", 1)[0] ?? "" };
}
