/** The names one setting goes by in the three places it can be set. */
export interface SettingNames {
  /** Without the dashes. Absent where there is no flag. */
  readonly flag?: string;
  readonly variable: string;
}

/** A key of the configuration file. */
export type SettingKey =
  | "host"
  | "port"
  | "tls"
  | "state"
  | "database"
  | "scanInterval"
  | "requireSigned"
  | "publicOrigin"
  | "cache"
  | "cacheSize"
  | "sliceSize"
  | "memoryCacheSize"
  | "workers"
  | "logLevel"
  | "open"
  | "drainTimeout"
  | "cacheControl"
  | "maxResponseBytes"
  | "allowedOrigins"
  | "crossOriginResourcePolicy"
  | "adminToken"
  | "sources";

/** Every setting, by its key in the configuration file. What is settled first wins: flag, variable, file, default. */
export const settingNames: Readonly<Record<SettingKey, SettingNames>> = {
  host: { flag: "host", variable: "SLUICE_HOST" },
  port: { flag: "port", variable: "SLUICE_PORT" },
  tls: { flag: "tls", variable: "SLUICE_TLS" },
  state: { flag: "state", variable: "SLUICE_STATE" },
  database: { flag: "database", variable: "SLUICE_DATABASE" },
  scanInterval: { flag: "scan-interval", variable: "SLUICE_SCAN_INTERVAL" },
  requireSigned: { flag: "require-signed", variable: "SLUICE_REQUIRE_SIGNED" },
  publicOrigin: { flag: "public-origin", variable: "SLUICE_PUBLIC_ORIGIN" },
  cache: { flag: "cache", variable: "SLUICE_CACHE" },
  cacheSize: { flag: "cache-size", variable: "SLUICE_CACHE_SIZE" },
  sliceSize: { flag: "slice-size", variable: "SLUICE_SLICE_SIZE" },
  memoryCacheSize: { flag: "memory-cache-size", variable: "SLUICE_MEMORY_CACHE_SIZE" },
  workers: { flag: "workers", variable: "SLUICE_WORKERS" },
  logLevel: { flag: "log-level", variable: "SLUICE_LOG_LEVEL" },
  open: { flag: "open", variable: "SLUICE_OPEN" },
  drainTimeout: { flag: "drain-timeout", variable: "SLUICE_DRAIN_TIMEOUT" },
  cacheControl: { flag: "cache-control", variable: "SLUICE_CACHE_CONTROL" },
  maxResponseBytes: { flag: "max-response-bytes", variable: "SLUICE_MAX_RESPONSE_BYTES" },
  allowedOrigins: { variable: "SLUICE_ALLOWED_ORIGINS" },
  crossOriginResourcePolicy: { variable: "SLUICE_CROSS_ORIGIN_RESOURCE_POLICY" },
  // No flag: other users of the machine can read command lines.
  adminToken: { variable: "SLUICE_ADMIN_TOKEN" },
  sources: { variable: "SLUICE_SOURCES" },
};

/** Every key, in the order in which help and documentation list them. */
export const settingKeys: readonly SettingKey[] = Object.keys(settingNames) as SettingKey[];

/** A value nobody has checked yet, and where it came from, for messages: `--port`, `SLUICE_PORT`, `"port" in sluice.config.yaml`. */
export interface RawSetting {
  readonly value: unknown;
  readonly origin: string;
}

/** One of the three places, as far as it says something. */
export type SettingLayer = Partial<Record<SettingKey, RawSetting>>;
