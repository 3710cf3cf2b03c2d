import type { SourceCredentials, SourceSettings } from "./config-schema.ts";
import type { CachePolicy } from "../cache/index.ts";
import { parseLocation, type LocationContext, type SourceLocation } from "./location.ts";
import { type SourceCacheSettings, sourceCacheShape } from "./source-cache.ts";
import { assignSourceNames, sourceNamePattern, sourceNameRule } from "./source-name.ts";
import { StartError } from "./start-error.ts";

/** One source to serve. */
export interface SourceConfig {
  /** Unique; stands in addresses: `/media/{name}/...`. */
  readonly name: string;
  readonly location: SourceLocation;
  readonly delivery: "proxy" | "redirect";
  readonly redirectLifetimeSeconds: number | undefined;
  readonly cacheControl: string | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly allowedRedirectOrigins: readonly string[] | undefined;
  readonly credentials: SourceCredentials | undefined;
  /** How its bytes are kept; `undefined` where they are not. */
  readonly caching: Partial<CachePolicy> | undefined;
}

/** Where a list of sources came from. */
export interface SourcesContext extends LocationContext {
  /** For messages: `SLUICE_SOURCES`. */
  readonly origin: string;
}

/** Reads the locations, names the sources. @throws {StartError} that names everything that is wrong at once */
export function resolveSources(list: readonly SourceSettings[], context: SourcesContext): readonly SourceConfig[] {
  const problems: string[] = [];
  const drafts = list.flatMap((settings, index) => {
    const parsed = parseLocation(settings.location, context);
    const problem = parsed.kind === "problem" ? parsed.detail : conflictIn(settings, parsed);
    if (problem !== undefined) {
      problems.push(`${originOf(context, index)}${problem}`);
    }
    return parsed.kind === "problem" ? [] : [{ settings, location: parsed, name: settings.name ?? parsed.name }];
  });
  if (problems.length > 0) {
    throw new StartError(2, problems.join("\n"));
  }
  const names = assignSourceNames(drafts.map(({ name, location }) => ({ name, defaultName: location.defaultName })));
  if ("duplicate" in names) {
    const places = drafts.filter(({ name }) => name === names.duplicate).map(({ location }) => location.text);
    throw new StartError(
      2,
      `Two sources are named "${names.duplicate}": ${places.join(" and ")}. Give one of them another name: ${names.duplicate}-2=${places[1]}`,
    );
  }
  return drafts.map(({ settings, location }, index) => ({
    name: names[index] ?? location.defaultName,
    location,
    delivery: settings.delivery ?? (location.kind === "s3" ? location.delivery : undefined) ?? "proxy",
    redirectLifetimeSeconds: settings.redirectLifetime,
    cacheControl: settings.cacheControl,
    headers: settings.headers,
    allowedRedirectOrigins: settings.allowedRedirectOrigins,
    credentials: settings.credentials,
    caching: cachingOf(settings, location),
  }));
}

/** Remote sources are cached unless somebody says otherwise; folders are not, for the system keeps what is read of them in memory itself. */
function cachingOf(settings: SourceSettings, location: SourceLocation): Partial<CachePolicy> | undefined {
  const given = { ...location.caching, ...definedOf(settings) };
  const readAhead = given.cache ?? (location.kind === "local" ? "off" : "balanced");
  if (readAhead === "off") {
    return undefined;
  }
  const { freshFor, staleWhileRevalidate, staleIfError, trustWeakValidators } = given;
  return {
    readAhead,
    ...(freshFor === undefined ? {} : { freshForSeconds: freshFor }),
    ...(staleWhileRevalidate === undefined ? {} : { staleWhileRevalidateSeconds: staleWhileRevalidate }),
    ...(staleIfError === undefined ? {} : { staleIfErrorSeconds: staleIfError }),
    ...(trustWeakValidators === undefined ? {} : { trustWeakValidators }),
  };
}

/** Only what is said in the file, so that it does not hide what the location says. */
function definedOf(settings: SourceSettings): SourceCacheSettings {
  return Object.fromEntries(
    Object.keys(sourceCacheShape)
      .map((key) => [key, settings[key as keyof SourceCacheSettings]])
      .filter(([, value]) => value !== undefined),
  );
}

/** Flags are shown by the location itself; a list elsewhere needs the place in it. */
function originOf(context: SourcesContext, index: number): string {
  return context.origin === "" ? "" : `${context.origin}, location ${index + 1}: `;
}

function conflictIn(settings: SourceSettings, location: SourceLocation): string | undefined {
  const { name, delivery, headers, allowedRedirectOrigins, credentials } = settings;
  const onlyFor = (key: string, kind: string): string =>
    `"${key}" works for ${kind} only, not for ${location.text}. Leave it out.`;
  if (name !== undefined && !sourceNamePattern.test(name)) {
    return `"${name}" cannot name a source. ${sourceNameRule}`;
  }
  if (name !== undefined && location.name !== undefined && name !== location.name) {
    return `The source is named "${name}" and "${location.name}". Keep one of the names.`;
  }
  if (delivery === "redirect" && location.kind !== "s3") {
    return onlyFor("delivery: redirect", "S3 buckets");
  }
  if (credentials !== undefined && location.kind !== "s3") {
    return onlyFor("credentials", "S3 buckets");
  }
  if (credentials !== undefined && location.kind === "s3" && location.anonymous === true) {
    return `${location.text} has "credentials" and anonymous=true. Keep one of them.`;
  }
  if (headers !== undefined && location.kind !== "http") {
    return onlyFor("headers", "HTTP origins");
  }
  if (allowedRedirectOrigins !== undefined && location.kind !== "http") {
    return onlyFor("allowedRedirectOrigins", "HTTP origins");
  }
  return undefined;
}
