import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Marks our subprocesses, and all that they start, in their environment. */
export const runMark = "SLUICE_RUN";

/** Longer than this nobody waits for the next look at the process table. */
const gatherMs = 200;
const maxRounds = 20;
const roundMs = 25;

/**
 * Ends what runs have left behind. A process group is killed as one, but a program may leave its group; its environment it takes along.
 * Where the system has no `/proc`, the group must do.
 */
export class StrayProcesses {
  readonly #ended = new Set<string>();
  #sweep: Promise<void> | undefined;

  /** Notes that the run with this mark has ended; resolves when nothing of it is left. One look serves all runs that end about now. */
  async reap(mark: string): Promise<void> {
    this.#ended.add(mark);
    this.#sweep ??= sleep(gatherMs).then(() => this.#sweepOnce());
    await this.#sweep;
  }

  async #sweepOnce(): Promise<void> {
    const marks = new Set(this.#ended);
    this.#ended.clear();
    this.#sweep = undefined;
    // Who is killed takes a moment to go, and may have started another just before.
    for (let round = 0; round < maxRounds && (await killMarked(marks)) > 0; round += 1) {
      await sleep(roundMs);
    }
  }
}

async function killMarked(marks: ReadonlySet<string>): Promise<number> {
  let count = 0;
  const names = await readdir("/proc").catch(() => []);
  for (const pid of names.filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
    const mark = environment.split("\0").find((entry) => entry.startsWith(`${runMark}=`));
    if (mark !== undefined && marks.has(mark.slice(runMark.length + 1))) {
      count += 1;
      kill(Number(pid));
    }
  }
  return count;
}

/** Kills a process, or with a negative number a group; one that is gone already is as good. */
export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
