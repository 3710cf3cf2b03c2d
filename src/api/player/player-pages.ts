import { contentTagOf, isHeld } from "../tagged-answer.ts";
import { chooseCoding } from "../json-answer.ts";
import { playerContentSecurityPolicy } from "./player-csp.ts";
import { type PlayerFile, type PlayerFiles, readPlayerFiles } from "./player-files.ts";

/** Where the built player lies. */
export interface PlayerOptions {
  readonly folder: string;
}

/** The web player, as far as a server is concerned: files and the pages that are one of them. */
export interface PlayerPages {
  /** @returns `undefined` for what is no address of the player's */
  answer(request: Request): Response | undefined;
}

/**
 * The first part of every address that the player shows. Others are not answered with it: a mistyped address is told as one, and a
 * program that asks for media gets no page.
 */
const pageNames: ReadonlySet<string> = new Set([
  "",
  "search",
  "folders",
  "playlists",
  "playlist",
  "albums",
  "album",
  "artists",
  "artist",
  "item",
  "now",
  "yours",
  "settings",
  "share",
  "open",
]);

/** Opens the built player. @returns `undefined` where it has not been built */
export function openPlayerPages({ folder }: PlayerOptions): PlayerPages | undefined {
  const files = readPlayerFiles(folder);
  const shell = files?.get("index.html");
  return files === undefined || shell === undefined
    ? undefined
    : { answer: (request) => answer(request, files, shell) };
}

function answer(request: Request, files: PlayerFiles, shell: PlayerFile): Response | undefined {
  const { pathname } = new URL(request.url);
  const path = pathname.slice(1);
  const file = files.get(path);
  if (file !== undefined && path !== "index.html") {
    // The build names what lies in assets/ after its content.
    return fileResponse(request, file, path.startsWith("assets/") ? immutable : "no-cache");
  }
  return pageNames.has(path.split("/", 1)[0] ?? "") ? shellResponse(request, shell, pathname) : undefined;
}

/**
 * The first page's data comes while its scripts do. Only to a browser that opens the page: what the service worker keeps of it is the
 * answer for every address.
 */
function shellResponse(request: Request, shell: PlayerFile, pathname: string): Response {
  const response = fileResponse(request, shell, "no-cache");
  response.headers.append("vary", "Sec-Fetch-Dest");
  if (pathname === "/" && request.headers.get("sec-fetch-dest") === "document") {
    response.headers.set("link", "</api/v3/home>; rel=preload; as=fetch; crossorigin=anonymous");
  }
  return response;
}

const immutable = "public, max-age=31536000, immutable";

function fileResponse(request: Request, file: PlayerFile, cacheControl: string): Response {
  const coding = chooseCoding(request.headers.get("accept-encoding") ?? "");
  const coded = coding === undefined ? undefined : file[coding];
  const body = coded ?? file.identity;
  // The same bytes in two codings are two representations, each with a tag of its own (RFC 9110 section 8.8.3.3).
  const etag = `"${contentTagOf(body)}"`;
  const headers = new Headers({
    etag,
    vary: "Accept-Encoding",
    "cache-control": cacheControl,
    "content-security-policy": playerContentSecurityPolicy,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  });
  if (isHeld(request, etag)) {
    return new Response(null, { status: 304, headers });
  }
  headers.set("content-type", file.mediaType);
  headers.set("content-length", String(body.length));
  if (coded !== undefined && coding !== undefined) {
    headers.set("content-encoding", coding);
  }
  return new Response(request.method === "HEAD" ? null : body, { headers });
}
