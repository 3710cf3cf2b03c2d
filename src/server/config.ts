import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { readConfigFile } from "./config-file.ts";
import { defaultCacheFolder } from "./default-cache-folder.ts";
import { defaultStateFolder } from "./default-state-folder.ts";
import { describeIssue } from "./config-problem.ts";
import { type CrossOriginResourcePolicy, type LogLevel, type Settings, settingsSchema } from "./config-schema.ts";
import type { Environment } from "./env.ts";
import type { RawSetting, SettingLayer } from "./setting.ts";
import { resolveSources, type SourceConfig } from "./source-config.ts";
import { StartError } from "./start-error.ts";
import type { TlsFiles } from "./tls-identity.ts";

/** Everything Sluice is told, checked and complete. */
export interface ServerConfig {
  readonly host: string;
  readonly port: number;
  /** Absent: plain http. */
  readonly tls: TlsConfig | undefined;
  /** Absolute; what somebody chose is checked to be writable before the server starts. */
  readonly stateFolder: string;
  readonly isStateFolderChosen: boolean;
  readonly library: LibraryConfig;
  /** Seconds from the end of a scan to the next; 0: at the start only. */
  readonly scanIntervalSeconds: number;
  /** True where media is served at signed addresses only. */
  readonly requireSigned: boolean;
  /** What stands before absolute addresses; `undefined`: what a viewer's own request says. */
  readonly publicOrigin: string | undefined;
  readonly cache: CacheConfig;
  /** Processes that accept viewers; with 1 there is no other than this. */
  readonly workers: number;
  /** Whoever knows it may look into the cache and empty it. */
  readonly adminToken: string | undefined;
  readonly logLevel: LogLevel;
  readonly open: boolean;
  readonly drainTimeoutMs: number;
  readonly cacheControl: string | undefined;
  readonly maxResponseBytes: number | undefined;
  readonly allowedOrigins: "*" | readonly string[];
  readonly crossOriginResourcePolicy: CrossOriginResourcePolicy;
  /** Empty where no location was given anywhere. */
  readonly sources: readonly SourceConfig[];
  /** The configuration file that was read. */
  readonly file: string | undefined;
}

/** How the server proves its name: by a certificate of its own making, or by one that it is given; paths are absolute. */
export type TlsConfig = { readonly kind: "self" } | ({ readonly kind: "files" } & TlsFiles);

/** Where what is known of the media is kept; the keys of stream addresses lie in the state folder. */
export type LibraryConfig =
  | { readonly kind: "off" }
  | ({ readonly stateFolder: string; /** Then it must work. */ readonly isChosen: boolean } & (
      | { readonly kind: "sqlite"; readonly path: string }
      | { readonly kind: "postgres"; readonly connectionString: string }
    ));

/** Where bytes of cached sources are kept. */
export interface CacheConfig {
  /** Absolute. */
  readonly folder: string;
  /** True where somebody chose the folder: then it must work. */
  readonly isFolderChosen: boolean;
  /** `undefined`: as much as suits the disk. 0: nothing is kept. */
  readonly limitBytes: number | undefined;
  readonly sliceBytes: number;
  readonly memoryBytes: number;
}

/** What {@link loadConfig} puts together. */
export interface ConfigInputs {
  readonly flags: SettingLayer;
  /** `--config` */
  readonly configFlag: string | undefined;
  readonly environment: Environment;
  /** The working folder. */
  readonly folder: string;
  readonly home: string;
}

/**
 * Reads the configuration file and settles every setting: flags over variables over the file over defaults. A list of sources
 * replaces the one below it as a whole.
 * @throws {StartError} that names everything that is wrong at once
 */
export async function loadConfig(inputs: ConfigInputs): Promise<ServerConfig> {
  const { flags, configFlag, environment, folder } = inputs;
  const named: RawSetting | undefined =
    configFlag !== undefined
      ? { value: configFlag, origin: "--config" }
      : environment.configFile !== undefined
        ? { value: environment.configFile, origin: "SLUICE_CONFIG" }
        : undefined;
  const file = await readConfigFile(named, folder);
  const layer: Readonly<Record<string, RawSetting>> = { ...file?.settings, ...environment.settings, ...flags };
  const settings = checkSettings(layer);
  // Paths in a file are relative to the file, so that it means the same wherever Sluice is started.
  const folderOf = (key: string): string =>
    file !== undefined && layer[key] === file.settings[key] ? dirname(file.path) : folder;
  const place = (key: "state" | "cache"): string | undefined =>
    settings[key] === undefined ? undefined : resolve(folderOf(key), settings[key]);
  const stateFolder = place("state") ?? defaultStateFolder({ stateHome: environment.stateHome, home: inputs.home });
  const library = libraryOf(settings, stateFolder, folderOf("database"));
  const sources = resolveSources(settings.sources ?? [], {
    folder: folderOf("sources"),
    home: inputs.home,
    origin: layer["sources"]?.origin ?? "",
  });
  assertServable(sources, library);
  return {
    host: settings.host ?? "127.0.0.1",
    port: settings.port ?? 8080,
    tls: tlsOf(settings.tls, folderOf("tls")),
    stateFolder,
    isStateFolderChosen: settings.state !== undefined,
    library,
    scanIntervalSeconds: settings.scanInterval ?? 3600,
    requireSigned: settings.requireSigned ?? false,
    publicOrigin: settings.publicOrigin,
    cache: {
      folder: place("cache") ?? defaultCacheFolder({ cacheHome: environment.cacheHome, home: inputs.home }),
      isFolderChosen: settings.cache !== undefined,
      limitBytes: settings.cacheSize,
      sliceBytes: settings.sliceSize ?? 1024 ** 2,
      memoryBytes: settings.memoryCacheSize ?? 64 * 1024 ** 2,
    },
    workers: settings.workers === "auto" ? Math.min(availableParallelism(), 64) : (settings.workers ?? 1),
    adminToken: settings.adminToken,
    logLevel: settings.logLevel ?? "info",
    open: settings.open ?? false,
    drainTimeoutMs: (settings.drainTimeout ?? 30) * 1000,
    cacheControl: settings.cacheControl,
    maxResponseBytes: settings.maxResponseBytes,
    allowedOrigins: settings.allowedOrigins ?? "*",
    crossOriginResourcePolicy: settings.crossOriginResourcePolicy ?? "cross-origin",
    sources,
    file: file?.path,
  };
}

/** @throws {StartError} where a feed is to be served without what knows its episodes */
function assertServable(sources: readonly SourceConfig[], { kind }: LibraryConfig): void {
  const feed = sources.find(({ location }) => location.kind === "feed");
  if (feed !== undefined && kind === "off") {
    throw new StartError(
      2,
      `"${feed.name}" is a feed (${feed.location.text}), whose episodes only the library knows, and --database is off. Leave that out, or name a file.`,
    );
  }
}

function tlsOf(setting: string | undefined, folder: string): TlsConfig | undefined {
  if (setting === undefined || setting === "self") {
    return setting && { kind: setting };
  }
  const [certificate = "", key = certificate] = setting.split(",").map((path) => resolve(folder, path.trim()));
  return { kind: "files", certificate, key };
}

function libraryOf({ database, state }: Settings, stateFolder: string, folder: string): LibraryConfig {
  if (database === "off") {
    return { kind: "off" };
  }
  const place = { stateFolder, isChosen: database !== undefined || state !== undefined };
  return database !== undefined && /^postgres(?:ql)?:\/\//.test(database)
    ? { kind: "postgres", connectionString: database, ...place }
    : {
        kind: "sqlite",
        path: database === undefined ? join(stateFolder, "library.db") : resolve(folder, database),
        ...place,
      };
}

function checkSettings(layer: Readonly<Record<string, RawSetting>>): Settings {
  const values = Object.fromEntries(Object.entries(layer).map(([key, { value }]) => [key, value]));
  const checked = settingsSchema.safeParse(values);
  if (!checked.success) {
    throw new StartError(2, checked.error.issues.flatMap((issue) => describeIssue(issue, layer)).join("\n"));
  }
  return checked.data;
}
