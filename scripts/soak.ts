// `npm run soak -- MINUTES`: the fault tests of the cache in their long form, for so long. Prints the seed and what came of it; `SLUICE_TEST_SEED` repeats a run.
import { join } from "node:path";
import { killWriters } from "../test/cache/kill-nine.ts";
import { runUpstreamTrouble } from "../test/cache/trouble-run.ts";
import { runVersionChanges } from "../test/cache/versions-run.ts";
import { createTemporaryFolder } from "../test/real/temporary-folder.ts";
import { chooseSeed, createRandom } from "../test/scenarios/seeded-random.ts";

/** So many runs with changing objects are the bar; what time is left goes to the rest. */
const versionRuns = 10_000;
const batchRuns = 500;

const minutes = Number(process.argv[2] ?? "10");
if (!(minutes > 0)) {
  console.error(`A soak takes some minutes, not ${JSON.stringify(process.argv[2])}: npm run soak -- 30`);
  process.exit(1);
}
const seed = chooseSeed();
const deadline = performance.now() + minutes * 60_000;
console.log(`Soaking for ${minutes} min (SLUICE_TEST_SEED=${seed})`);

const problems: string[] = [];
let offset = 0;
const versions = { runs: 0, views: 0, changes: 0, broken: 0, refused: 0, mixed: 0 };
const trouble = { runs: 0, upstreamRequests: 0 };
const kills = { kills: 0, slicesChecked: 0 };
while (performance.now() < deadline && problems.length === 0) {
  await soakVersions(offset % 4 === 3 ? "disk" : "memory");
  if (versions.runs >= versionRuns || offset % 2 === 1) await soakTrouble(offset % 4 === 1 ? "disk" : "memory");
  if (offset % 2 === 1) await soakKills();
  offset += 1;
  console.log(
    `${versions.runs} runs with changes, ${trouble.runs} with cuts, ${kills.kills} kills, ${problems.length} problems`,
  );
}
console.log(
  `Objects that change: ${versions.runs} runs, ${versions.views} views, ${versions.changes} changes, ` +
    `${versions.broken} broken, ${versions.refused} refused, ${versions.mixed} of two versions`,
);
console.log(`Cuts and 503s: ${trouble.runs} runs, ${trouble.upstreamRequests} upstream requests`);
console.log(`kill -9 while writing: ${kills.kills} times, ${kills.slicesChecked} slices read afterwards`);
problems.forEach((problem) => console.log(`PROBLEM ${problem}`));
console.log(`${problems.length} problems (SLUICE_TEST_SEED=${seed})`);
process.exitCode = problems.length === 0 ? 0 : 1;

async function soakVersions(store: "memory" | "disk"): Promise<void> {
  const limitMs = Math.max(0, deadline - performance.now());
  const totals = await runVersionChanges({ seed: seed + offset * batchRuns, count: batchRuns, store, limitMs });
  versions.runs += totals.runs;
  versions.views += totals.views;
  versions.changes += totals.changes;
  versions.broken += totals.broken;
  versions.refused += totals.refused;
  versions.mixed += totals.mixed.length;
  problems.push(...totals.mixed, ...totals.faults);
}

async function soakTrouble(store: "memory" | "disk"): Promise<void> {
  const limitMs = Math.max(0, deadline - performance.now());
  const totals = await runUpstreamTrouble({ seed: seed + offset * batchRuns, count: 50, store, limitMs });
  trouble.runs += totals.runs;
  trouble.upstreamRequests += totals.upstreamRequests;
  problems.push(...totals.faults);
}

async function soakKills(): Promise<void> {
  const count = 20;
  if (performance.now() > deadline) return;
  await using folder = await createTemporaryFolder("soak");
  const random = createRandom(seed + offset);
  const report = await killWriters(join(folder.path, "cache"), {
    kills: count,
    random: () => random(1_000_000) / 1_000_000,
  });
  kills.kills += count;
  kills.slicesChecked += report.slicesChecked;
  problems.push(...report.breaches);
}
