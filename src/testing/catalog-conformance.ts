import { copyCases } from "./catalog-copy-cases.ts";
import { hostileCases } from "./catalog-hostile-cases.ts";
import { listCases } from "./catalog-list-cases.ts";
import { playCases } from "./catalog-play-cases.ts";
import { playlistCases } from "./catalog-playlist-cases.ts";
import { scanCases } from "./catalog-scan-cases.ts";
import { searchCases } from "./catalog-search-cases.ts";
import { sourceFilterCases } from "./catalog-source-filter-cases.ts";
import type { CatalogCase, CatalogSubject, CatalogTestRunner } from "./catalog-subject.ts";

/**
 * Registers the tests every {@link Catalog} must pass, the built-in ones and yours.
 *
 * @param runner functions of the test runner in use; nothing is imported.
 *
 * @example
 * import { describe, it } from "vitest";
 * catalogConformance({ name: "my database", create: createFixture }, { describe, it });
 */
export function catalogConformance(subject: CatalogSubject, runner: CatalogTestRunner): void {
  const groups: Record<string, readonly CatalogCase[]> = {
    "keeps what scans find": scanCases(),
    "lists items page by page": listCases(),
    "keeps sources apart": sourceFilterCases(),
    "holds playlists": playlistCases(),
    "finds what is meant": searchCases(),
    "counts plays": playCases(),
    "moves to another database": copyCases(),
    "stands what files hold": hostileCases(),
  };
  runner.describe(`catalogConformance: ${subject.name}`, () => {
    for (const [group, cases] of Object.entries(groups)) {
      runner.describe(group, () => cases.forEach((each) => register(subject, runner, each)));
    }
  });
}

function register(subject: CatalogSubject, { it }: CatalogTestRunner, test: CatalogCase): void {
  it(test.name, async () => {
    const fixture = await subject.create();
    try {
      await test.run(fixture);
    } finally {
      await fixture.close();
    }
  });
}
