/**
 * Holds each of several processes to a share of a core: `node cpu-limit.ts SHARE PID...`, until its input ends. A process that has used more
 * than its share is stopped until it is due again; what it used is read from the kernel, so that what else the machine does takes nothing from it.
 */
import { readdirSync, readFileSync } from "node:fs";

const EVERY_MS = 10;
/** What may be saved up while idle. */
const MOST_SAVED_MS = 20;

const [shareText, ...pidTexts] = process.argv.slice(2);
const share = Number(shareText);

interface Limited {
  readonly pid: number;
  usedMs: number;
  creditMs: number;
  isStopped: boolean;
}

const limited: Limited[] = pidTexts
  .map(Number)
  .map((pid) => ({ pid, usedMs: usedMs(pid), creditMs: 0, isStopped: false }));
let lastAt = performance.now();

/** CPU time of all threads of a process. */
function usedMs(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.reduce((sum, thread) => sum + Number(readThread(pid, thread).split(" ", 1)[0]) / 1e6, 0);
  } catch {
    return 0; // it has ended
  }
}

function readThread(pid: number, thread: string): string {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8");
  } catch {
    return "0"; // so has the thread
  }
}

function signal(process_: Limited, isStopped: boolean): void {
  if (process_.isStopped !== isStopped) {
    process_.isStopped = isStopped;
    try {
      process.kill(process_.pid, isStopped ? "SIGSTOP" : "SIGCONT");
    } catch {
      // It has ended.
    }
  }
}

const timer = setInterval(() => {
  const now = performance.now();
  for (const one of limited) {
    const used = usedMs(one.pid);
    one.creditMs = Math.min(one.creditMs + (now - lastAt) * share - (used - one.usedMs), MOST_SAVED_MS);
    one.usedMs = used;
    signal(one, one.creditMs < 0);
  }
  lastAt = now;
}, EVERY_MS);

process.stdin.resume().once("end", () => {
  clearInterval(timer);
  limited.forEach((one) => signal(one, false));
});
