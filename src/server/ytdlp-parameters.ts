import { isIP } from "node:net";
import { resolve } from "node:path";
import type { YtdlpSourceOptions } from "../sources/index.ts";
import { networkListFix, parseNetworkList } from "./network-list.ts";

/** Services that complete what is typed, by the names they may be called here. */
const suggestServices: Readonly<Record<string, string>> = {
  youtube: "https://suggestqueries-clients6.youtube.com/complete/search?client=youtube&ds=yt&xhr=t&q={q}",
};

/** One parameter of the query: how a value is wrong, and the fix, or what it sets. */
export type ParseParameter = (value: string, folder: string) => string | Partial<YtdlpSourceOptions>;

/** What `ytdlp:?...` understands, by name. Paths are relative to `folder`; a path without a slash is a command. */
export const ytdlpParameters: Readonly<Record<string, ParseParameter>> = {
  search: (search) => (/^[a-z0-9_]+$/i.test(search) ? { search } : "Use the name of a site's search: search=ytsearch."),
  path: (value, folder) => ({ path: commandPath(value, folder) }),
  format: (format) => ({ format }),
  cookies: (value, folder) => ({ cookiesFile: resolve(folder, value) }),
  plugins: (value, folder) => ({ pluginFolder: resolve(folder, value) }),
  proxy: parseProxy,
  "source-address": (sourceAddress) =>
    isIP(sourceAddress) === 0 ? "Use one of this machine's IP addresses: 192.0.2.1." : { sourceAddress },
  "extractor-args": parseExtractorArguments,
  "allowed-hosts": parseHosts,
  "allowed-networks": (value) => {
    const allowedNetworks = parseNetworkList(value);
    return allowedNetworks === undefined ? networkListFix : { allowedNetworks };
  },
  suggest: parseSuggest,
  timeout: wholeNumber("of seconds from 1 to 999", 1, 999, (seconds) => ({ timeoutMs: seconds * 1000 })),
  "max-runs": wholeNumber("from 1 to 99", 1, 99, (maxRuns) => ({ maxRuns })),
  "max-per-minute": wholeNumber("of runs for one site from 1 to 6000", 1, 6000, (maxPerMinute) => ({ maxPerMinute })),
  "sleep-requests": (value) =>
    /^\d{1,2}(?:\.\d{1,3})?$/.test(value)
      ? { requestPauseSeconds: Number(value) }
      : "Use seconds, less than 100: sleep-requests=0.75.",
  ffmpeg: (value, folder) => ({ ffmpegPath: commandPath(value, folder) }),
  "max-joins": wholeNumber("from 1 to 99", 1, 99, (maxJoins) => ({ maxJoins })),
};

/** Parameters whose values are secrets, and not repeated in messages. */
export const secretParameters: ReadonlySet<string> = new Set(["proxy"]);

function commandPath(value: string, folder: string): string {
  return value.includes("/") ? resolve(folder, value) : value;
}

function wholeNumber(
  which: string,
  least: number,
  most: number,
  set: (value: number) => Partial<YtdlpSourceOptions>,
): ParseParameter {
  return (value) => {
    const number = /^[0-9]{1,6}$/.test(value) ? Number(value) : Number.NaN;
    return number >= least && number <= most ? set(number) : `Use a whole number ${which}.`;
  };
}

function parseProxy(value: string): ReturnType<ParseParameter> {
  const proxy = URL.parse(value);
  const isBare = proxy !== null && proxy.pathname === "/" && proxy.search === "" && proxy.hash === "";
  return isBare && proxy.protocol === "http:"
    ? { proxy }
    : "Use the address of an HTTP proxy, http://host:port or http://user:password@host:port; others, such as SOCKS, are not supported.";
}

/** As yt-dlp takes them, `extractor:name=value`, parted by blanks. */
function parseExtractorArguments(value: string): ReturnType<ParseParameter> {
  const extractorArguments = value.split(/\s+/).filter((part) => part !== "");
  return extractorArguments.every((argument) => /^[\w+-]+:[\w-]+=/.test(argument))
    ? { extractorArguments }
    : "Use extractor:name=value, several of them parted by blanks: youtube:player_client=web.";
}

/** Names as they are connected to: `URL` writes those of other scripts in the letters of the DNS. */
function parseHosts(value: string): ReturnType<ParseParameter> {
  const hosts = value.split(",").map((host) => host.trim());
  const names = hosts.map((host) =>
    /^[^\s/:@*?#\\[\]]+$/.test(host) ? URL.parse(`http://${host}/`)?.hostname : undefined,
  );
  return names.every((name) => name !== undefined)
    ? { allowedHosts: names }
    : "Use names of hosts alone, parted by commas: youtube.com,vimeo.com. Each stands for all below it.";
}

function parseSuggest(value: string): ReturnType<ParseParameter> {
  const suggest = Object.hasOwn(suggestServices, value) ? suggestServices[value] : value;
  // The words belong into the path or the query: what viewers type must not choose whom we ask.
  const isService = /^https?:\/\/[^/?#@{}]+\/.*\{q\}/.test(suggest ?? "") && URL.canParse(suggest ?? "");
  return isService
    ? { suggest: suggest ?? value }
    : `Use ${Object.keys(suggestServices).join(", ")}, or the address of a service that answers as OpenSearch has it, with {q} where the words go: https://host/complete?q={q}.`;
}
