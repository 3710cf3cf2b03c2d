import { readFile, stat } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { parse as parseYaml } from "yaml";
import { isErrorCode } from "./error-code.ts";
import type { RawSetting } from "./setting.ts";
import { StartError } from "./start-error.ts";

/** A configuration file that was read, not checked: its unknown keys are still in it. */
export interface ConfigFile {
  readonly path: string;
  readonly settings: Readonly<Record<string, RawSetting>>;
}

const defaultNames = ["sluice.config.json", "sluice.config.yaml", "sluice.config.yml"];

/**
 * Reads the file that was asked for, or the one of the default names that lies in the working folder.
 * @param named `--config` or `SLUICE_CONFIG`, relative to `folder`
 * @throws {StartError}
 */
export async function readConfigFile(named: RawSetting | undefined, folder: string): Promise<ConfigFile | undefined> {
  const path = named === undefined ? await findConfigFile(folder) : resolve(folder, String(named.value));
  if (path === undefined) {
    return undefined;
  }
  const content = parseConfig(path, await readText(path, named));
  const shown = basename(path);
  const settings = Object.entries(content).map(([key, value]) => [key, { value, origin: `"${key}" in ${shown}` }]);
  return { path, settings: Object.fromEntries(settings) };
}

async function findConfigFile(folder: string): Promise<string | undefined> {
  const found: string[] = [];
  for (const name of defaultNames) {
    if (await exists(join(folder, name))) {
      found.push(name);
    }
  }
  if (found.length > 1) {
    throw new StartError(2, `${folder} holds ${found.join(" and ")}. Keep one of them, or name one with --config.`);
  }
  return found[0] === undefined ? undefined : join(folder, found[0]);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function readText(path: string, named: RawSetting | undefined): Promise<string> {
  const origin = named === undefined ? "" : ` (named by ${named.origin})`;
  if (![".json", ".yaml", ".yml"].includes(extname(path).toLowerCase())) {
    throw new StartError(2, `The configuration file ${path}${origin} is neither .json nor .yaml. Rename it.`);
  }
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const reason = isErrorCode(error, "ENOENT")
      ? "does not exist"
      : isErrorCode(error, "EISDIR")
        ? "is a folder"
        : "cannot be read";
    const fix = isErrorCode(error, "EACCES")
      ? "Give the user that runs Sluice the right to read it."
      : "Give the path of a .json or .yaml file.";
    throw new StartError(2, `The configuration file ${path}${origin} ${reason}. ${fix}`, { cause: error });
  }
}

function parseConfig(path: string, text: string): Readonly<Record<string, unknown>> {
  let content: unknown;
  try {
    content = path.toLowerCase().endsWith(".json") ? JSON.parse(text) : parseYaml(text);
  } catch (error) {
    // The YAML parser appends an excerpt, which may hold a secret.
    const reason = (error instanceof Error ? error.message : String(error)).split("\n", 1)[0];
    throw new StartError(2, `The configuration file ${path} cannot be parsed: ${reason?.replace(/:$/, "")}.`, {
      cause: error,
    });
  }
  if (content === null || content === undefined) {
    return {};
  }
  if (typeof content !== "object" || Array.isArray(content)) {
    throw new StartError(
      2,
      `The configuration file ${path} must hold an object: {"port": 8080, "sources": ["films=./Films"]}.`,
    );
  }
  return content as Readonly<Record<string, unknown>>;
}
