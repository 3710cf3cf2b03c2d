import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type FeedLocation, parseFeedLocation } from "./feed-location.ts";
import { locationProblem, type LocationBase, type LocationProblem } from "./location-problem.ts";
import { redactLocation } from "./redact-location.ts";
import { parseS3Location, type S3Location } from "./s3-location.ts";
import { parseSourceCacheParameter, type SourceCacheSettings } from "./source-cache.ts";
import { parseYtdlpLocation, type YtdlpLocation } from "./ytdlp-location.ts";
import { sourceNameFrom, sourceNamePattern, sourceNameRule } from "./source-name.ts";

/** Where a source's media lies, as `[name=]location` says it. Nothing has been looked at yet. */
export type SourceLocation = LocalLocation | S3Location | HttpLocation | FeedLocation | YtdlpLocation;

/** A folder; `root` is absolute. */
export interface LocalLocation extends LocationBase {
  readonly kind: "local";
  readonly root: string;
}

/** An HTTP origin; the base URL's path ends in `/`. */
export interface HttpLocation extends LocationBase {
  readonly kind: "http";
  readonly baseUrl: URL;
}

/** What relative locations are relative to. */
export interface LocationContext {
  readonly folder: string;
  readonly home: string;
}

/** Reads `[name=]location`: a path, `s3://bucket/prefix?region=...`, `http(s)://host/base/`, `feed:https://host/podcast.xml`, or `ytdlp:?search=...`. */
export function parseLocation(text: string, context: LocationContext): SourceLocation | LocationProblem {
  const named = /^([^=/\\:?]*)=(.*)$/s.exec(text);
  const name = named?.[1];
  const place = (named?.[2] ?? text).trim();
  if (name !== undefined && !sourceNamePattern.test(name)) {
    const fix = `${sourceNameRule} For a folder with "=" in its path write "./" in front.`;
    return locationProblem(`"${name}" cannot name a source. ${fix}`);
  }
  if (place === "") {
    return locationProblem(
      `${name === undefined ? "The location" : `The location of "${name}"`} is empty. Give a folder, s3://bucket or https://host/.`,
    );
  }
  const parsed = parsePlace(place, context);
  return parsed.kind === "problem" || name === undefined ? parsed : { ...parsed, name };
}

function parsePlace(place: string, context: LocationContext): SourceLocation | LocationProblem {
  if (/^ytdlp:/i.test(place)) {
    return parseYtdlpLocation(place, context.folder);
  }
  if (/^feed:/i.test(place)) {
    return parseFeedLocation(place);
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(place)?.[1]?.toLowerCase();
  switch (scheme) {
    case undefined:
      return parseFolder(place, context);
    case "file":
      return parseFileUrl(place, context);
    case "s3":
      return parseS3Location(place);
    case "http":
    case "https":
      return parseOrigin(place);
    default:
      return locationProblem(
        `"${redactLocation(place)}" begins with ${scheme}://, which Sluice does not know. Give a folder, s3://, http://, https://, feed: or ytdlp:.`,
      );
  }
}

function parseFolder(path: string, context: LocationContext): LocalLocation | LocationProblem {
  if (path.includes("\0")) {
    return locationProblem("A folder's path cannot hold a NUL character.");
  }
  // Shells expand "~" only where a word begins, so neither after "name=" nor in a configuration file.
  const expanded = path === "~" || path.startsWith("~/") ? join(context.home, path.slice(1)) : path;
  const root = resolve(context.folder, expanded);
  return { kind: "local", root, text: root, defaultName: sourceNameFrom(basename(root)) };
}

function parseFileUrl(place: string, context: LocationContext): LocalLocation | LocationProblem {
  try {
    return parseFolder(fileURLToPath(place), context);
  } catch {
    return locationProblem(`"${redactLocation(place)}" is not the address of a folder. Give its path.`);
  }
}

function parseOrigin(place: string): HttpLocation | LocationProblem {
  if (!URL.canParse(place)) {
    return locationProblem(`"${redactLocation(place)}" is not a valid address. Write it as https://host/path/.`);
  }
  const baseUrl = new URL(place);
  if (baseUrl.username !== "" || baseUrl.password !== "") {
    return locationProblem(
      `"${redactLocation(place)}" holds credentials, which would end up in logs. Take them out of the address and give this source "headers" in the configuration file: {"Authorization": "Basic ..."}.`,
    );
  }
  const caching = takeCachingOptions(baseUrl);
  if ("fix" in caching) {
    return locationProblem(`"${caching.name}" of "${redactLocation(place)}" is "${caching.value}". ${caching.fix}`);
  }
  if (baseUrl.search !== "" || baseUrl.hash !== "") {
    return locationProblem(
      `"${redactLocation(place)}" holds ${baseUrl.search === "" ? "a fragment" : "a query"}, but keys are appended to the address. Give the folder's address only; a token belongs in "headers" in the configuration file.`,
    );
  }
  if (!baseUrl.pathname.endsWith("/")) {
    baseUrl.pathname += "/";
  }
  const lastSegment = decodeSegment(baseUrl.pathname.split("/").at(-2) ?? "");
  return {
    kind: "http",
    baseUrl,
    ...(Object.keys(caching).length === 0 ? {} : { caching }),
    text: baseUrl.href,
    defaultName: sourceNameFrom(lastSegment === "" ? baseUrl.hostname : lastSegment),
  };
}

/** Takes what is ours out of the query; what is left is not. */
function takeCachingOptions(
  url: URL,
): SourceCacheSettings | { readonly name: string; readonly value: string; readonly fix: string } {
  let settings: SourceCacheSettings = {};
  for (const [name, value] of [...url.searchParams]) {
    const parsed = parseSourceCacheParameter(name, value);
    if (parsed !== undefined && "fix" in parsed) {
      return { name, value, fix: parsed.fix };
    }
    if (parsed !== undefined) {
      settings = { ...settings, ...parsed.settings };
      url.searchParams.delete(name);
    }
  }
  return settings;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
