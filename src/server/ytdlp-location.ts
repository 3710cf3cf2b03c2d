import { resolve } from "node:path";
import type { YtdlpSourceOptions } from "../sources/index.ts";
import { didYouMean } from "./did-you-mean.ts";
import { locationProblem, type LocationBase, type LocationProblem } from "./location-problem.ts";
import { networkListFix, parseNetworkList } from "./network-list.ts";
import { parseSourceCacheParameter, sourceCacheParameters, type SourceCacheSettings } from "./source-cache.ts";

/** All sites that the operator's yt-dlp can open. */
export interface YtdlpLocation extends LocationBase {
  readonly kind: "ytdlp";
  readonly options: YtdlpSourceOptions;
}

/** One parameter of the query: what is wrong with a value, or what it sets. */
type ParseParameter = (value: string, folder: string) => string | Partial<YtdlpSourceOptions>;

const list = (value: string): readonly string[] => value.split(",").filter((part) => part !== "");
const path = (value: string, folder: string): string => (value.includes("/") ? resolve(folder, value) : value);

const parameters: Readonly<Record<string, ParseParameter>> = {
  search: (search) => (/^[a-z0-9_]+$/i.test(search) ? { search } : "Use the name of a site's search: search=ytsearch."),
  path: (value, folder) => ({ path: path(value, folder) }),
  format: (format) => ({ format }),
  cookies: (value, folder) => ({ cookiesFile: resolve(folder, value) }),
  plugins: (value, folder) => ({ pluginFolder: resolve(folder, value) }),
  "source-address": (sourceAddress) => ({ sourceAddress }),
  "extractor-args": (value) => ({ extractorArguments: value.split(" ").filter((part) => part !== "") }),
  "allowed-hosts": (value) => ({ allowedHosts: list(value) }),
  "allowed-networks": (value) => {
    const allowedNetworks = parseNetworkList(value);
    return allowedNetworks === undefined ? networkListFix : { allowedNetworks };
  },
  timeout: (value) =>
    /^[0-9]{1,3}$/.test(value) && Number(value) >= 1
      ? { timeoutMs: Number(value) * 1000 }
      : "Use a whole number of seconds from 1 to 999.",
  "max-runs": (value) =>
    /^[0-9]{1,2}$/.test(value) && Number(value) >= 1 ? { maxRuns: Number(value) } : "Use a whole number from 1 to 99.",
};

/** The names of what {@link parseYtdlpLocation} reads. */
const parameterNames: readonly string[] = [...Object.keys(parameters), ...sourceCacheParameters];

/** Reads `ytdlp:?search=ytsearch&allowed-hosts=youtube.com&...`. Paths are relative to `folder`; a path without a slash is a command. */
export function parseYtdlpLocation(place: string, folder: string): YtdlpLocation | LocationProblem {
  const query = /^ytdlp:(?:\?(.*))?$/is.exec(place);
  if (query === null) {
    return locationProblem(`"${place}" is not written as yt-dlp is: ytdlp: alone, or ytdlp:?search=ytsearch.`);
  }
  let options: YtdlpSourceOptions = {};
  let caching: SourceCacheSettings = {};
  for (const [name, value] of new URLSearchParams(query[1] ?? "")) {
    const parsed = parseParameter(name, value, folder);
    if (typeof parsed === "string") {
      return locationProblem(parsed);
    }
    options = { ...options, ...parsed.options };
    caching = { ...caching, ...parsed.caching };
  }
  const text = options.search === undefined ? "ytdlp:" : `ytdlp:?search=${options.search}`;
  const kept = Object.keys(caching).length === 0 ? {} : { caching };
  return { kind: "ytdlp", options, text, defaultName: options.search ?? "sites", ...kept };
}

function parseParameter(
  name: string,
  value: string,
  folder: string,
): string | { readonly options?: Partial<YtdlpSourceOptions>; readonly caching?: SourceCacheSettings } {
  const wrong = (fix: string): string => `"${name}" of "ytdlp:" is "${value}". ${fix}`;
  const parse = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (parse !== undefined) {
    const options = value === "" ? "It needs a value." : parse(value, folder);
    return typeof options === "string" ? wrong(options) : { options };
  }
  const caching = parseSourceCacheParameter(name, value);
  if (caching === undefined) {
    const near = didYouMean(name, parameterNames);
    return `"ytdlp:" has an option "${name}", which Sluice does not know.${near} It knows ${parameterNames.join(", ")}.`;
  }
  return "fix" in caching ? wrong(caching.fix) : { caching: caching.settings };
}
