import { formatFieldLines, type HeaderFields } from "../upstream/upstream-client.ts";
import type { SiteFormat } from "./media-format.ts";

/** Fields that let somebody in; they go to the host they were made for alone. */
const secretFields: ReadonlySet<string> = new Set(["authorization", "cookie"]);

interface Cookie {
  readonly pair: string;
  /** With all below it; absent for the address's own host alone. */
  readonly domain: string | undefined;
  readonly path: string;
  readonly isSecure: boolean;
}

/** The field lines of a request for a format's media at `url`, which may be where its own address was redirected to. */
export function siteFieldLines(format: SiteFormat, url: URL, further: HeaderFields): string {
  const isOwn = url.origin === format.address.origin;
  const own = Object.entries(format.headers).filter(([name]) => isOwn || !secretFields.has(name.toLowerCase()));
  const cookie = cookieFor(format, url);
  return formatFieldLines({
    ...Object.fromEntries(cookie === undefined ? own : own.filter(([name]) => name.toLowerCase() !== "cookie")),
    ...(cookie !== undefined && { Cookie: cookie }),
    // Byte positions mean those of the media itself.
    "Accept-Encoding": "identity",
    ...further,
  });
}

function cookieFor(format: SiteFormat, url: URL): string | undefined {
  const pairs = parseCookies(format.cookies ?? "")
    .filter((cookie) => isSentTo(cookie, url, format.address))
    .map(({ pair }) => pair);
  return pairs.length === 0 ? undefined : pairs.join("; ");
}

/** RFC 6265 section 5.4, as far as it matters here. */
function isSentTo({ domain, path, isSecure }: Cookie, url: URL, own: URL): boolean {
  const isHost = domain === undefined ? url.hostname === own.hostname : isWithin(url.hostname, domain);
  const isPath = url.pathname === path || url.pathname.startsWith(path.endsWith("/") ? path : `${path}/`);
  return isHost && isPath && (!isSecure || url.protocol === "https:");
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/** yt-dlp's own form: `a=1; Domain=.example.com; Path=/; Secure; Expires=1700000000; b=2; Domain=…`. */
function parseCookies(text: string): Cookie[] {
  const cookies: { pair: string; domain: string | undefined; path: string; isSecure: boolean }[] = [];
  for (const part of splitOutsideQuotes(text)) {
    const [, name = "", value = ""] = /^\s*([^=\s]+)\s*=?\s*(.*?)\s*$/s.exec(part) ?? [];
    const last = cookies.at(-1);
    switch (name.toLowerCase()) {
      case "":
      case "expires":
      case "max-age":
      case "version":
      case "httponly":
        break;
      case "domain":
        if (last !== undefined) last.domain = value.replace(/^\./, "").toLowerCase();
        break;
      case "path":
        if (last !== undefined) last.path = value === "" ? "/" : value;
        break;
      case "secure":
        if (last !== undefined) last.isSecure = true;
        break;
      default:
        cookies.push({ pair: `${name}=${value}`, domain: undefined, path: "/", isSecure: false });
    }
  }
  return cookies.filter(({ pair }) => !/[\r\n\0]/.test(pair));
}

/** A value may be quoted, and then hold a semicolon. */
function splitOutsideQuotes(text: string): string[] {
  return text.match(/(?:"(?:[^"\\]|\\.)*"|[^;"])+/g) ?? [];
}
