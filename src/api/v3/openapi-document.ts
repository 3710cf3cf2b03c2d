import type { ApiRouter } from "./api-context.ts";
import { apiMount } from "./api-context.ts";

/** An OpenAPI 3.1 document, as far as we look into it. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, OpenApiSchema>> };
}

/** One method of one address. */
export interface OpenApiOperation {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly OpenApiParameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: OpenApiSchema }>> };
  readonly responses: Readonly<Record<string, OpenApiResponse>>;
  readonly security?: readonly object[];
}

/** A parameter of an operation. */
export interface OpenApiParameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: OpenApiSchema;
}

/** An answer of an operation. */
export interface OpenApiResponse {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: OpenApiSchema }>>;
}

/** A JSON Schema. */
export type OpenApiSchema = Readonly<Record<string, unknown>>;

const description =
  "Everything a player needs of a Sluice server: search, folders, playlists, pictures, captions, and signed addresses to play at. " +
  "Failures are problems as RFC 9457 describes them; lists are paged by cursor and carry entity tags.";

/** The document of the routes as they are: made from the schemas that check requests and describe answers. */
export function describeApi(router: ApiRouter, version: string): OpenApiDocument {
  router.openAPIRegistry.registerComponent("securitySchemes", "operator", { type: "http", scheme: "bearer" });
  const document = router.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Sluice", version, description, license: { name: "MIT" } },
    servers: [{ url: "/" }],
  }) as unknown as OpenApiDocument;
  const paths = Object.entries(document.paths).map(([path, operations]) => [
    path.startsWith("/openapi.json") ? path : apiMount + path,
    Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [method, withCommonAnswers(method, operation)]),
    ),
  ]);
  return { ...document, paths: Object.fromEntries(paths) };
}

/** What every operation answers, and no route says again. */
function withCommonAnswers(method: string, operation: OpenApiOperation): OpenApiOperation {
  const problem = { schema: { $ref: "#/components/schemas/Problem" } };
  return {
    ...operation,
    responses: {
      ...operation.responses,
      ...(method === "get" ? { "304": { description: "The client's copy is still right" } } : {}),
      default: { description: "A problem", content: { "application/problem+json": problem } },
    },
  };
}
