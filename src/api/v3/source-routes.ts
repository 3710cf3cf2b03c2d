import { createRoute, z } from "@hono/zod-openapi";
import { ProblemError } from "../problem-error.ts";
import { unauthorized, unknownSource } from "../problem-response.ts";
import type { ApiContext, ApiRouter } from "./api-context.ts";
import { acceptedSchema, sourcesAnswerSchema } from "./source-schema.ts";
import { presentHealth, presentSource } from "./source-status.ts";

const sourcesRoute = createRoute({
  method: "get",
  path: "/sources",
  summary: "Every source and how it is doing",
  description: "Operators, who send their token, see errors in their own words.",
  responses: { 200: { description: "Sources", content: { "application/json": { schema: sourcesAnswerSchema } } } },
});

const scanRoute = createRoute({
  method: "post",
  path: "/sources/{name}/scan",
  summary: "Scan a source now",
  description: "For operators. Joins a scan that is under way; `events` tells how it goes.",
  security: [{ operator: [] }],
  request: { params: z.object({ name: z.string().min(1).max(200) }) },
  responses: { 202: { description: "Begun", content: { "application/json": { schema: acceptedSchema } } } },
});

const eventsRoute = createRoute({
  method: "get",
  path: "/events",
  summary: "What happens, as it happens",
  description:
    "Server-sent events: `source` with a source's state whenever it changes; `reset` where events were missed: read everything anew. A client that comes back sends Last-Event-ID and is told what it missed.",
  responses: { 200: { description: "Events", content: { "text/event-stream": { schema: z.string() } } } },
});

/** Adds sources, scans of them, and events. */
export function addSourceRoutes(router: ApiRouter, api: ApiContext): void {
  router.openapi(sourcesRoute, async (context) => {
    const forOperator = api.isOperator(context.req.header("authorization"));
    const held = new Map((await api.catalog.sources()).map((source) => [source.id, source]));
    const sources = await Promise.all(
      api.sources.all.map(async (source) => ({
        ...presentSource(source, held.get(source.sourceId), { forOperator }),
        ...presentHealth(await source.searchable?.health(), { forOperator }),
      })),
    );
    return context.json({ sources }, 200, { vary: "Authorization" });
  });
  router.openapi(scanRoute, (context) => {
    if (!api.isOperator(context.req.header("authorization"))) {
      throw new ProblemError(unauthorized);
    }
    const source = api.sources.byName(context.req.valid("param").name);
    if (source === undefined) {
      throw new ProblemError(unknownSource);
    }
    if (!api.services.scan(source.sourceId)) {
      throw new ProblemError(unscannable);
    }
    return context.json({ status: "accepted" as const }, 202);
  });
  router.openapi(eventsRoute, (context) => {
    const stream = api.events.listen(context.req.header("last-event-id"));
    if (stream === undefined) {
      throw new ProblemError(tooManyListeners);
    }
    const headers = {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      // nginx would hold events back until a buffer is full.
      "x-accel-buffering": "no",
    };
    return new Response(stream, { headers });
  });
}

const unscannable = {
  status: 409,
  code: "unscannable",
  title: "Conflict",
  detail: "This source cannot be listed, so there is nothing to scan.",
};
const tooManyListeners = {
  status: 503,
  code: "too-many-listeners",
  title: "Too many listeners",
  detail: "As many clients as the server allows listen already. Read /api/v3/sources now and then instead.",
  retryAfterSeconds: 30,
};
