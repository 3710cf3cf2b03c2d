import type * as fileSystem from "node:fs";
import type * as promises from "node:fs/promises";

/** What a store does to its disk. */
export const diskOperations = [
  "open",
  "fstat",
  "read",
  "write",
  "writeFile",
  "rename",
  "mkdir",
  "readdir",
  "readFile",
  "stat",
  "unlink",
  "rm",
] as const;
export type DiskOperation = (typeof diskOperations)[number];

/** Lets calls of the file system fail, at the seam where they leave Node: to be put in place of `node:fs` with `vi.mock`. */
export class FaultyFileSystem {
  /** Calls that have failed since `fail`. */
  strikes = 0;
  #operation: DiskOperation | undefined;
  #code = "";

  /** From now on `operation` fails with `code`. */
  fail(operation: DiskOperation, code: string): void {
    this.strikes = 0;
    this.#operation = operation;
    this.#code = code;
  }

  mend(): void {
    this.#operation = undefined;
  }

  /** `node:fs` with calls that may fail. */
  wrapCallbacks(real: typeof fileSystem): Partial<typeof fileSystem> {
    const wrapped = (["open", "fstat", "read", "write"] as const).map((name) => {
      const call = (...args: unknown[]): void => {
        const error = this.#strike(name);
        if (error === undefined) {
          Reflect.apply(real[name], real, args);
        } else {
          setImmediate(args.at(-1) as (error: Error) => void, error);
        }
      };
      return [name, call];
    });
    return { ...real, ...Object.fromEntries(wrapped) };
  }

  /** `node:fs/promises` with calls that may fail. */
  wrapPromises(real: typeof promises): Partial<typeof promises> {
    const names = ["writeFile", "rename", "mkdir", "readdir", "readFile", "stat", "unlink", "rm"] as const;
    const wrapped = names.map((name) => {
      const call = async (...args: unknown[]): Promise<unknown> => {
        const error = this.#strike(name);
        if (error !== undefined) throw error;
        return await Reflect.apply(real[name] as (...args: unknown[]) => Promise<unknown>, real, args);
      };
      return [name, call];
    });
    return { ...real, ...Object.fromEntries(wrapped) };
  }

  #strike(operation: DiskOperation): Error | undefined {
    if (operation !== this.#operation) return undefined;
    this.strikes += 1;
    return Object.assign(new Error(`${this.#code}: a test lets ${operation} fail`), { code: this.#code });
  }
}
