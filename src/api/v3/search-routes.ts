import { createRoute, z } from "@hono/zod-openapi";
import type { FoundMedia } from "../../source/index.ts";
import type { Item, SearchAnswer } from "../contract.ts";
import type { ApiContext, ApiRouter } from "./api-context.ts";
import { searchAnswerSchema, suggestAnswerSchema } from "./library-schema.ts";
import type { LiveAnswer } from "./live-search.ts";
import { presentFound, presentItems } from "./present-item.ts";
import { createScannedStates } from "./scanned-states.ts";
import { filterShape, pageQuerySchema, sourceIdsOf } from "./query-schema.ts";

const text = z
  .string()
  .trim()
  .min(1, "is empty")
  .max(200, "is longer than 200 characters")
  .openapi({ description: "Words in any order; the last may be unfinished.", example: "harbour li" });

const searchRoute = createRoute({
  method: "get",
  path: "/search",
  summary: "Search the library",
  description:
    "Answers from what was scanned and, on the first page, from sources that can be searched at once. Each source's state is told; one that is slow or fails takes nothing from the others' results.",
  request: {
    query: pageQuerySchema.extend({
      q: text,
      ...filterShape,
      sort: z.enum(["relevance", "title", "added"]).default("relevance"),
      live: z.enum(["true", "false"]).default("true").openapi({ description: "Whether to ask sources at once." }),
    }),
  },
  responses: { 200: { description: "Results", content: { "application/json": { schema: searchAnswerSchema } } } },
});

const suggestRoute = createRoute({
  method: "get",
  path: "/suggest",
  summary: "Complete what is being typed",
  request: { query: z.object({ q: text, limit: z.coerce.number().int().min(1).max(20).default(8) }) },
  responses: { 200: { description: "Suggestions", content: { "application/json": { schema: suggestAnswerSchema } } } },
});

/** Adds search and suggestions. */
export function addSearchRoutes(router: ApiRouter, api: ApiContext): void {
  const scannedStates = createScannedStates(api);
  router.openapi(searchRoute, async (context) => {
    const { q, kind, source, sort, cursor, limit, live } = context.req.valid("query");
    const sourceIds = sourceIdsOf(source, api.sources);
    const asked = api.sources.all.filter((one) => sourceIds.includes(one.sourceId));
    const [page, answers, states] = await Promise.all([
      api.catalog.search({ text: q, kinds: kind, sourceIds, sort, cursor, limit }),
      live === "true" && cursor === undefined ? api.live.search(asked, q) : [],
      scannedStates.of(asked.filter((one) => one.searchable === undefined)),
    ]);
    const held = presentItems(page.entries, api.sources);
    const answer: SearchAnswer = {
      items: [...held, ...foundItems(answers, kind)],
      nextCursor: page.nextCursor,
      sources: [...states, ...answers.map(liveState)],
    };
    return context.json(answer, 200);
  });

  router.openapi(suggestRoute, async (context) => {
    const { q, limit } = context.req.valid("query");
    const suggestions = await api.catalog.suggest(q, { sourceIds: api.sources.ids, limit });
    return context.json(
      { suggestions: suggestions.map(({ text: words, field }) => ({ text: words, kind: field })) },
      200,
    );
  });
}

function liveState(answer: LiveAnswer): SearchAnswer["sources"][number] {
  const { source, state } = answer;
  return { source: source.name, state, ...(answer.state === "live" ? {} : { detail: answer.detail }) };
}

/** What live searches found. Of several sources the best of each first, as none of them ranks against the others. */
export function foundItems(
  answers: readonly LiveAnswer[],
  kinds: readonly Item["kind"][] | undefined,
): readonly Item[] {
  const now = new Date();
  const lists = answers.map((answer) =>
    answer.state === "live" ? answer.found.map((found) => ({ found, source: answer.source })) : [],
  );
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, rank) => lists.flatMap((list) => list[rank] ?? []))
    .flat()
    .filter(({ found }: { readonly found: FoundMedia }) => kinds === undefined || kinds.includes(found.kind))
    .map(({ found, source }) => presentFound(found, source, now));
}
