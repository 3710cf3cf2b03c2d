import { nearest } from "./did-you-mean.ts";
import { settingKeys, settingNames, type SettingLayer } from "./setting.ts";

/** What the environment says; the only place that reads it. */
export interface Environment {
  readonly settings: SettingLayer;
  /** `SLUICE_CONFIG`: the configuration file. */
  readonly configFile: string | undefined;
  /** `XDG_CACHE_HOME`, or on Windows `LOCALAPPDATA`: where programs keep what may be thrown away. */
  readonly cacheHome: string | undefined;
  /** `XDG_STATE_HOME`, or on Windows `LOCALAPPDATA`: where programs keep what must outlive a restart. */
  readonly stateHome: string | undefined;
  /** Variables that look like ours and are not: a warning each, for Kubernetes sets some of its own accord. */
  readonly warnings: readonly string[];
}

const configVariable = "SLUICE_CONFIG";

/** Reads the `SLUICE_*` variables. An empty one counts as not set, as in a compose file that passes all of them on. */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>> = process.env): Environment {
  const settings: SettingLayer = {};
  for (const key of settingKeys) {
    const { variable } = settingNames[key];
    const value = variables[variable];
    if (value !== undefined && value.trim() !== "" && !isServiceLink(value)) {
      settings[key] = { value: key === "sources" ? splitLocations(value) : value.trim(), origin: variable };
    }
  }
  const configFile = variables[configVariable]?.trim();
  return {
    settings,
    configFile: configFile === "" ? undefined : configFile,
    cacheHome: variables["XDG_CACHE_HOME"] ?? variables["LOCALAPPDATA"],
    stateHome: variables["XDG_STATE_HOME"] ?? variables["LOCALAPPDATA"],
    warnings: warningsFor(Object.keys(variables)),
  };
}

/** Kubernetes sets SLUICE_PORT to `tcp://10.0.0.1:80` in pods beside a service of the name "sluice". */
function isServiceLink(value: string): boolean {
  return value.startsWith("tcp://");
}

/** One location a line; on a single line they are separated by spaces. */
function splitLocations(text: string): readonly string[] {
  const separator = text.trim().includes("\n") ? "\n" : /\s+/;
  return text
    .split(separator)
    .map((location) => location.trim())
    .filter((location) => location !== "");
}

function warningsFor(names: readonly string[]): readonly string[] {
  const known = new Set<string>([configVariable, ...settingKeys.map((key) => settingNames[key].variable)]);
  return names
    .filter((name) => name.startsWith("SLUICE_") && !known.has(name))
    .flatMap((name) => {
      const meant = nearest(name, known);
      return meant === undefined
        ? []
        : [`The environment variable ${name} means nothing to Sluice. Did you mean ${meant}?`];
    });
}
