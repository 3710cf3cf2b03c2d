import { z } from "zod";

/** How a source's bytes are kept, as far as somebody said so; the names are those of the configuration file. */
export interface SourceCacheSettings {
  /** `off`, or how far to read ahead of viewers. */
  readonly cache?: "off" | "exact" | "balanced" | "eager" | undefined;
  readonly freshFor?: number | undefined;
  readonly staleWhileRevalidate?: number | undefined;
  readonly staleIfError?: number | undefined;
  readonly trustWeakValidators?: boolean | undefined;
}

const modeFix = "Use off, exact (for sources that charge by the byte), balanced or eager (for near ones).";
const secondsFix = "Use a whole number of seconds from 0 to 31536000 (a year).";
const booleanFix = "Use true or false.";
const seconds = z.int(secondsFix).min(0, secondsFix).max(31_536_000, secondsFix);

/** The keys of {@link SourceCacheSettings} in a configuration file, and what their values must be. */
export const sourceCacheShape: {
  readonly [Key in keyof SourceCacheSettings]-?: z.ZodType<SourceCacheSettings[Key]>;
} = {
  cache: z.enum(["off", "exact", "balanced", "eager"], modeFix).optional(),
  freshFor: seconds.optional(),
  staleWhileRevalidate: seconds.optional(),
  staleIfError: seconds.optional(),
  trustWeakValidators: z.boolean(booleanFix).optional(),
};

const keyOfParameter: Readonly<Record<string, keyof SourceCacheSettings>> = {
  cache: "cache",
  "fresh-for": "freshFor",
  "stale-while-revalidate": "staleWhileRevalidate",
  "stale-if-error": "staleIfError",
  "trust-weak-validators": "trustWeakValidators",
};

/** The names that the same go by in the query of a location. */
export const sourceCacheParameters: readonly string[] = Object.keys(keyOfParameter);

/**
 * Reads one parameter of a location's query.
 * @returns the setting; the fix where its value is none; `undefined` where the parameter is not one of {@link sourceCacheParameters}
 */
export function parseSourceCacheParameter(
  name: string,
  value: string,
): { readonly settings: SourceCacheSettings } | { readonly fix: string } | undefined {
  const key = Object.hasOwn(keyOfParameter, name) ? keyOfParameter[name] : undefined;
  if (key === undefined) {
    return undefined;
  }
  const checked = sourceCacheShape[key].safeParse(typed(value));
  return checked.success
    ? { settings: { [key]: checked.data } }
    : { fix: checked.error.issues[0]?.message ?? booleanFix };
}

function typed(value: string): unknown {
  const isBoolean = value === "true" || value === "false";
  return isBoolean ? value === "true" : /^\d{1,9}$/.test(value) ? Number(value) : value;
}
