// `npm run soak -- MINUTES`: the fault tests of the cache in their long form, for so long. Prints the seed and what came of it; `SLUICE_TEST_SEED` repeats a run.
import { join } from "node:path";
import { killWriters } from "../test/cache/kill-nine.ts";
import { runUpstreamTrouble } from "../test/cache/trouble-run.ts";
import { runVersionChanges } from "../test/cache/versions-run.ts";
import { createTemporaryFolder } from "../test/real/temporary-folder.ts";
import { chooseSeed, createRandom } from "../test/scenarios/seeded-random.ts";

/** One kind of trouble, made again and again. */
interface Soak {
  readonly name: string;
  /** So many runs are the bar; what time is left after all bars goes to more of them. */
  readonly bar: number;
  readonly batch: number;
  /** Runs a batch and returns what went wrong. @param offset runs done before, so that no seed comes twice */
  run(offset: number, limitMs: number): Promise<readonly string[]>;
  done: number;
  summary(): string;
}

const minutes = Number(process.argv[2] ?? "10");
if (!(minutes > 0)) {
  console.error(`A soak takes some minutes, not ${JSON.stringify(process.argv[2])}: npm run soak -- 30`);
  process.exit(1);
}
const seed = chooseSeed();
const deadline = performance.now() + minutes * 60_000;
console.log(`Soaking for ${minutes} min (SLUICE_TEST_SEED=${seed})`);

const soaks = [versionSoak("memory", 7500), versionSoak("disk", 2500), troubleSoak(), killSoak()];
const problems: string[] = [];
while (performance.now() < deadline && problems.length === 0) {
  const soak = soaks.reduce((least, other) => (other.done / other.bar < least.done / least.bar ? other : least));
  problems.push(...(await soak.run(soak.done, Math.max(0, deadline - performance.now()))));
  console.log(
    `${soaks.map(({ name, done, bar }) => `${name} ${done}/${bar}`).join(", ")}; ${problems.length} problems`,
  );
}
soaks.forEach((soak) => console.log(soak.summary()));
problems.forEach((problem) => console.log(`PROBLEM ${problem}`));
const isLong = soaks.every(({ done, bar }) => done >= bar);
console.log(
  `${problems.length} problems; ${isLong ? "every bar reached" : "too short for every bar"} (SLUICE_TEST_SEED=${seed})`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

function versionSoak(store: "memory" | "disk", bar: number): Soak {
  const sum = { views: 0, changes: 0, broken: 0, refused: 0, mixed: 0 };
  const firstSeed = store === "memory" ? seed : seed + 1_000_000;
  return {
    name: `changes, ${store}`,
    bar,
    batch: 500,
    done: 0,
    async run(offset, limitMs) {
      const totals = await runVersionChanges({ seed: firstSeed + offset, count: this.batch, store, limitMs });
      this.done += totals.runs;
      sum.views += totals.views;
      sum.changes += totals.changes;
      sum.broken += totals.broken;
      sum.refused += totals.refused;
      sum.mixed += totals.mixed.length;
      return [...totals.mixed, ...totals.faults];
    },
    summary() {
      const { views, changes, broken, refused, mixed } = sum;
      return (
        `Objects that change, slices in ${store}: ${this.done} runs, ${views} views, ${changes} changes, ` +
        `${broken} broken, ${refused} refused, ${mixed} of two versions`
      );
    },
  };
}

function troubleSoak(): Soak {
  let upstreamRequests = 0;
  return {
    name: "cuts",
    bar: 1000,
    batch: 50,
    done: 0,
    async run(offset, limitMs) {
      const store = (offset / this.batch) % 2 === 0 ? "memory" : "disk";
      const totals = await runUpstreamTrouble({ seed: seed + offset, count: this.batch, store, limitMs });
      this.done += totals.runs;
      upstreamRequests += totals.upstreamRequests;
      return totals.faults;
    },
    summary() {
      return `Cuts and 503s: ${this.done} runs, ${upstreamRequests} upstream requests`;
    },
  };
}

function killSoak(): Soak {
  const sum = { slicesChecked: 0, killsWhileWriting: 0, mostBytes: 0 };
  return {
    name: "kills",
    bar: 1000,
    batch: 50,
    done: 0,
    async run(offset) {
      await using folder = await createTemporaryFolder("soak");
      const pick = createRandom(seed + offset);
      const random = (): number => pick(1_000_000) / 1_000_000;
      const report = await killWriters(join(folder.path, "cache"), { kills: this.batch, random });
      this.done += report.kills;
      sum.slicesChecked += report.slicesChecked;
      sum.killsWhileWriting += report.killsWhileWriting;
      sum.mostBytes = Math.max(sum.mostBytes, report.mostBytes);
      return report.breaches;
    },
    summary() {
      return (
        `kill -9 while writing: ${this.done} times, ${sum.killsWhileWriting} of them within a write, ` +
        `${sum.slicesChecked} slices read afterwards, ${sum.mostBytes} bytes on disk at most`
      );
    },
  };
}
