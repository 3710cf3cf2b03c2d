import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { TestResultsReporter } from "./scripts/test-results-reporter.ts";

const resultsPath = process.env["SLUICE_TEST_RESULTS"];

// Projects differ in what they need of the machine. All but `unit` run one file at a time: they start servers, browsers
// and players, and measure sockets, memory and time, which neighbours on the same two cores would falsify.
// Examples import the package by its name, as its users do; here that means the sources, so that no build is needed.
const packageAlias = {
  find: /^sluice\/(\w+)$/,
  replacement: fileURLToPath(new URL("src/$1/index.ts", import.meta.url)),
};

export default defineConfig({
  resolve: { alias: [packageAlias] },
  test: {
    reporters: resultsPath === undefined ? ["default"] : ["default", new TestResultsReporter(resultsPath)],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          // Pure tests: a fresh set of modules for each file would take longer than all of them together.
          isolate: false,
          include: ["src/**/*.test.ts", "web/src/**/*.test.ts", "test/architecture/**/*.test.ts"],
          // The conformance suites' own tests run whole suites: they are no quick ones.
          exclude: ["src/testing/**"],
          testTimeout: 10_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["test/**/*.test.ts", "src/testing/**/*.test.ts"],
          exclude: ["test/architecture/**", "test/browsers/**", "test/players/**"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "players",
          include: ["test/players/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: "browsers",
          include: ["test/browsers/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
