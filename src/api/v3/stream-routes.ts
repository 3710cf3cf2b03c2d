import { setImmediate } from "node:timers/promises";
import { createRoute, z } from "@hono/zod-openapi";
import type { StreamAnswer, StreamFormat } from "../contract.ts";
import type { LocatedItem } from "../item-locator.ts";
import { ProblemError } from "../problem-error.ts";
import { unknownItem } from "../problem-response.ts";
import type { RequestEnvironment } from "../request-environment.ts";
import { RateLimit } from "../rate-limit.ts";
import { originalFormat, type StreamAddresses } from "../stream-addresses.ts";
import type { ApiContext, ApiRouter } from "./api-context.ts";
import { locateItem } from "./item-routes.ts";
import { streamAnswerSchema } from "./item-schema.ts";
import { idParamsSchema } from "./query-schema.ts";
import { acceptedSchema, preparedSchema } from "./source-schema.ts";
import { wantedFormat } from "./wanted-format.ts";
import { createWarmer } from "./warmer.ts";

const streamRoute = createRoute({
  method: "get",
  path: "/items/{id}/stream",
  summary: "Where an item plays",
  description:
    "A signed address for <audio>, <video> and any player. It opens this one item, for longer than it plays, and stays the same for some minutes. A player that outlives it asks again.",
  request: {
    params: idParamsSchema,
    query: z.object({
      format: z
        .string()
        .regex(/^[\w~+-]{1,160}$/, "is no format")
        .optional()
        .openapi({ description: "One of the answer's `formats`." }),
      accept: z.string().max(500).optional().openapi({
        description:
          "Media types that the player plays, as in an Accept field, which may say the same: `audio/*`. Of the formats the first of these is chosen; without, the first of all.",
      }),
    }),
  },
  responses: { 200: { description: "The address", content: { "application/json": { schema: streamAnswerSchema } } } },
});

const prepareRoute = createRoute({
  method: "post",
  path: "/items/{id}/prepare",
  summary: "Make an item ready to play",
  description:
    "Fetches what a play that comes soon will need first. Answers at once; while the item waits for others to be looked up, with its place in line.",
  request: { params: idParamsSchema },
  responses: { 202: { description: "Begun", content: { "application/json": { schema: preparedSchema } } } },
});

const playsRoute = createRoute({
  method: "post",
  path: "/items/{id}/plays",
  summary: "Tell that an item was played",
  description: "Feeds `home`. Who played it is not kept.",
  request: {
    params: idParamsSchema,
    body: {
      content: {
        "application/json": {
          schema: z.object({ previousItemId: idParamsSchema.shape.id.optional() }).openapi("Play", {
            description: "`previousItemId`: what the same player played right before.",
          }),
        },
      },
    },
  },
  responses: { 202: { description: "Counted", content: { "application/json": { schema: acceptedSchema } } } },
});

/** Adds what a player asks for to play. */
export function addStreamRoutes(router: ApiRouter, api: ApiContext): void {
  const warmer = createWarmer();
  const plays = new RateLimit({ perSecond: 5, burst: 60 });
  const preparations = new RateLimit({ perSecond: 2, burst: 20 });
  // One viewer who sends the same play again and again is counted once.
  const repeats = new RateLimit({ perSecond: 1 / 30, burst: 1 });
  router.openapi(streamRoute, async (context) => {
    const { format, accept = context.req.header("accept") } = context.req.valid("query");
    const located = await locateItem(api, context.req.valid("param").id);
    const choose = (formats: readonly StreamFormat[]): StreamFormat | undefined =>
      wantedFormat(formats, { format, accept });
    const answer = await streamOf(located, api.streams, choose, context.req.raw.signal);
    // Two ask within a minute and get the same address; a cache may spare us the second.
    context.header("cache-control", "private, max-age=60");
    context.header("vary", "Accept", { append: true });
    return context.json(answer, 200);
  });
  router.openapi(prepareRoute, async (context) => {
    take(preparations, viewerIn(context));
    const located = await locateItem(api, context.req.valid("param").id);
    warmer.warm(located);
    // What has just begun finds its place in line before this.
    await setImmediate();
    const position = located.source.searchable?.positionOf(located.key);
    const queuePosition = position === 0 ? undefined : position;
    return context.json({ status: "accepted" as const, queuePosition }, 202);
  });
  router.openapi(playsRoute, async (context) => {
    const viewer = viewerIn(context);
    take(plays, viewer);
    const { id, item } = await locateItem(api, context.req.valid("param").id);
    if (item !== undefined && repeats.take(`${viewer} ${id}`).kind === "taken") {
      await api.catalog.recordPlay(id, { previousItemId: context.req.valid("json").previousItemId });
    }
    return context.json({ status: "accepted" as const }, 202);
  });
}

/**
 * The answer of `items/{id}/stream`.
 * @param choose of the formats that the item can be had in
 * @throws {ProblemError} where none is chosen
 */
export async function streamOf(
  located: LocatedItem,
  streams: StreamAddresses,
  choose: (formats: readonly StreamFormat[]) => StreamFormat | undefined,
  signal: AbortSignal,
): Promise<StreamAnswer> {
  const { item, source, key } = located;
  const offered = (await source.searchable?.formats(key, { signal })) ?? [];
  const formats = offered.length === 0 ? [originalOf(located)] : offered.map(presentFormat);
  const chosen = choose(formats);
  if (chosen === undefined) {
    throw new ProblemError({
      ...unknownItem,
      code: "unknown-format",
      detail: "The item cannot be had in this format.",
    });
  }
  const durationSeconds =
    item?.durationSeconds ?? (await source.searchable?.describe(key, { signal }))?.durationSeconds;
  const { href, expiresAt } = streams.addressOf(located, { format: chosen.id, durationSeconds });
  const { mediaType, sizeBytes } = chosen;
  return {
    url: href,
    expiresAt: expiresAt.toISOString(),
    mediaType,
    sizeBytes,
    durationSeconds,
    format: chosen.id,
    formats,
  };
}

function originalOf({ item }: LocatedItem): StreamFormat {
  return { id: originalFormat, label: "Original", mediaType: item?.mediaType, sizeBytes: item?.sizeBytes };
}

function presentFormat({ id, label, mediaType, sizeBytes, bitsPerSecond, heightPixels }: StreamFormat): StreamFormat {
  return { id, label, mediaType, sizeBytes, bitsPerSecond, heightPixels };
}

/** Behind a server that does not tell, all count as one. */
function viewerIn({ env }: { readonly env: RequestEnvironment | undefined }): string {
  return env?.viewer ?? "unknown";
}

function take(limit: RateLimit, viewer: string): void {
  const taken = limit.take(viewer);
  if (taken.kind === "refused") {
    throw new ProblemError({
      status: 429,
      code: "too-many-requests",
      title: "Too many requests",
      detail: "This was asked too often. Try again later.",
      retryAfterSeconds: taken.retryAfterSeconds,
    });
  }
}
