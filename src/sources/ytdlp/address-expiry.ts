/** What signers call the time an address ends: seconds or milliseconds since 1970, or seconds from when it was made. */
const endParameters = ["expire", "expires", "exp", "e", "x-expires", "hdnea_exp", "validto"];
const earliestSeconds = Date.UTC(2015, 0) / 1000;
const latestSeconds = Date.UTC(2100, 0) / 1000;

/**
 * When an address says it expires, in milliseconds since 1970, or `undefined` where it does not say: `expire=`, `Expires=`, `e=`, a path with
 * `/expire/1700000000/`, or Amazon's `X-Amz-Date` and `X-Amz-Expires`.
 */
export function addressExpiry(address: string): number | undefined {
  const url = URL.parse(address);
  if (url === null) {
    return undefined;
  }
  const parameters = new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  const signedAt = parseAmzDate(parameters.get("x-amz-date") ?? parameters.get("x-goog-date") ?? "");
  const lifeSeconds = Number(parameters.get("x-amz-expires") ?? parameters.get("x-goog-expires") ?? Number.NaN);
  const ends = [
    ...endParameters.map((name) => parseTime(parameters.get(name) ?? "")),
    parseTime(/\/expires?\/(\d{10,13})\//i.exec(url.pathname)?.[1] ?? ""),
    // Akamai's tokens hold it among other things: `hdnts=exp=1700000000~acl=…`.
    parseTime(/(?:^|[~?&=])exp=(\d{10})(?:~|$)/.exec(decodeQuery(url))?.[1] ?? ""),
    signedAt === undefined || !Number.isFinite(lifeSeconds) ? undefined : signedAt + lifeSeconds * 1000,
  ].filter((end) => end !== undefined);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** A number that is no time near ours means something else. */
function parseTime(text: string): number | undefined {
  const value = /^\d{10,13}$/.test(text) ? Number(text) : Number.NaN;
  const seconds = value > latestSeconds ? value / 1000 : value;
  return seconds >= earliestSeconds && seconds <= latestSeconds ? seconds * 1000 : undefined;
}

/** `20240131T120000Z`. */
function parseAmzDate(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  const time = match === null ? Number.NaN : Date.parse(text.replace(/^(....)(..)(..)T(..)(..)/, "$1-$2-$3T$4:$5:"));
  return Number.isNaN(time) ? undefined : time;
}

function decodeQuery(url: URL): string {
  try {
    return decodeURIComponent(url.search);
  } catch {
    return url.search;
  }
}
