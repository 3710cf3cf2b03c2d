import { describe } from "vitest";
import { findMissingCommands } from "../../scripts/setup/missing-commands.ts";
import { packageGroups, type PartName } from "../../scripts/setup/package-groups.ts";

declare module "vitest" {
  interface TaskMeta {
    /** Why the tests below are not run; the summary of `npm test` prints it. */
    skipReason?: string;
  }
}

/**
 * A `describe` whose tests need real parts: servers, browsers, players. Where one is missing they are skipped, each by its
 * name and with the reason; `npm test` with `CI=true` counts that as a failure.
 */
export function describeWithParts(parts: readonly PartName[], title: string, define: () => void): void {
  const skipReason = whyMissing(parts);
  if (skipReason === undefined) {
    describe(title, define);
  } else {
    describe(title, { skip: true, meta: { skipReason } }, define);
  }
}

/** What of `parts` this machine lacks, in words, or `undefined` where all are there. */
export function whyMissing(parts: readonly PartName[]): string | undefined {
  const problems = packageGroups
    .filter((group) => parts.includes(group.name))
    .map((group) => ({ group, missing: findMissingCommands(group) }))
    .filter(({ missing }) => missing.length > 0)
    .map(({ group, missing }) => {
      return `${group.name} is not installed (${missing.join(", ")}; Debian: ${group.packages.join(" ")})`;
    });
  return problems.length === 0 ? undefined : problems.join("; ");
}
