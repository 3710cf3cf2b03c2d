import { Hono } from "hono";
import { type Problem, problemOf } from "../delivery/index.ts";
import { isSourceError } from "../source/index.ts";
import { adminMount, type AdminOptions, createAdminRoutes } from "./admin-routes.ts";
import type { AnyAudioRoutes } from "./anyaudio/anyaudio-routes.ts";
import { finishJsonAnswer } from "./json-answer.ts";
import { listingEntriesOf } from "./listing.ts";
import { parseMediaTarget } from "./media-path.ts";
import { type MetricsPage, metricsResponse } from "./metrics-page.ts";
import type { MountedSource } from "./mounted-source.ts";
import type { RequestEnvironment } from "./request-environment.ts";
import type { PlayerPages } from "./player/player-pages.ts";
import { renderDocsPage } from "./pages/docs-page.ts";
import { readListingAsset, resolveAssetHref } from "./pages/listing-assets.ts";
import {
  listingContentSecurityPolicy,
  renderErrorPage,
  renderFolderPage,
  renderSourcesPage,
} from "./pages/listing-page.ts";
import { formatBrowseHref } from "./pages/page-href.ts";
import {
  methodNotAllowed,
  problemOfRefusal,
  problemResponse,
  unknownAddress,
  unknownSource,
} from "./problem-response.ts";
import type { Readiness } from "./readiness.ts";
import { apiMount } from "./v3/api-context.ts";
import type { Api } from "./v3/create-api.ts";

/** Options of {@link createRoutes}. */
export interface RoutesOptions {
  readonly sources: ReadonlyMap<string, MountedSource>;
  readonly readiness: Readiness;
  /** What `/metrics` shows; absent: nothing. */
  readonly metrics?: MetricsPage | undefined;
  /** Routes for operators; absent: none. */
  readonly admin?: AdminOptions | undefined;
  /** The library's API; absent where there is no library. */
  readonly api?: Pick<Api, "fetch" | "document"> | undefined;
  /** AnyAudio's API over the same library; absent: not served. */
  readonly anyAudio?: AnyAudioRoutes | undefined;
  /** The web player, at `/`; absent: the plain listing is there too. */
  readonly player?: PlayerPages | undefined;
  /** Told of what made a page fail. */
  readonly onError?: ((error: unknown, path: string) => void) | undefined;
}

/** Creates the routes of everything but media: pages, their assets, health, figures, and what operators need. */
export function createRoutes(options: RoutesOptions): Hono<{ Bindings: RequestEnvironment }> {
  const { sources, readiness, metrics, admin, api, anyAudio, player, onError } = options;
  const app = new Hono<{ Bindings: RequestEnvironment }>();
  if (admin !== undefined) {
    const routes = createAdminRoutes(admin);
    app.all(`${adminMount}*`, (context) => routes.fetch(context.req.raw));
  }
  if (api !== undefined) {
    app.all(`${apiMount}/*`, (context) => api.fetch(context.req.raw, context.env));
  }
  if (anyAudio !== undefined) {
    anyAudio.mounts.forEach((mount) => app.all(`${mount}/*`, (context) => anyAudio.fetch(context.req.raw)));
  }
  app.use(async (context, next) => {
    const { method } = context.req;
    if (method === "OPTIONS") {
      return context.body(null, 204, { allow: readMethods });
    }
    return method === "GET" || method === "HEAD" ? next() : problemResponse(methodNotAllowed, { allow: readMethods });
  });
  app.get("/healthz", (context) => context.json({ status: "ok" }, 200, { "cache-control": "no-store" }));
  app.get("/readyz", async (context) => {
    const report = await readiness.report();
    return context.json(report, report.status === "unavailable" ? 503 : 200, { "cache-control": "no-store" });
  });
  if (metrics !== undefined) {
    app.get("/metrics", () => metricsResponse(metrics));
  }
  if (api !== undefined) {
    const headers = { "access-control-allow-origin": "*" };
    app.get("/openapi.json", (context) => finishJsonAnswer(context.req.raw, context.json(api.document, 200, headers)));
    app.get("/docs", () => pageResponse(renderDocsPage(api.document)));
  }
  if (player !== undefined) {
    app.use(async (context, next) => player.answer(context.req.raw) ?? next());
  }
  app.get("/assets/:name", (context) => assetResponse(context.req.param("name"), new URL(context.req.url)));
  ["/", "/files"].forEach((path) => app.get(path, (context) => homePage(context.req.raw, sources)));
  app.get("/browse/*", (context) => browsePage(context.req.raw, sources));
  app.notFound((context) => errorResponse(context.req.raw, unknownAddress));
  app.onError((error, context) => {
    onError?.(error, context.req.path);
    return errorResponse(context.req.raw, problemOfPage(error));
  });
  return app;
}

const readMethods = "GET, HEAD, OPTIONS";

async function homePage(request: Request, sources: ReadonlyMap<string, MountedSource>): Promise<Response> {
  const [only, another] = sources.values();
  if (only === undefined || another !== undefined) {
    return sourcesPage(sources);
  }
  try {
    return await folderPage(request, only, { prefix: "", home: true });
  } catch (error) {
    // Not every source can list: its files still play for whoever knows their addresses.
    if (isSourceError(error, "unsupported")) {
      return sourcesPage(sources);
    }
    throw error;
  }
}

function sourcesPage(sources: ReadonlyMap<string, MountedSource>): Response {
  return pageResponse(
    renderSourcesPage({ sources: Array.from(sources.values(), ({ name, label }) => ({ name, location: label })) }),
  );
}

async function browsePage(request: Request, sources: ReadonlyMap<string, MountedSource>): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const parsed = parseMediaTarget(pathname, { mount: "/browse/", allowFolder: true });
  if (parsed.kind === "refused") {
    return errorResponse(request, problemOfRefusal(parsed));
  }
  const mounted = sources.get(parsed.source);
  if (mounted === undefined) {
    return errorResponse(request, unknownSource);
  }
  if (!pathname.endsWith("/")) {
    const headers = { location: formatBrowseHref(parsed.source, parsed.key) + search };
    return new Response(null, { status: 308, headers });
  }
  return folderPage(request, mounted, { prefix: parsed.key, home: false });
}

async function folderPage(
  request: Request,
  { name, source }: MountedSource,
  { prefix, home }: { readonly prefix: string; readonly home: boolean },
): Promise<Response> {
  const cursor = new URL(request.url).searchParams.get("cursor") ?? undefined;
  const page = await source.list(prefix, { cursor, signal: request.signal });
  const entries = listingEntriesOf(name, prefix, page);
  // Here, whether that is "/" or "/files".
  const path = home ? new URL(request.url).pathname : formatBrowseHref(name, prefix);
  const nextHref = page.nextCursor === undefined ? undefined : `${path}?cursor=${encodeURIComponent(page.nextCursor)}`;
  return pageResponse(renderFolderPage({ source: name, prefix, entries, nextHref, home }));
}

function problemOfPage(error: unknown): Problem {
  const problem = problemOf(error);
  return isSourceError(error, "unsupported")
    ? { ...problem, detail: "The files of this source cannot be listed; they play at their addresses." }
    : problem;
}

/** Problems as a page for people, as JSON for programs. */
function errorResponse(request: Request, problem: Problem): Response {
  if (!(request.headers.get("accept") ?? "").includes("text/html")) {
    return problemResponse(problem, { vary: "Accept" });
  }
  const retryAfter =
    problem.retryAfterSeconds === undefined ? {} : { "retry-after": String(problem.retryAfterSeconds) };
  return pageResponse(renderErrorPage(problem), problem.status, retryAfter);
}

function pageResponse(html: string, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(html, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      // Folders change; a reader who comes back asks again.
      "cache-control": "no-cache",
      "content-security-policy": listingContentSecurityPolicy,
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      vary: "Accept",
      ...headers,
    },
  });
}

function assetResponse(name: string, url: URL): Response {
  const asset = readListingAsset(name);
  if (asset === undefined) {
    return problemResponse(unknownAddress);
  }
  // The address pages link to changes with the content; any other may mean something else tomorrow.
  const isVersioned = resolveAssetHref(name) === url.pathname + url.search;
  return new Response(asset.body.slice(), {
    headers: {
      "content-type": asset.mediaType,
      "cache-control": isVersioned ? "public, max-age=31536000, immutable" : "no-cache",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
      "cross-origin-resource-policy": "same-origin",
      "x-content-type-options": "nosniff",
    },
  });
}
