/** Compares Sluice with other servers on this machine; see docs/benchmarks.md. */
import { join } from "node:path";
import type { Bar } from "./bars.ts";
import { createFixture } from "./fixture.ts";
import { machineFacts } from "./machine.ts";
import { type BenchOptions, parseOptions, type SectionId, USAGE } from "./options.ts";
import { type SectionReport, writeSections } from "./report.ts";
import { runCache } from "./sections/cache.ts";
import { runCatalog } from "./sections/catalog.ts";
import { runLocal } from "./sections/local.ts";
import { runMemory } from "./sections/memory.ts";
import { runProxy } from "./sections/proxy.ts";
import { runS3 } from "./sections/s3.ts";
import { runScan } from "./sections/scan.ts";
import type { SectionContext, SectionResult } from "./sections/section.ts";
import { runWorkers } from "./sections/workers.ts";
import { killDescendantsOnExit } from "./server-process.ts";

const OBJECT_BYTES = 1024 ** 3;
const REPORT = join(import.meta.dirname, "../docs/benchmarks.md");

const RUNNERS: Readonly<Record<SectionId, (context: SectionContext) => Promise<SectionResult>>> = {
  local: runLocal,
  proxy: runProxy,
  s3: runS3,
  memory: runMemory,
  cache: runCache,
  catalog: runCatalog,
  scan: runScan,
  workers: runWorkers,
};

async function runBench(options: BenchOptions): Promise<void> {
  const startedAt = performance.now();
  const progress = (line: string) => {
    process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${line}\n`);
  };
  progress("writing the object");
  await using fixture = await createFixture(OBJECT_BYTES);
  const reports: SectionReport[] = [];
  const missed: Bar[] = [];
  for (const id of options.sections) {
    const { markdown, bars } = await RUNNERS[id]({ fixture, options, progress });
    const heading = `${machineFacts()} ${options.rounds} round${options.rounds === 1 ? "" : "s"}.`;
    reports.push({ id, markdown: `${heading}\n\n${markdown}` });
    missed.push(...bars.filter(({ met }) => met === false));
    console.log(`\n## ${id}\n\n${heading}\n\n${markdown}`);
  }
  if (options.writesTables) {
    await writeSections(REPORT, reports);
  }
  progress(missed.length === 0 ? "no bar missed" : `missed: ${missed.map(({ text }) => text).join("; ")}`);
}

/** @returns the options, or undefined where there is nothing to run: help was asked for, or an option is wrong */
function optionsOrExplain(args: readonly string[]): BenchOptions | undefined {
  try {
    const options = parseOptions(args);
    if (options === undefined) {
      console.log(USAGE);
    }
    return options;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
    return undefined;
  }
}

killDescendantsOnExit();
const options = optionsOrExplain(process.argv.slice(2));
if (options !== undefined) {
  await runBench(options);
}
