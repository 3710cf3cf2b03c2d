import { OpenAPIHono } from "@hono/zod-openapi";
import { cors } from "hono/cors";
import { methodNotAllowed } from "hono/method-not-allowed";
import type { StreamLifetime, TokenSigner } from "../../access/index.ts";
import type { Catalog } from "../../catalog/index.ts";
import type { Problem } from "../../delivery/index.ts";
import { type ApiSource, createApiSources } from "../api-source.ts";
import { createItemLocator } from "../item-locator.ts";
import { answerWithJson } from "../json-answer.ts";
import type { LibraryServices } from "../library-services.ts";
import type { RequestEnvironment } from "../request-environment.ts";
import { createOperatorCheck } from "../operator-check.ts";
import { problemOfApiError } from "../problem-error.ts";
import { badRequest, problemResponse, unknownAddress } from "../problem-response.ts";
import { createStreamAddresses, type StreamAddresses } from "../stream-addresses.ts";
import { type ApiContext, apiMount, type ApiRouter } from "./api-context.ts";
import { addBrowseRoutes } from "./browse-routes.ts";
import { EventHub } from "./event-hub.ts";
import { addHomeRoutes } from "./home-routes.ts";
import { addItemRoutes } from "./item-routes.ts";
import { createLiveSearch, type LiveSearchOptions } from "./live-search.ts";
import { describeApi, type OpenApiDocument } from "./openapi-document.ts";
import { addPictureRoutes } from "./picture-routes.ts";
import { addPlaylistRoutes } from "./playlist-routes.ts";
import { addSearchRoutes } from "./search-routes.ts";
import { addSourceRoutes } from "./source-routes.ts";
import { problemSchema } from "./source-schema.ts";
import { createSourceEvents } from "./source-events.ts";
import { addStreamRoutes } from "./stream-routes.ts";

/** Options of {@link createApi}. */
export interface ApiOptions {
  readonly catalog: Catalog;
  /** In the order that clients show them. */
  readonly sources: readonly ApiSource[];
  readonly signer: TokenSigner;
  readonly services: LibraryServices;
  /** The server's version, for the document. */
  readonly version: string;
  /** Each lets an operator in. */
  readonly adminTokens: readonly string[];
  /** Origins whose scripts may use the API (CORS). @default "*" */
  readonly allowedOrigins?: "*" | readonly string[] | undefined;
  /** For whole addresses in exported playlists. @default what the request was sent to */
  readonly publicOrigin?: string | undefined;
  readonly streamLifetime?: StreamLifetime | undefined;
  /** Milliseconds since 1970, by the clock that the signer goes by. @default the system's */
  readonly now?: (() => number) | undefined;
  readonly liveSearch?: LiveSearchOptions | undefined;
  /** Told of what made a request fail that should not have. */
  readonly onError?: ((error: unknown, path: string) => void) | undefined;
}

/** The API of a server. Disposing of it ends the streams of events. */
export interface Api extends Disposable {
  /** Answers `/api/v3/*`. */
  fetch(request: Request, environment?: RequestEnvironment): Promise<Response>;
  /** For addresses outside of this API that play the same items. */
  readonly streams: StreamAddresses;
  readonly document: OpenApiDocument;
  /** To be called whenever a source's state may have changed; listeners are told at most twice a second. */
  sourceChanged(sourceId: string): void;
  /** Ends the streams of events: by themselves they never end, and a server that is to stop would wait for them. */
  endEvents(): void;
  /** What other APIs over the same library share. */
  readonly context: ApiContext;
}

/** Creates API v3 over a catalog. */
export function createApi(options: ApiOptions): Api {
  const { catalog, signer, services, onError } = options;
  const sources = createApiSources(options.sources);
  const locator = createItemLocator(catalog, sources);
  const streams = createStreamAddresses({ signer, locator, lifetime: options.streamLifetime, now: options.now });
  const events = new EventHub();
  const context: ApiContext = {
    catalog,
    sources,
    services,
    locator,
    streams,
    live: createLiveSearch(options.liveSearch),
    events,
    isOperator: createOperatorCheck(options.adminTokens),
    publicOrigin: options.publicOrigin,
  };
  const router = createRouter(context);
  const document = describeApi(router, options.version);
  const app = mountRouter(router, options);
  app.onError((error, { req }) => {
    const problem = problemOfApiError(error);
    if (problem.status >= 500) {
      onError?.(error, req.path);
    }
    return problemResponse(problem);
  });
  const sourceEvents = createSourceEvents(context, (error) => onError?.(error, `${apiMount}/events`));
  return {
    fetch: (request, environment) => answerWithJson(request, (asked) => app.fetch(asked, environment)),
    streams,
    document,
    context,
    sourceChanged: sourceEvents.sourceChanged,
    endEvents: () => events[Symbol.dispose](),
    [Symbol.dispose]() {
      sourceEvents[Symbol.dispose]();
      events[Symbol.dispose]();
    },
  };
}

function createRouter(context: ApiContext): ApiRouter {
  const router: ApiRouter = new OpenAPIHono<{ Bindings: RequestEnvironment }>({
    defaultHook: (result) =>
      result.success ? undefined : problemResponse(badRequest(explain(result.target, result.error))),
  });
  router.openAPIRegistry.register("Problem", problemSchema);
  for (const add of [
    addSearchRoutes,
    addHomeRoutes,
    addItemRoutes,
    addStreamRoutes,
    addPictureRoutes,
    addPlaylistRoutes,
    addBrowseRoutes,
    addSourceRoutes,
  ]) {
    add(router, context);
  }
  return router;
}

function mountRouter(router: ApiRouter, { allowedOrigins = "*" }: ApiOptions): ApiRouter {
  const app: ApiRouter = new OpenAPIHono<{ Bindings: RequestEnvironment }>();
  app.use(
    cors({
      origin: allowedOrigins === "*" ? "*" : [...allowedOrigins],
      allowMethods: ["GET", "HEAD", "POST"],
      allowHeaders: ["Authorization", "Content-Type", "If-None-Match", "Last-Event-ID"],
      exposeHeaders: ["ETag", "Retry-After", "Content-Disposition"],
      maxAge: 86_400,
    }),
  );
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (_context, methods) => problemResponse(wrongMethod(methods), { allow: methods.join(", ") }),
    }),
  );
  app.route(apiMount, router);
  app.notFound(() => problemResponse(unknownAddress));
  return app;
}

/** What is wrong with a request, by the first thing found: `Parameter q is empty`. */
function explain(
  target: string,
  error: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] },
): string {
  const [issue] = error.issues;
  const where = target === "json" ? "Member" : "Parameter";
  return `${where} "${issue?.path.map(String).join(".") ?? ""}": ${issue?.message ?? "not understood"}. /docs tells what is expected.`;
}

function wrongMethod(methods: readonly string[]): Problem {
  return {
    status: 405,
    code: "method-not-allowed",
    title: "Method not allowed",
    detail: `This address takes ${methods.join(", ")}.`,
  };
}
