import type { z } from "zod";
import { didYouMean } from "./did-you-mean.ts";
import { settingKeys, type RawSetting } from "./setting.ts";

const sourceKeys = [
  "location",
  "name",
  "delivery",
  "redirectLifetime",
  "cacheControl",
  "headers",
  "allowedRedirectOrigins",
  "credentials",
  "cache",
  "freshFor",
  "staleWhileRevalidate",
  "staleIfError",
  "trustWeakValidators",
];
const credentialKeys = ["accessKeyId", "secretAccessKey", "sessionToken"];

/** One sentence or two for what is wrong with a setting: where it came from, its key, its value, the fix. */
export function describeIssue(issue: z.core.$ZodIssue, layer: Readonly<Record<string, RawSetting>>): readonly string[] {
  const [key, ...rest] = issue.path;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((unknown) => describeUnknownKey(unknown, issue.path, layer));
  }
  const setting = layer[String(key)];
  const value = rest.reduce<unknown>(memberOf, setting?.value);
  const where = setting === undefined ? String(key) : placeOf(setting.origin, rest);
  return [`${where} is ${isSecret(issue.path) ? "hidden here, and wrong" : formatValue(value)}. ${issue.message}`];
}

function describeUnknownKey(
  unknown: string,
  path: readonly PropertyKey[],
  layer: Readonly<Record<string, RawSetting>>,
): string {
  const [key, ...rest] = path;
  if (key === undefined) {
    return `${layer[unknown]?.origin ?? unknown} means nothing to Sluice.${suggestion(unknown, settingKeys)}`;
  }
  const known = path.includes("credentials") ? credentialKeys : sourceKeys;
  return `${placeOf(layer[String(key)]?.origin ?? String(key), rest)} has a key "${unknown}" that means nothing to Sluice.${suggestion(unknown, known)}`;
}

function suggestion(unknown: string, known: readonly string[]): string {
  const near = didYouMean(unknown, known);
  return near === "" ? ` The keys are ${known.join(", ")}.` : near;
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
}

/** Where in a setting: `"sources[2].delivery" in sluice.config.json`, `SLUICE_SOURCES[2]`. */
function placeOf(origin: string, path: readonly PropertyKey[]): string {
  const members = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return origin.startsWith('"') ? origin.replace(/^"[^"]*/, (key) => key + members) : origin + members;
}

function isSecret(path: readonly PropertyKey[]): boolean {
  return ["headers", "credentials", "adminToken"].some((secret) => path.includes(secret));
}

function formatValue(value: unknown): string {
  // Of what a parser of JSON or YAML gives, undefined alone has no JSON.
  const text = value === undefined ? "missing" : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 120)}...` : text;
}
