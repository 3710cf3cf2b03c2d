import { parseArgs } from "node:util";
import { didYouMean } from "./did-you-mean.ts";
import { type SettingKey, settingKeys, settingNames, type SettingLayer } from "./setting.ts";

/** Commands that take locations as serving does. */
export type SourcesCommand = "check" | "doctor" | "scan";

/** What `sluice cache` can do. */
export type CacheAction = "ls" | "stat" | "purge";

/** What the command line asks for. */
export type CommandLine =
  | {
      readonly kind: "serve" | SourcesCommand;
      readonly settings: SettingLayer;
      /** `--config` */
      readonly configFile: string | undefined;
    }
  | {
      readonly kind: "cache";
      readonly action: CacheAction;
      /** `source[/path]`; `""` for everything. */
      readonly place: string;
      readonly settings: SettingLayer;
      readonly configFile: string | undefined;
    }
  | { readonly kind: "keys rotate"; readonly settings: SettingLayer; readonly configFile: string | undefined }
  | {
      readonly kind: "db copy";
      readonly from: string;
      readonly to: string;
      readonly resume: boolean;
    }
  | { readonly kind: "help" | "version" }
  | { readonly kind: "problem"; readonly detail: string };

interface FlagOption {
  readonly type: "string" | "boolean";
  readonly short?: string;
}

const booleanKeys: ReadonlySet<SettingKey> = new Set(["open", "requireSigned"]);

const options: Readonly<Record<string, FlagOption>> = {
  ...Object.fromEntries(
    settingKeys.flatMap((key) => {
      const { flag } = settingNames[key];
      return flag === undefined ? [] : [[flag, { type: booleanKeys.has(key) ? "boolean" : "string" }]];
    }),
  ),
  config: { type: "string" },
  resume: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
};

/** Reads `[check|scan|doctor] [options] [[name=]location ...]`, `db copy FROM TO`, `keys rotate`, or `cache ls|stat|purge [options] [source[/path]]`. Values are checked later, together with those of other places. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  // Not strict: its own messages name neither the fix nor what was meant.
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    allowNegative: true,
    tokens: true,
  });
  const values = new Map<string, { readonly value: string | boolean; readonly flag: string }>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") {
      positionals.push(token.value);
    }
    if (token.kind === "option") {
      const problem = problemOfOption(token);
      if (problem !== undefined) {
        return { kind: "problem", detail: problem };
      }
      values.set(token.name, { value: token.value ?? !token.rawName.startsWith("--no-"), flag: token.rawName });
    }
  }
  if (values.get("help")?.value === true) {
    return { kind: "help" };
  }
  if (values.get("version")?.value === true) {
    return { kind: "version" };
  }
  const config = values.get("config")?.value;
  const configFile = typeof config === "string" ? config : undefined;
  if (positionals[0] === "cache") {
    return parseCacheCommand(positionals.slice(1), { configFile, settings: settingsFrom(values) });
  }
  if (positionals[0] === "keys") {
    return parseKeysCommand(positionals.slice(1), { configFile, settings: settingsFrom(values) });
  }
  if (positionals[0] === "db") {
    return parseDatabaseCommand(positionals.slice(1), values.get("resume")?.value === true);
  }
  const [first] = positionals;
  const command = first === "check" || first === "doctor" || first === "scan" ? first : undefined;
  const locations = command === undefined ? positionals : positionals.slice(1);
  return {
    kind: command ?? "serve",
    configFile,
    settings: {
      ...settingsFrom(values),
      ...(locations.length > 0 ? { sources: { value: locations, origin: "" } } : {}),
    },
  };
}

function parseCacheCommand(
  [action, place = "", ...others]: readonly string[],
  rest: { readonly configFile: string | undefined; readonly settings: SettingLayer },
): CommandLine {
  if (action !== "ls" && action !== "stat" && action !== "purge") {
    const given = action === undefined ? "" : `"${action}" is none of them. `;
    const detail = `"sluice cache" needs to know what to do: ls, stat or purge. ${given}For a folder named "cache" write ./cache.`;
    return { kind: "problem", detail };
  }
  return others.length === 0
    ? { kind: "cache", action, place, ...rest }
    : {
        kind: "problem",
        detail: `"sluice cache ${action}" takes one source[/path], and "${others[0]}" is one too many.`,
      };
}

function parseKeysCommand(
  words: readonly string[],
  rest: { readonly configFile: string | undefined; readonly settings: SettingLayer },
): CommandLine {
  return words.length === 1 && words[0] === "rotate"
    ? { kind: "keys rotate", ...rest }
    : { kind: "problem", detail: '"sluice keys" knows rotate alone. For a folder named "keys" write ./keys.' };
}

function parseDatabaseCommand([action, from, to, ...others]: readonly string[], resume: boolean): CommandLine {
  return action === "copy" && from !== undefined && to !== undefined && others.length === 0
    ? { kind: "db copy", from, to, resume }
    : {
        kind: "problem",
        detail:
          '"sluice db" knows copy, from one database to another: sluice db copy library.db postgresql://host/music. For a folder named "db" write ./db.',
      };
}

function settingsFrom(
  values: ReadonlyMap<string, { readonly value: string | boolean; readonly flag: string }>,
): SettingLayer {
  const settings: SettingLayer = {};
  for (const key of settingKeys) {
    const { flag } = settingNames[key];
    const given = flag === undefined ? undefined : values.get(flag);
    if (given !== undefined) {
      settings[key] = { value: given.value, origin: given.flag };
    }
  }
  return settings;
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function problemOfOption({ name, rawName, value, inlineValue }: OptionToken): string | undefined {
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (option === undefined) {
    const near = didYouMean(rawName, [...Object.keys(options).map((known) => `--${known}`), "-h", "-v"]);
    return `There is no option ${rawName}.${near} "sluice --help" lists them.`;
  }
  if (option.type === "boolean") {
    return value === undefined ? undefined : `${rawName} takes no value. Use ${rawName} or --no-${name}.`;
  }
  if (rawName.startsWith("--no-")) {
    return `${rawName} means nothing: --${name} takes a value. Leave it out for the default.`;
  }
  // `--port --open`: the value was forgotten, and the next option would be swallowed.
  const isMissing = value === undefined || value === "" || (inlineValue !== true && value.startsWith("-"));
  return isMissing
    ? `${rawName} needs a value: ${rawName} ${exampleOf(name)}. "sluice --help" explains it.`
    : undefined;
}

function exampleOf(name: string): string {
  const examples: Readonly<Record<string, string>> = {
    host: "0.0.0.0",
    port: "8080",
    config: "sluice.config.yaml",
    "log-level": "info",
    "drain-timeout": "30",
    "cache-control": '"public, max-age=3600"',
    "max-response-bytes": "3MiB",
    database: "postgresql://127.0.0.1/sluice",
    "scan-interval": "3600",
    "public-origin": "https://media.example.org",
    "cache-size": "10GiB",
    "slice-size": "1MiB",
    "memory-cache-size": "64MiB",
    workers: "auto",
  };
  return examples[name] ?? "./folder";
}
