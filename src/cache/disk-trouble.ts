/** Too many open files or too little memory: our own shortage, which passes, and not the disk's. */
const shortages = new Set(["EMFILE", "ENFILE", "ENOMEM", "EAGAIN", "EINTR"]);

const meanings: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EIO: "the disk fails to read or write",
  EROFS: "the disk is mounted read-only",
  EACCES: "permission denied",
  EPERM: "not permitted",
  ENOENT: "it is gone",
  ENODEV: "the disk is gone",
  ENXIO: "the disk is gone",
  ESTALE: "the network file system has lost it",
  EMFILE: "too many files are open; a higher limit helps (ulimit -n)",
  ENFILE: "too many files are open on this machine",
  ENOMEM: "memory is short",
};

/** The system's code of an error (`ENOSPC`), or `undefined`. */
export function systemCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** Whether the disk is to blame, so that there is no use in going on with it for now. */
export function isDiskTrouble(error: unknown): boolean {
  return !shortages.has(systemCode(error) ?? "");
}

/** A sentence for the operator: what was tried, on which folder, what came of it. */
export function describeTrouble(doing: string, folder: string, error: unknown): string {
  const code = systemCode(error);
  const message = error instanceof Error ? error.message : String(error);
  const meaning = code === undefined ? undefined : meanings[code];
  return `Cannot ${doing} the cache folder ${folder}: ${meaning === undefined ? message : `${meaning} (${code})`}`;
}

/** Runs `attempt`; where it fails because there is no such file, answers `undefined`. */
export async function unlessMissing<Value>(attempt: Promise<Value>): Promise<Value | undefined> {
  try {
    return await attempt;
  } catch (error) {
    if (systemCode(error) === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}
