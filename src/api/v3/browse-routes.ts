import { createRoute, z } from "@hono/zod-openapi";
import type { FolderPage } from "../contract.ts";
import { ProblemError } from "../problem-error.ts";
import { badRequest, unknownSource } from "../problem-response.ts";
import { type ApiContext, apiMount, type ApiRouter } from "./api-context.ts";
import { folderPageSchema } from "./library-schema.ts";
import { presentItems } from "./present-item.ts";
import { pageQuerySchema } from "./query-schema.ts";

const responses = {
  200: { description: "What lies directly in it", content: { "application/json": { schema: folderPageSchema } } },
};
const name = z.string().min(1).max(200);

const rootRoute = createRoute({
  method: "get",
  path: "/browse/{source}",
  summary: "A source's top folder",
  request: { params: z.object({ source: name }), query: pageQuerySchema },
  responses,
});

const folderRoute = createRoute({
  method: "get",
  path: "/browse/{source}/{prefix}",
  summary: "A folder as it lies in its source",
  description: "`prefix` is the path of a folder, slashes and all: `/browse/music/Tidewater/Live/`.",
  request: { params: z.object({ source: name, prefix: z.string() }), query: pageQuerySchema },
  responses,
});

/** Adds the library by folders. */
export function addBrowseRoutes(router: ApiRouter, api: ApiContext): void {
  async function browse(
    sourceName: string,
    prefix: string,
    page: z.output<typeof pageQuerySchema>,
  ): Promise<FolderPage> {
    const source = api.sources.byName(sourceName);
    if (source === undefined) {
      throw new ProblemError(unknownSource);
    }
    const { entries, nextCursor } = await api.catalog.browse(source.sourceId, prefix, page);
    return {
      source: sourceName,
      prefix,
      folders: entries.flatMap((entry) =>
        entry.type === "folder" ? [{ name: entry.name, prefix: entry.prefix }] : [],
      ),
      items: presentItems(
        entries.flatMap((entry) => (entry.type === "item" ? [entry.item] : [])),
        api.sources,
      ),
      nextCursor,
    };
  }
  router.openapi(rootRoute, async (context) => {
    const { source } = context.req.valid("param");
    return context.json(await browse(source, "", context.req.valid("query")), 200);
  });
  // A path of several segments is nothing that the document's templates can say to the router.
  router.openAPIRegistry.registerPath(folderRoute);
  router.get("/browse/:source/:prefix{.*}", async (context) => {
    const query = pageQuerySchema.safeParse(context.req.query());
    const prefix = prefixIn(new URL(context.req.url).pathname);
    if (!query.success || prefix === undefined) {
      throw new ProblemError(badRequest("The folder's path, the limit or the cursor is not of its form."));
    }
    const folder = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
    return context.json(await browse(context.req.param("source"), folder, query.data), 200);
  });
}

const longestPrefix = 1024;

/**
 * The folder that an address names, slashes encoded or not; `undefined` where it can name none. No key holds control characters, and databases
 * take some of them amiss.
 */
function prefixIn(pathname: string): string | undefined {
  try {
    const prefix = decodeURIComponent(pathname.slice(`${apiMount}/browse/`.length).replace(/^[^/]*\//, ""));
    return prefix.length > longestPrefix || /\p{Cc}/u.test(prefix) ? undefined : prefix;
  } catch {
    return undefined;
  }
}
