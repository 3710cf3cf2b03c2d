import { createRoute, z } from "@hono/zod-openapi";
import type { Sidecar } from "../../catalog/index.ts";
import { readCaptions } from "../../library/index.ts";
import type { ApiSource } from "../api-source.ts";
import { ProblemError } from "../problem-error.ts";
import { answerTagged } from "../tagged-answer.ts";
import type { ApiContext, ApiRouter } from "./api-context.ts";
import { locateItem } from "./item-routes.ts";
import { chooseArtworkFormat, createPictures, pictureSizes, type Pictures } from "./pictures.ts";
import type { PicturedItem } from "./picture-reader.ts";
import { hasPicture } from "./present-item.ts";
import { idParamsSchema } from "./query-schema.ts";

const pictureQuery = z.object({
  size: z.coerce
    .number()
    .int()
    .min(1)
    .max(4096)
    .default(512)
    .openapi({
      description: `Longer side in pixels; rounded up to one of ${pictureSizes.join(", ")}.`,
    }),
  v: z.string().max(64).optional().openapi({ description: "As `artworkUrl` has it: the picture may then be kept." }),
});
const pictureAnswer = z.string().openapi({ format: "binary" });
const pictureResponses = {
  200: {
    description: "The picture, as WebP, AVIF or JPEG by `Accept`",
    content: {
      "image/webp": { schema: pictureAnswer },
      "image/avif": { schema: pictureAnswer },
      "image/jpeg": { schema: pictureAnswer },
    },
  },
};
const trackNumber = z
  .string()
  .regex(/^\d{1,3}$/, "is no number")
  .transform(Number);
const trackParams = idParamsSchema.extend({ n: trackNumber });
const trackResponses = {
  200: { description: "As WebVTT", content: { "text/vtt": { schema: z.string() } } },
};

const artworkRoute = createRoute({
  method: "get",
  path: "/items/{id}/artwork",
  summary: "An item's picture",
  request: { params: idParamsSchema, query: pictureQuery },
  responses: pictureResponses,
});
const albumArtworkRoute = createRoute({
  method: "get",
  path: "/albums/{id}/artwork",
  summary: "An album's picture",
  request: { params: idParamsSchema, query: pictureQuery },
  responses: pictureResponses,
});
const captionsRoute = createRoute({
  method: "get",
  path: "/items/{id}/captions/{n}",
  summary: "An item's captions",
  request: { params: trackParams },
  responses: trackResponses,
});
const lyricsRoute = createRoute({
  method: "get",
  path: "/items/{id}/lyrics/{n}",
  summary: "An item's lyrics, line by line",
  request: { params: trackParams },
  responses: trackResponses,
});

/** Adds pictures and words. */
export function addPictureRoutes(router: ApiRouter, api: ApiContext): void {
  const pictures = createPictures(api.services);
  router.openapi(artworkRoute, async (context) => {
    const { id } = context.req.valid("param");
    const pictured = await findPicture(api, id);
    return pictureResponse(context.req.raw, { id, ...pictured }, context.req.valid("query"), pictures);
  });
  router.openapi(albumArtworkRoute, async (context) => {
    const { id } = context.req.valid("param");
    const { entries } = await api.catalog.listItems({ albumId: id, sourceIds: api.sources.ids, limit: 10 });
    const item = entries.find(hasPicture);
    const source = item && api.sources.byId(item.sourceId);
    if (item === undefined || source === undefined) {
      throw new ProblemError(noPicture);
    }
    const pictured = { id: item.id, version: item.version, item, source };
    return pictureResponse(context.req.raw, pictured, context.req.valid("query"), pictures);
  });
  for (const [route, kind] of [
    [captionsRoute, "captions"],
    [lyricsRoute, "lyrics"],
  ] as const) {
    router.openapi(route, async (context) => {
      const { id, n } = context.req.valid("param");
      const { item, source } = await locateItem(api, id);
      const sidecar = item?.[kind][n];
      if (sidecar === undefined) {
        throw new ProblemError(noTrack);
      }
      return trackResponse(context.req.raw, source, sidecar);
    });
  }
}

/** A picture somebody asked for. */
interface Pictured {
  readonly id: string;
  readonly version: string;
  readonly source: ApiSource;
  readonly item: PicturedItem;
}

async function findPicture(api: ApiContext, id: string): Promise<Omit<Pictured, "id">> {
  const { item, source, key } = await locateItem(api, id);
  if (item !== undefined) {
    if (!hasPicture(item)) {
      throw new ProblemError(noPicture);
    }
    return { source, item, version: item.version };
  }
  const found = await source.searchable?.describe(key, { asListed: true });
  if (found?.artworkUrl === undefined) {
    throw new ProblemError(noPicture);
  }
  const url = found.artworkUrl;
  return { source, item: { key, kind: found.kind, artwork: { type: "url", url } }, version: url };
}

async function pictureResponse(
  request: Request,
  { id, version, source, item }: Pictured,
  query: { readonly size: number; readonly v?: string | undefined },
  pictures: Pictures,
): Promise<Response> {
  const format = chooseArtworkFormat(request.headers.get("accept"));
  const found = await pictures.picture({ name: `${id} ${version}`, source, item }, query.size, format);
  if ("problem" in found) {
    throw new ProblemError({ ...noPicture, detail: `${found.problem}.` });
  }
  return answerTagged(request, found.bytes, {
    "content-type": `image/${format}`,
    // Another version has another address.
    "cache-control": query.v === undefined ? "no-cache" : "public, max-age=604800",
    // A picture from a stranger's file: nothing in it may run, whatever it claims to be.
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "cross-origin",
    vary: "Accept",
  });
}

async function trackResponse(request: Request, { source }: ApiSource, sidecar: Sidecar): Promise<Response> {
  const track = await readCaptions(source, sidecar, { signal: request.signal });
  if ("problem" in track) {
    throw new ProblemError({ ...noTrack, detail: `The captions or lyrics cannot be shown. ${track.problem}.` });
  }
  return answerTagged(request, new TextEncoder().encode(track.text), {
    "content-type": "text/vtt; charset=utf-8",
    "cache-control": "no-cache",
    "cross-origin-resource-policy": "cross-origin",
  });
}

const noPicture = {
  status: 404,
  code: "no-artwork",
  title: "Not found",
  detail: "There is no picture of this, or none that can be shown.",
};
const noTrack = {
  status: 404,
  code: "no-track",
  title: "Not found",
  detail: "The item has no captions or lyrics of this number.",
};
