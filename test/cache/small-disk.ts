import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmdirSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file system of its own, in memory: it can be full, and tells at any moment how full it is. */
export interface SmallDisk extends Disposable {
  readonly path: string;
  /** Bytes in use at this moment; walking through folders would count a file twice that is renamed meanwhile. */
  usedBytes(): Promise<number>;
}

/** Mounts one. */
export function mountSmallDisk(sizeBytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), `sluice-disk-${process.pid}-`));
  try {
    run("mount", ["-t", "tmpfs", "-o", `size=${sizeBytes}`, "sluice-test", path]);
  } catch (error) {
    rmdirSync(path);
    throw error;
  }
  return {
    path,
    usedBytes: async () => {
      const { blocks, bfree, bsize } = await statfs(path);
      return (blocks - bfree) * bsize;
    },
    [Symbol.dispose]: () => unmount(path),
  };
}

/** Why this machine cannot mount one, for a skipped test's reason; `undefined` where it can. Unmounts what crashed tests have left. */
export function whyNoSmallDisk(): string | undefined {
  try {
    for (const path of abandonedDisks()) {
      spawnSync("umount", [path]);
      rmdirSync(path);
    }
    mountSmallDisk(1024 * 1024)[Symbol.dispose]();
    return undefined;
  } catch (error) {
    return `no small file system can be mounted here: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function unmount(path: string): void {
  run("umount", [path]);
  rmdirSync(path);
}

function abandonedDisks(): string[] {
  return readdirSync(tmpdir())
    .filter((name) => !isAlive(Number(name.match(/^sluice-disk-(\d+)-/)?.[1] ?? process.pid)))
    .map((name) => join(tmpdir(), name));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) {
    throw error ?? new Error(stderr.trim());
  }
}
