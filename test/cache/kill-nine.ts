import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openDiskSliceStore } from "../../src/cache/disk-slice-store.ts";
import { PoisoningSink, findPatternBreach } from "../../src/testing/index.ts";
import { diskUsage } from "./disk-usage.ts";
import { allKeys, killGrid, shapeOf } from "./kill-nine-shape.ts";

/** What a series of kills came to. */
export interface KillReport {
  readonly kills: number;
  /** Slices read from end to end after restarts. */
  readonly slicesChecked: number;
  /** Kills that left a file half written. */
  readonly killsWhileWriting: number;
  readonly mostBytes: number;
  /** What must not be: wrong bytes, a bound exceeded, a store that does not open. */
  readonly breaches: readonly string[];
}

/**
 * Lets a process write into one cache folder as fast as it can and kills it with SIGKILL, again and again; after each time the store is opened
 * and every slice it holds is read.
 *
 * @param random 0 to 1, decides when to kill
 */
export async function killWriters(
  folder: string,
  { kills, random }: { readonly kills: number; readonly random: () => number },
): Promise<KillReport> {
  const report = { kills: 0, slicesChecked: 0, killsWhileWriting: 0, mostBytes: 0, breaches: [] as string[] };
  for (; report.kills < kills; report.kills += 1) {
    const said = await writeUntilKilled(folder, random);
    report.breaches.push(...said);
    const measured = await diskUsage(folder);
    report.mostBytes = Math.max(report.mostBytes, measured);
    if (measured > killGrid.limitBytes) {
      report.breaches.push(`${measured} bytes on disk after kill ${report.kills}`);
    }
    report.killsWhileWriting += (await readdir(join(folder, "incoming")).catch(() => [])).length > 0 ? 1 : 0;
    const { checked, breaches } = await checkStore(folder);
    report.slicesChecked += checked;
    report.breaches.push(...breaches.map((breach) => `after kill ${report.kills}: ${breach}`));
  }
  return report;
}

/** @returns what the process complained of before it was killed */
async function writeUntilKilled(folder: string, random: () => number): Promise<string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "kill-nine-writer.ts"), folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said: string[] = [];
  const opened = Promise.withResolvers<void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.push(...text.split("\n").filter((line) => line !== "" && line !== "open"));
    opened.resolve();
  });
  const exited = once(child, "exit");
  // Most are killed while they write, some while they start.
  await (random() < 0.15 ? sleep(random() * 250) : Promise.race([opened.promise, exited]));
  await sleep(random() * 150);
  child.kill("SIGKILL");
  const [code, signal] = (await exited) as [number | null, string | null];
  return signal === "SIGKILL" ? said : [...said, `the writer ended by itself: ${code ?? signal}`];
}

async function checkStore(folder: string): Promise<{ checked: number; breaches: string[] }> {
  await using store = await openDiskSliceStore({ folder, ...killGrid });
  const breaches: string[] = store.state.kind === "on" ? [] : [store.state.reason];
  let checked = 0;
  let bytes = 0;
  for (const key of allKeys()) {
    const { length, position, sliceKey } = shapeOf(key);
    await using slice = await store.open(sliceKey);
    if (slice !== undefined) {
      const sink = new PoisoningSink();
      await slice.read({ start: 0, end: slice.lengthBytes }, sink);
      const isRight = slice.lengthBytes === length && findPatternBreach(sink.close(), position) === -1;
      breaches.push(...(isRight ? [] : [`wrong bytes in ${JSON.stringify(key)}`]));
      checked += 1;
      bytes += length;
    }
  }
  const totals = await store.stat();
  if (totals.slices !== checked || totals.bytes !== bytes || store.counters.damaged > 0) {
    breaches.push(`${JSON.stringify(totals)} told, ${checked} slices of ${bytes} bytes found`);
  }
  return { checked, breaches };
}
