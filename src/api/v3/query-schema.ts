import { z } from "@hono/zod-openapi";
import type { MediaKind } from "../contract.ts";
import { ProblemError } from "../problem-error.ts";
import { unknownSource } from "../problem-response.ts";
import type { ApiSources } from "../api-source.ts";

const limit: z.ZodType<number, unknown> = z.coerce.number().int().min(1).max(100).default(50).openapi({
  description: "Most entries on a page.",
});
const cursor: z.ZodType<string | undefined, unknown> = z
  .string()
  .min(1)
  // It may hold a whole key, or a title, three bytes a letter, twice encoded.
  .max(8192)
  .optional()
  .openapi({ description: "The `nextCursor` of the page before." });

/** What every list takes. */
export const pageQuerySchema: z.ZodObject<{ limit: typeof limit; cursor: typeof cursor }> = z.object({ limit, cursor });

const kind: z.ZodType<MediaKind[] | undefined, unknown> = several<MediaKind>(
  z.enum(["audio", "video", "image"]),
).openapi({
  description: "Kinds wanted, repeated or parted by commas; all where absent.",
  example: ["audio", "video"],
});
const source: z.ZodType<string[] | undefined, unknown> = several<string>(z.string().min(1).max(200)).openapi({
  description: "Names of sources wanted, repeated or parted by commas; all where absent.",
});

/** What lists that can be narrowed take. */
export const filterShape: { readonly kind: typeof kind; readonly source: typeof source } = { kind, source };

/** An id in an address; whether it names anything is for the catalog to say. */
export const idParamsSchema: z.ZodObject<{ id: z.ZodString }> = z.object({
  id: z
    .string()
    .regex(/^[\w~-]{1,1600}$/, "is no id")
    .openapi({ param: { name: "id", in: "path" } }),
});

/** The catalog's ids of sources asked for by name; of all that are served where none are named. @throws {ProblemError} where there is none of a name */
export function sourceIdsOf(names: readonly string[] | undefined, sources: ApiSources): readonly string[] {
  if (names === undefined) {
    return sources.ids;
  }
  return names.map((name) => {
    const found = sources.byName(name);
    if (found === undefined) {
      throw new ProblemError(unknownSource);
    }
    return found.sourceId;
  });
}

/** A parameter that may come once, several times, or with commas. */
function several<Value extends string>(value: z.ZodType<Value>): z.ZodType<Value[] | undefined, unknown> {
  const parts = (entry: unknown): unknown[] =>
    typeof entry === "string" ? entry.split(",").filter((part) => part !== "") : [entry];
  const split = (given: unknown): unknown => (given === undefined ? undefined : [given].flat().flatMap(parts));
  return z.preprocess(split, z.array(value).max(20).optional());
}
