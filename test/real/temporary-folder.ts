import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of its own below the system's temporary one, removed when disposed of. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/** Makes a temporary folder, and removes those that test processes which crashed have left behind. */
export async function createTemporaryFolder(name: string): Promise<TemporaryFolder> {
  await Promise.all(abandonedFolders().map((folder) => rm(folder, { recursive: true, force: true })));
  const path = await mkdtemp(join(tmpdir(), `sluice-test-${process.pid}-${name}-`));
  return {
    path,
    // Browsers go on writing to their profiles for a moment after they have ended.
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
  };
}

function abandonedFolders(): string[] {
  return readdirSync(tmpdir())
    .filter((name) => !isAlive(Number(name.match(/^sluice-test-(\d+)-/)?.[1] ?? process.pid)))
    .map((name) => join(tmpdir(), name));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, but somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
