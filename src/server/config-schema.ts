import { z } from "zod";
import { parseSize } from "./size.ts";
import { type SourceCacheSettings, sourceCacheShape } from "./source-cache.ts";

/** A source as the configuration file may spell it out. */
export interface SourceSettings extends SourceCacheSettings {
  readonly location: string;
  readonly name?: string | undefined;
  readonly delivery?: "proxy" | "redirect" | undefined;
  readonly redirectLifetime?: number | undefined;
  readonly cacheControl?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly allowedRedirectOrigins?: readonly string[] | undefined;
  readonly credentials?: SourceCredentials | undefined;
}

/** Keys of an S3 account. */
export interface SourceCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Everything that can be set, checked; what is absent takes its default. */
export interface Settings {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** `self`, the path of a PEM file with certificate and key, or those of two. */
  readonly tls?: string | undefined;
  readonly state?: string | undefined;
  /** `off`, the path of a file, or the address of a PostgreSQL database. */
  readonly database?: string | undefined;
  readonly scanInterval?: number | undefined;
  readonly requireSigned?: boolean | undefined;
  readonly publicOrigin?: string | undefined;
  readonly cache?: string | undefined;
  /** Bytes; 0 for no cache. */
  readonly cacheSize?: number | undefined;
  readonly sliceSize?: number | undefined;
  readonly memoryCacheSize?: number | undefined;
  readonly workers?: number | "auto" | undefined;
  readonly logLevel?: LogLevel | undefined;
  readonly open?: boolean | undefined;
  readonly drainTimeout?: number | undefined;
  readonly cacheControl?: string | undefined;
  readonly maxResponseBytes?: number | undefined;
  readonly allowedOrigins?: "*" | readonly string[] | undefined;
  readonly crossOriginResourcePolicy?: CrossOriginResourcePolicy | undefined;
  readonly adminToken?: string | undefined;
  readonly sources?: readonly SourceSettings[] | undefined;
}

/** How much is logged. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** Which other sites may embed media. */
export type CrossOriginResourcePolicy = "same-origin" | "same-site" | "cross-origin";

// Every message is the fix; key, value and origin are put in front of it (config-problem.ts).
const portFix = "Use a whole number from 0 to 65535; 0 takes any free port.";
const tlsFix = "Use self, the path of a PEM file with certificate and key, or two paths: FILE,KEY.";
const hostFix = "Use an IP address or a host name of this machine: 127.0.0.1, ::1, 0.0.0.0.";
const levelFix = "Use trace, debug, info, warn, error, fatal or silent.";
const drainFix = "Use a number of seconds from 0 to 86400.";
const headerTextFix = 'Use the text of a Cache-Control header in ASCII, such as "public, max-age=3600".';
const maxResponseFix = "Use a number of bytes from 3145728 (3 MiB) on, also written 3MiB: browsers stall on less.";
const originsFix =
  'Use "*", or origins such as https://player.example (a list in a file, separated by spaces in a variable).';
const publicOriginFix = "Use the address viewers open, without a path: https://media.example.org.";
const policyFix = "Use same-origin, same-site or cross-origin.";
const cacheSizeFix = "Use a size from 64MiB on, such as 10GiB, or 0 for no cache.";
const sliceSizeFix = "Use 256KiB, 512KiB, 1MiB, 2MiB, 4MiB, 8MiB or 16MiB.";
const memoryCacheFix = "Use a size from 0 to 64GiB, such as 64MiB.";
const workersFix = "Use auto for one a core, or a whole number from 1 to 64.";
const tokenFix = "Use 16 to 256 letters, digits and any of -._~+/=; `openssl rand -hex 32` makes a good one.";
const databaseFix = "Use the path of a file, postgresql://user:password@host/database, or off for no library.";
const scanFix = "Use a number of seconds from 60 to 2592000 (30 days), or 0 to scan at the start only.";
const yesNoFix = "Use true or false.";
const pathFix = "Use the path of a folder.";
const sourcesFix =
  'Use a list of locations: "films=./Films", or objects such as {"name": "films", "location": "s3://bucket/films"}.';
const lifetimeFix =
  "Use a whole number of seconds from 43200 (12 hours) to 604800 (7 days): browsers keep the address they were sent to.";
const headersFix = "Use an object of header names and values, in ASCII.";

const sliceSizes = [0.25, 0.5, 1, 2, 4, 8, 16].map((mebibytes) => mebibytes * 1024 ** 2);
const originText = z.string(originsFix).refine(isOrigin, originsFix);
const cacheControl = z.string(headerTextFix).regex(/^[\x20-\x7e]+$/, headerTextFix);
const headerValue = z.string(headersFix).regex(/^[\x20-\x7e]*$/, headersFix);
const headerName = z.string(headersFix).regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, headersFix);

const sourceSchema: z.ZodType<SourceSettings> = z.strictObject(
  {
    location: z.string('Every source needs a "location": a folder, s3://bucket or https://host/.'),
    name: z.string("Use a text.").optional(),
    delivery: z.enum(["proxy", "redirect"], "Use proxy or redirect.").optional(),
    redirectLifetime: z.int(lifetimeFix).min(43_200, lifetimeFix).max(604_800, lifetimeFix).optional(),
    cacheControl: cacheControl.optional(),
    headers: z.record(headerName, headerValue, headersFix).optional(),
    allowedRedirectOrigins: z.array(originText, "Use a list of origins: [https://cdn.example].").optional(),
    credentials: z
      .strictObject({
        accessKeyId: z.string("Use a text."),
        secretAccessKey: z.string("Use a text."),
        sessionToken: z.string("Use a text.").optional(),
      })
      .optional(),
    ...sourceCacheShape,
  },
  sourcesFix,
);

/** Checks settings from any place: variables and flags are text, a file may hold numbers, lists and objects. */
export const settingsSchema: z.ZodType<Settings> = z.strictObject({
  host: z
    .string(hostFix)
    .regex(/^[^\s/[\]]+$/, hostFix)
    .optional(),
  port: z.preprocess(numberFrom, z.int(portFix).min(0, portFix).max(65_535, portFix)).optional(),
  tls: z
    .string(tlsFix)
    .regex(/^[^,]+(?:,[^,]+)?$/, tlsFix)
    .optional(),
  state: z.string(pathFix).min(1, pathFix).optional(),
  database: z.string(databaseFix).min(1, databaseFix).optional(),
  scanInterval: z
    .preprocess(
      numberFrom,
      z.number(scanFix).refine((seconds) => seconds === 0 || (seconds >= 60 && seconds <= 2_592_000), scanFix),
    )
    .optional(),
  requireSigned: z.preprocess(booleanFrom, z.boolean(yesNoFix)).optional(),
  publicOrigin: z.preprocess(originFrom, z.string(publicOriginFix).refine(isOrigin, publicOriginFix)).optional(),
  cache: z.string(pathFix).min(1, pathFix).optional(),
  cacheSize: z
    .preprocess(
      bytesFrom,
      z.int(cacheSizeFix).refine((bytes) => bytes === 0 || bytes >= 64 * 1024 ** 2, cacheSizeFix),
    )
    .optional(),
  sliceSize: z.preprocess(bytesFrom, z.literal(sliceSizes, sliceSizeFix)).optional(),
  memoryCacheSize: z
    .preprocess(
      bytesFrom,
      z
        .int(memoryCacheFix)
        .min(0, memoryCacheFix)
        .max(64 * 1024 ** 3, memoryCacheFix),
    )
    .optional(),
  workers: z
    .preprocess(
      numberFrom,
      z.union([z.literal("auto"), z.int(workersFix).min(1, workersFix).max(64, workersFix)], workersFix),
    )
    .optional(),
  logLevel: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"], levelFix).optional(),
  open: z.preprocess(booleanFrom, z.boolean(yesNoFix)).optional(),
  drainTimeout: z.preprocess(numberFrom, z.number(drainFix).min(0, drainFix).max(86_400, drainFix)).optional(),
  cacheControl: cacheControl.optional(),
  maxResponseBytes: z.preprocess(bytesFrom, z.int(maxResponseFix).min(3 * 1024 ** 2, maxResponseFix)).optional(),
  allowedOrigins: z
    .preprocess(originsFrom, z.union([z.literal("*"), z.array(originText).min(1)], originsFix))
    .optional(),
  crossOriginResourcePolicy: z.enum(["same-origin", "same-site", "cross-origin"], policyFix).optional(),
  adminToken: z
    .string(tokenFix)
    .regex(/^[A-Za-z0-9\-._~+/=]{16,256}$/, tokenFix)
    .optional(),
  sources: z
    .array(z.preprocess(sourceFrom, sourceSchema), sourcesFix)
    .min(1, "List at least one location, or leave it out to serve the demo library.")
    .optional(),
});

function numberFrom(value: unknown): unknown {
  return typeof value === "string" && /^\d{1,9}(?:\.\d{1,3})?$/.test(value) ? Number(value) : value;
}

function bytesFrom(value: unknown): unknown {
  return typeof value === "string" ? (parseSize(value) ?? value) : value;
}

function booleanFrom(value: unknown): unknown {
  const known: Record<string, boolean> = { true: true, yes: true, "1": true, false: false, no: false, "0": false };
  return typeof value === "string" ? (known[value.toLowerCase()] ?? value) : value;
}

function originsFrom(value: unknown): unknown {
  return typeof value === "string" && value !== "*" ? value.split(/[\s,]+/) : value;
}

/** As people copy it from a browser: with the slash, the default port, in capitals. */
function originFrom(value: unknown): unknown {
  const url = typeof value === "string" ? URL.parse(value) : null;
  return url !== null && url.href === `${url.origin}/` ? url.origin : value;
}

function sourceFrom(value: unknown): unknown {
  return typeof value === "string" ? { location: value } : value;
}

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
