// Run as a process of its own by scan.ts: scans a folder into a new catalog, twice, and prints what it took.
import { readFileSync } from "node:fs";
import { openSqliteCatalog } from "../../src/catalog/index.ts";
import { createScanner } from "../../src/library/index.ts";
import { createLocalSource } from "../../src/sources/index.ts";

/** What one scan took. */
export interface ScanFigures {
  readonly result: string;
  readonly objects: number;
  readonly seconds: number;
  /** After the first two seconds, in which the code is still being compiled. */
  readonly warmPerSecond: number;
  readonly cpuSeconds: number;
  /** Most memory the process has had until then. */
  readonly peakBytes: number;
}

const WARM_UP_MS = 2000;

const [root = "", path = ""] = process.argv.slice(2);
await using catalog = await openSqliteCatalog({ path });
const source = createLocalSource({ root });
for (let round = 0; round < 2; round += 1) {
  process.stdout.write(`${JSON.stringify(await measureScan())}\n`);
}

async function measureScan(): Promise<ScanFigures> {
  const startedAt = performance.now();
  const startedCpu = process.cpuUsage();
  let warm: { readonly atMs: number; readonly objects: number } = { atMs: startedAt, objects: 0 };
  const scanner = createScanner({
    catalog,
    onEvent: (event) => {
      const nowMs = performance.now();
      if (event.type === "progress" && warm.objects === 0 && nowMs - startedAt > WARM_UP_MS) {
        warm = { atMs: nowMs, objects: event.progress.objects };
      }
    },
  });
  const { result, objects } = await scanner.scan({ identity: root, name: "bench", source });
  const endedAt = performance.now();
  const cpu = process.cpuUsage(startedCpu);
  return {
    result,
    objects,
    seconds: (endedAt - startedAt) / 1000,
    warmPerSecond: ((objects - warm.objects) * 1000) / (endedAt - warm.atMs),
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    peakBytes: peakBytes(),
  };
}

function peakBytes(): number {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return Number(kib ?? Number.NaN) * 1024;
}
