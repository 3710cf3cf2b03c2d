import { evictionCases } from "./slice-store-eviction-cases.ts";
import { holdingCases } from "./slice-store-holding-cases.ts";
import { readingCases } from "./slice-store-reading-cases.ts";
import type { SliceStoreCase, SliceStoreSubject, SliceStoreTestRunner } from "./slice-store-subject.ts";

const usualWish = { sliceBytes: 256 * 1024, limitBytes: 16 * 1024 * 1024 };

/**
 * Registers the tests every {@link SliceStore} must pass, the built-in ones and yours.
 *
 * @param runner functions of the test runner in use; nothing is imported.
 *
 * @example
 * import { describe, it } from "vitest";
 * sliceStoreConformance({ name: "my store", create: createFixture }, { describe, it });
 */
export function sliceStoreConformance(subject: SliceStoreSubject, runner: SliceStoreTestRunner): void {
  const seed = subject.seed ?? Math.floor(Math.random() * 0xffff_ffff);
  const groups: Record<string, readonly SliceStoreCase[]> = {
    "reads exactly the bytes": readingCases(),
    "holds what was put": holdingCases(),
    "stays within its bound": evictionCases(seed),
  };
  runner.describe(`sliceStoreConformance: ${subject.name}`, () => {
    for (const [group, cases] of Object.entries(groups)) {
      runner.describe(group, () => cases.forEach((each) => register(subject, runner, each)));
    }
  });
}

function register(subject: SliceStoreSubject, { it }: SliceStoreTestRunner, test: SliceStoreCase): void {
  it(test.name, async () => {
    const fixture = await subject.create(test.wish ?? usualWish);
    try {
      // Whether a store outlives its process shows only in its fixture; one that does not has nothing to lose here.
      if (test.reopens !== true || fixture.reopen !== undefined) {
        await test.run(fixture);
      }
    } finally {
      await fixture.close();
    }
  });
}
