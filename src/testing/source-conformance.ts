import { abortCases } from "./source-abort-cases.ts";
import { keyCases } from "./source-key-cases.ts";
import { listCases, listRefusalCases } from "./source-list-cases.ts";
import { readCases } from "./source-read-cases.ts";
import { revalidationCases } from "./source-revalidation-cases.ts";
import type { ConformanceCase, SourceFixture, SourceSubject, TestRunner } from "./source-subject.ts";
import { versionCases } from "./source-version-cases.ts";

/**
 * Registers the tests every {@link Source} must pass, the built-in ones and yours. Each test has a fixed name; what cannot hold for a
 * source is skipped by that name, with a reason that shows in the report.
 *
 * @param runner functions of the test runner in use; nothing is imported.
 *
 * @example
 * import { afterAll, beforeAll, describe, it } from "vitest";
 * sourceConformance({ name: "my source", create: createFixture }, { describe, it, beforeAll, afterAll });
 */
export function sourceConformance(subject: SourceSubject, runner: TestRunner): void {
  const groups = groupsFor(subject);
  const reasons = skipReasons(subject, Object.values(groups).flat());
  runner.describe(`sourceConformance: ${subject.name}`, () => {
    let fixture: SourceFixture | undefined;
    runner.beforeAll(async () => {
      fixture = await subject.create();
    });
    runner.afterAll(async () => {
      await fixture?.source[Symbol.asyncDispose]();
      await fixture?.close();
    });
    for (const [group, cases] of Object.entries(groups)) {
      runner.describe(group, () => {
        for (const { name, run } of cases) {
          const reason = reasons.get(name);
          const body = async (): Promise<void> => {
            if (fixture === undefined) throw new Error(`${subject.name} could not be created`);
            await run(fixture);
          };
          if (reason === undefined) runner.it(name, body);
          else runner.it.skip(`${name} [skipped: ${reason}]`, body);
        }
      });
    }
  });
}

function groupsFor(subject: SourceSubject): Record<string, readonly ConformanceCase[]> {
  const refuses = subject.refuses ?? [];
  return {
    "reads exactly the bytes": readCases(),
    "stops at once": abortCases(),
    "never mixes versions": versionCases({ rewritten: subject.rewritesInPlace === true }),
    revalidates: revalidationCases(),
    "keeps keys apart": keyCases({ listed: !refuses.includes("list"), located: !refuses.includes("locate") }),
    lists: refuses.includes("list") ? listRefusalCases() : listCases(),
  };
}

/** A skip that names no test would hide nothing today and everything after a renaming: it is refused. */
function skipReasons(subject: SourceSubject, cases: readonly ConformanceCase[]): ReadonlyMap<string, string> {
  const names = new Set(cases.map(({ name }) => name));
  const reasons = new Map<string, string>();
  for (const { test, reason } of subject.skip ?? []) {
    if (!names.has(test)) throw new TypeError(`${subject.name} skips ${JSON.stringify(test)}, which is no test`);
    if (reason.trim() === "") throw new TypeError(`${subject.name} skips ${JSON.stringify(test)} without a reason`);
    reasons.set(test, reason);
  }
  return reasons;
}
