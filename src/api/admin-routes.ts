import { Hono } from "hono";
import type { Problem } from "../delivery/index.ts";
import type { CacheAdmin } from "./cache-admin.ts";
import { createOperatorCheck } from "./operator-check.ts";
import { problemResponse, unauthorized, unknownSource } from "./problem-response.ts";

/** Where operators' routes begin. */
export const adminMount = "/api/admin/";
const cacheMount = `${adminMount}cache`;

/** Options of {@link createAdminRoutes}. */
export interface AdminOptions {
  /** Absent where nothing is kept. */
  readonly cache: CacheAdmin | undefined;
  /** Each opens the door. */
  readonly tokens: readonly string[];
}

/**
 * Creates the routes for operators. Every request must show a token, also from this machine: behind a proxy all requests come from it,
 * and so do those that a page in the operator's browser makes. A token in a header is nothing that a browser sends of its own accord.
 *
 *     GET    /api/admin/cache[/{source}[/{path}]]           what is held: a page, `nextCursor` for `?cursor=`
 *     GET    /api/admin/cache[/{source}[/{path}]]?summary   state, limit and totals
 *     DELETE /api/admin/cache[/{source}[/{path}]]           drops it; answers what was dropped
 */
export function createAdminRoutes({ cache, tokens }: AdminOptions): Hono {
  const app = new Hono();
  const isOperator = createOperatorCheck(tokens);
  app.use(async (context, next) =>
    isOperator(context.req.header("authorization"))
      ? next()
      : problemResponse(unauthorized, { "www-authenticate": "Bearer" }),
  );
  app.use(async (context, next) => {
    await next();
    context.header("cache-control", "no-store");
    context.header("x-content-type-options", "nosniff");
  });
  app.on(["GET", "DELETE"], [cacheMount, `${cacheMount}/*`], async (context) => {
    const url = new URL(context.req.url);
    const place = placeIn(url.pathname);
    if (place === undefined) {
      return problemResponse(badPlace);
    }
    if (cache === undefined) {
      return problemResponse(noCache);
    }
    const answer = await answerTo(context.req.method, place, url.searchParams, cache);
    return answer === undefined ? problemResponse(unknownSource) : context.json(answer);
  });
  app.all("*", () => problemResponse(unknownAdminAddress));
  return app;
}

async function answerTo(
  method: string,
  place: string,
  query: URLSearchParams,
  cache: CacheAdmin,
): Promise<object | undefined> {
  if (method === "DELETE") {
    const dropped = await cache.purge(place);
    return dropped === undefined ? undefined : { dropped };
  }
  return query.has("summary")
    ? cache.summarize(place)
    : cache.list(place, { cursor: query.get("cursor") ?? undefined });
}

function placeIn(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname.slice(cacheMount.length).replace(/^\//, ""));
  } catch {
    return undefined;
  }
}

const noCache: Problem = { status: 404, code: "no-cache", title: "No cache", detail: "This server keeps no cache." };
const badPlace: Problem = {
  status: 400,
  code: "bad-request",
  title: "Bad request",
  detail: "The address is not percent-encoded UTF-8.",
};
const unknownAdminAddress: Problem = {
  status: 404,
  code: "not-found",
  title: "Not found",
  detail: "Operators find GET and DELETE of /api/admin/cache here.",
};
