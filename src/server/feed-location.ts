import { nearest } from "./did-you-mean.ts";
import { locationProblem, type LocationBase, type LocationProblem } from "./location-problem.ts";
import { networkListFix, parseNetworkList } from "./network-list.ts";
import { redactLocation } from "./redact-location.ts";
import { parseSourceCacheParameter, sourceCacheParameters, type SourceCacheSettings } from "./source-cache.ts";
import { sourceNameFrom } from "./source-name.ts";

/** A podcast's feed. */
export interface FeedLocation extends LocationBase {
  readonly kind: "feed";
  /** With the feed's own query, which may hold a subscriber's secret. */
  readonly address: URL;
  readonly allowedNetworks?: readonly string[];
}

interface FeedOptions {
  readonly allowedNetworks?: readonly string[];
  readonly caching?: SourceCacheSettings;
}

const networksParameter = "allowed-networks";
const parameterNames: readonly string[] = [networksParameter, ...sourceCacheParameters];

/** Reads `feed:https://host/podcast.xml?allowed-networks=...`: of the query ours is what {@link parameterNames} lists, the rest is the feed's. */
export function parseFeedLocation(place: string): FeedLocation | LocationProblem {
  const written = place.slice("feed:".length);
  const shown = `feed:${redactLocation(written)}`;
  const address = /^https?:\/\//i.test(written) ? URL.parse(written) : null;
  if (address === null) {
    return locationProblem(`"${shown}" is not the address of a feed. Write it as feed:https://host/podcast.xml.`);
  }
  if (address.username !== "" || address.password !== "") {
    return locationProblem(
      `"${shown}" holds credentials, which would end up in logs. Use the feed's address for subscribers, with the token that its site gives them in the path or the query.`,
    );
  }
  const options = takeOptions(address, shown);
  if ("kind" in options) {
    return options;
  }
  address.hash = "";
  const text = `feed:${address.origin}${address.pathname}`;
  const defaultName = sourceNameFrom(address.hostname.replace(/^(?:www|feeds?)\./, ""));
  return { kind: "feed", address, ...options, text, defaultName };
}

/** Takes what is ours out of the query; what is left stays as it was written, for some feeds' secrets bear no other. */
function takeOptions(address: URL, shown: string): FeedOptions | LocationProblem {
  let options: FeedOptions = {};
  const kept: string[] = [];
  for (const part of address.search.slice(1).split("&")) {
    const [[name, value] = ["", ""]] = new URLSearchParams(part);
    const parsed = parseParameter(name, value);
    if (typeof parsed === "string") {
      return locationProblem(`"${name}" of "${shown}" is "${redactLocation(value)}". ${parsed}`);
    }
    const meant = parsed === undefined ? misspelt(name) : undefined;
    if (meant !== undefined) {
      return locationProblem(`"${shown}" has an option "${name}". Did you mean "${meant}"?`);
    }
    if (parsed === undefined) {
      kept.push(part);
    } else {
      const caching = { ...options.caching, ...parsed.caching };
      options = { ...options, ...parsed, ...(Object.keys(caching).length === 0 ? {} : { caching }) };
    }
  }
  address.search = kept.join("&");
  return options;
}

/** What a parameter sets, what is wrong with its value, or `undefined` where it is none of ours. */
function parseParameter(name: string, value: string): FeedOptions | string | undefined {
  if (name === networksParameter) {
    const allowedNetworks = parseNetworkList(value);
    return allowedNetworks === undefined ? networkListFix : { allowedNetworks };
  }
  const caching = parseSourceCacheParameter(name, value);
  return caching === undefined ? undefined : "fix" in caching ? caching.fix : { caching: caching.settings };
}

/** A slip in one of our long names is no parameter of a feed; "cash" instead of "cache" might be one. */
function misspelt(name: string): string | undefined {
  return nearest(
    name,
    parameterNames.filter((known) => known.includes("-")),
  );
}
