import { constants } from "node:fs";
import { access, mkdir, opendir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCodeOf } from "./error-code.ts";
import { StartError } from "./start-error.ts";

/** Makes sure that a folder to serve is there and can be read. @throws {StartError} */
export async function assertReadableFolder(name: string, path: string): Promise<void> {
  const source = `The folder ${path} (source "${name}")`;
  try {
    const stats = await stat(path);
    if (!stats.isDirectory()) {
      const fix = stats.isFile() ? `Give the folder it lies in: ${dirname(path)}` : "Give a folder.";
      throw new StartError(2, `${path} (source "${name}") is not a folder. ${fix}`);
    }
    await access(path, constants.R_OK | constants.X_OK);
    // The rights may say yes where a container's policy or a dead network mount says no.
    await (await opendir(path)).close();
  } catch (error) {
    if (error instanceof StartError) {
      throw error;
    }
    switch (errorCodeOf(error)) {
      case "ENOENT":
        throw new StartError(2, `${source} does not exist. Check how it is written, or create it.`, { cause: error });
      case "ENOTDIR":
        throw new StartError(2, `${source} does not exist: a part of its path is a file. Check how it is written.`, {
          cause: error,
        });
      case "EACCES":
      case "EPERM":
        throw new StartError(
          2,
          `${source} cannot be read. Give the user that runs Sluice the right to read and enter it.`,
          { cause: error },
        );
      default:
        throw new StartError(
          2,
          `${source} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
          { cause: error },
        );
    }
  }
}

/** Creates a folder of our own where it is missing, and makes sure that it can be written. @throws {StartError} */
export async function prepareWritableFolder(option: "--state" | "--cache", path: string): Promise<void> {
  try {
    await createFolder(path);
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = {
      EACCES: "this user may not write there",
      EPERM: "this user may not write there",
      EROFS: "its file system is read-only",
      EEXIST: "it is a file, not a folder",
      ENOENT: "nothing can be created there",
      ENOTDIR: "a part of its path is a file",
    }[errorCodeOf(error) ?? ""];
    const detail = reason ?? (error instanceof Error ? error.message : String(error));
    throw new StartError(
      1,
      `The folder ${path} (${option}) cannot be used: ${detail}. Choose a folder that can be written.`,
      { cause: error },
    );
  }
}

/** Node's own `recursive` never returns where a file system says ENOENT although the parent exists, as /proc does. */
async function createFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === "ENOENT" && !(await isFolder(dirname(path)))) {
      await createFolder(dirname(path));
      await mkdir(path);
    } else if (code !== "EEXIST" || !(await isFolder(path))) {
      throw error;
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
