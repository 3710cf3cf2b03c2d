import { accessSync, constants } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";

/** Where commands are looked for: our own environment is none of a subprocess's business. */
export const commandFolders: readonly string[] = ["/usr/local/bin", "/usr/bin", "/bin"];

/** The path of a program, given by its path or as a command; `undefined` where there is none that can be run. */
export function findCommand(command: string): string | undefined {
  const isPath = isAbsolute(command) || command.includes("/");
  const candidates = isPath ? [resolve(command)] : commandFolders.map((folder) => join(folder, command));
  return candidates.find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
