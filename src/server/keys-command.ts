import { existsSync } from "node:fs";
import type { ServerConfig } from "./config.ts";
import { openKeyFile } from "./key-file.ts";
import { streamKeysPath } from "./open-library.ts";
import { StartError } from "./start-error.ts";

/**
 * `sluice keys rotate`: gives the servers of a state folder a new key to sign stream addresses with; they find it by themselves.
 * @throws {StartError} where there are no keys, or they cannot be read
 */
export async function rotateStreamKeys(
  { stateFolder }: Pick<ServerConfig, "stateFolder">,
  print: (line: string) => void,
): Promise<void> {
  const path = streamKeysPath(stateFolder);
  if (!existsSync(path)) {
    // Made here they would be those of nobody: most likely the folder is another one.
    throw new StartError(
      1,
      `There are no keys in ${path}. The first start makes them; where the server has its state elsewhere, say so with --state.`,
    );
  }
  using keys = await openKeyFile(path);
  await keys.rotate();
  print(`Added a key to ${path}: it signs in a minute. Addresses given out before work until they expire.`);
}
