import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
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
    clearAbandoned();
    mountSmallDisk(1024 * 1024)[Symbol.dispose]();
    return undefined;
  } catch (error) {
    return `no small file system can be mounted here: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A disk that can be made to fail as disks do. */
export interface FailingDisk extends Disposable {
  readonly path: string;
  /** From now on nothing can be written (EROFS), as after the kernel has met an error. */
  becomeReadOnly(): void;
  /** From now on nothing can be read or written (EIO), as after a cable was pulled. Nobody must have it open any more when it is repaired. */
  breakDown(): void;
  /** Unmounts it and mounts it again, with what was on it. */
  repair(): void;
}

/** Mounts an ext4 in a file. */
export function mountFailingDisk(): FailingDisk {
  const folder = mkdtempSync(join(tmpdir(), `sluice-disk-${process.pid}-`));
  const image = `${folder}.image`;
  const mount = (): void => run("mount", ["-o", "loop", image, folder]);
  const unmountIt = (): void => run("umount", [folder]);
  const remove = (): void => {
    rmSync(image, { force: true });
    rmdirSync(folder);
  };
  try {
    writeFileSync(image, "");
    truncateSync(image, 32 * 1024 * 1024);
    run("mkfs.ext4", ["-q", "-F", image]);
    mount();
  } catch (error) {
    remove();
    throw error;
  }
  return {
    path: folder,
    becomeReadOnly: () => {
      // The kernel does what it was asked for, and then says that the disk is read-only now.
      spawnSync("mount", ["-o", "remount,abort", folder]);
    },
    breakDown: () => run("python3", ["-c", shutDownProgram, folder]),
    repair: () => {
      unmountIt();
      mount();
    },
    [Symbol.dispose]: () => {
      unmountIt();
      remove();
    },
  };
}

/** EXT4_IOC_SHUTDOWN, without flushing the journal. */
const shutDownProgram = `
import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587d, struct.pack("I", 2))
`;

/** Why this machine cannot have one, for a skipped test's reason; `undefined` where it can. */
export function whyNoFailingDisk(): string | undefined {
  try {
    clearAbandoned();
    using disk = mountFailingDisk();
    disk.breakDown();
    return undefined;
  } catch (error) {
    return `no disk can be made to fail here: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function clearAbandoned(): void {
  for (const path of abandonedDisks()) {
    if (path.endsWith(".image")) {
      rmSync(path, { force: true });
    } else {
      spawnSync("umount", [path]);
      rmdirSync(path);
    }
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
