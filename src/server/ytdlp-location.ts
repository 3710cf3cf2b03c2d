import type { YtdlpSourceOptions } from "../sources/index.ts";
import { didYouMean } from "./did-you-mean.ts";
import { locationProblem, type LocationBase, type LocationProblem } from "./location-problem.ts";
import { parseSourceCacheParameter, sourceCacheParameters, type SourceCacheSettings } from "./source-cache.ts";
import { secretParameters, ytdlpParameters } from "./ytdlp-parameters.ts";

/** All sites that the operator's yt-dlp can open. */
export interface YtdlpLocation extends LocationBase {
  readonly kind: "ytdlp";
  readonly options: YtdlpSourceOptions;
}

/** The names of what {@link parseYtdlpLocation} reads. */
const parameterNames: readonly string[] = [...Object.keys(ytdlpParameters), ...sourceCacheParameters];

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
  const shown = secretParameters.has(name) && value !== "" ? "not understood" : `"${value}"`;
  const wrong = (fix: string): string => `"${name}" of "ytdlp:" is ${shown}. ${fix}`;
  const parse = Object.hasOwn(ytdlpParameters, name) ? ytdlpParameters[name] : undefined;
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
