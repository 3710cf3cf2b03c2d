import { readdirSync, readFileSync } from "node:fs";

/** Kernel ticks a second in `/proc` (`getconf CLK_TCK`): 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** A process and all its descendants: nginx, gunicorn and varnish do their work in children. */
export function processTree(rootPid: number): number[] {
  const childrenOf = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    const fields = Number.isInteger(pid) ? statFields(pid) : undefined;
    if (fields !== undefined) {
      const parent = Number(fields[1]);
      childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), pid]);
    }
  }
  const tree = [rootPid];
  for (const pid of tree) {
    tree.push(...(childrenOf.get(pid) ?? []));
  }
  return tree;
}

/** User and system time of these processes together, in seconds, to 10 ms. */
export function cpuSeconds(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const fields = statFields(pid);
    ticks += Number(fields?.[11] ?? 0) + Number(fields?.[12] ?? 0);
  }
  return ticks / TICKS_PER_SECOND;
}

/** User and system time, in seconds, of all children of this process that have ended and been waited for. */
export function endedChildrenCpuSeconds(): number {
  const fields = statFields(process.pid);
  return (Number(fields?.[13] ?? 0) + Number(fields?.[14] ?? 0)) / TICKS_PER_SECOND;
}

/** Resident memory of these processes together, in bytes; pages they share are counted in each. */
export function residentBytes(pids: readonly number[]): number {
  let total = 0;
  for (const pid of pids) {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readProc(pid, "status") ?? "")?.[1];
    total += Number(kib ?? 0) * 1024;
  }
  return total;
}

/** The fields of `/proc/PID/stat` from the third (state) on: what stands before, the name, may hold spaces. */
function statFields(pid: number): string[] | undefined {
  const stat = readProc(pid, "stat");
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined; // it has ended
  }
}
