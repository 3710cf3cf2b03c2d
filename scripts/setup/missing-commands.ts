import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import type { PackageGroup } from "./package-groups.ts";

/** The commands of a group that this machine lacks; empty where the part is there. */
export function findMissingCommands(group: PackageGroup): string[] {
  return group.commands.filter((command) => findCommand(command) === undefined);
}

/** The path of a command in PATH, if it is there. */
export function findCommand(command: string): string | undefined {
  const folders = isAbsolute(command) ? [""] : (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, command)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
