import { createRoute, z } from "@hono/zod-openapi";
import type { FoundMedia } from "../../source/index.ts";
import { foldText } from "../../catalog/fold-text.ts";
import type { ApiSource } from "../api-source.ts";
import type { Item, SearchAnswer, Suggestion } from "../contract.ts";
import type { ApiContext, ApiRouter } from "./api-context.ts";
import { searchAnswerSchema, suggestAnswerSchema } from "./library-schema.ts";
import { type LiveAnswer, liveResults } from "./live-search.ts";
import { liveSuggestions } from "./live-suggestions.ts";
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
    "Answers from what was scanned and, on the first page, from sources that can be searched at once; further pages of theirs follow where the library has none. Each source's state is told; one that is slow or fails takes nothing from the others' results: a slow one has the results that it had so far, and whoever asks again gets more. The address of a page that a source can open finds that page, or what it lists.",
  request: {
    query: pageQuerySchema.extend({
      q: text,
      ...filterShape,
      sort: z.enum(["relevance", "title", "added"]).default("relevance"),
      live: z.enum(["true", "first", "false"]).default("true").openapi({
        description:
          "Whether to ask sources at once; `first` waits for no more than what they find within a second, for players that ask again.",
      }),
    }),
  },
  responses: { 200: { description: "Results", content: { "application/json": { schema: searchAnswerSchema } } } },
});

const suggestRoute = createRoute({
  method: "get",
  path: "/suggest",
  summary: "Complete what is being typed",
  description:
    "From titles, albums and creators of the library; then, where an operator has turned that on, from services of sites, which learn what is typed.",
  request: { query: z.object({ q: text, limit: z.coerce.number().int().min(1).max(20).default(8) }) },
  responses: { 200: { description: "Suggestions", content: { "application/json": { schema: suggestAnswerSchema } } } },
});

/** Who types looks for something within a second: what a site has found by then is shown. */
const firstAfterMs = 700;
const liveCursor = /^live:(\d{1,6})$/;

/** Adds search and suggestions. */
export function addSearchRoutes(router: ApiRouter, api: ApiContext): void {
  const scannedStates = createScannedStates(api);
  router.openapi(searchRoute, async (context) => {
    const { q, kind, source, sort, cursor, limit, live } = context.req.valid("query");
    const sourceIds = sourceIdsOf(source, api.sources);
    const asked = api.sources.all.filter((one) => sourceIds.includes(one.sourceId));
    const offset = offsetIn(cursor);
    if (offset !== undefined) {
      return context.json(await searchFurther(api, asked, { text: q, kinds: kind, offset }), 200);
    }
    const patience = live === "first" ? { firstAfterMs } : {};
    const [page, answers, states] = await Promise.all([
      api.catalog.search({ text: q, kinds: kind, sourceIds, sort, cursor, limit }),
      live !== "false" && cursor === undefined ? api.live.search(asked, q, patience) : [],
      scannedStates.of(asked.filter((one) => one.searchable === undefined)),
    ]);
    const held = presentItems(page.entries, api.sources);
    const answer: SearchAnswer = {
      items: [...held, ...foundItems(answers, kind)],
      nextCursor: page.nextCursor ?? cursorAfter(answers, 0),
      sources: [...states, ...answers.map(liveState)],
    };
    return context.json(answer, 200);
  });

  router.openapi(suggestRoute, async (context) => {
    const { q, limit } = context.req.valid("query");
    const [held, live] = await Promise.all([
      api.catalog.suggest(q, { sourceIds: api.sources.ids, limit }),
      liveSuggestions(api.sources.all, q, limit),
    ]);
    const offered: Suggestion[] = [
      ...held.map(({ text: words, field }) => ({ text: words, kind: field })),
      ...live.map((words) => ({ text: words, kind: "search" as const })),
    ];
    const suggestions = offered.filter(
      ({ text: words }, index) => offered.findIndex((other) => foldText(other.text) === foldText(words)) === index,
    );
    return context.json({ suggestions: suggestions.slice(0, limit) }, 200);
  });
}

/** What is asked for of sources that can be searched at once, past the first page. */
interface FurtherSearch {
  readonly text: string;
  readonly kinds: readonly Item["kind"][] | undefined;
  readonly offset: number;
}

async function searchFurther(
  api: ApiContext,
  asked: readonly ApiSource[],
  { text: words, kinds, offset }: FurtherSearch,
): Promise<SearchAnswer> {
  const answers = await api.live.search(asked, words, { offset });
  return {
    items: foundItems(answers, kinds),
    nextCursor: cursorAfter(answers, offset),
    sources: answers.map(liveState),
  };
}

function offsetIn(cursor: string | undefined): number | undefined {
  const [, offset] = liveCursor.exec(cursor ?? "") ?? [];
  return offset === undefined ? undefined : Number(offset);
}

/** A source that had all it was asked for may have more. */
function cursorAfter(answers: readonly LiveAnswer[], offset: number): string | undefined {
  const mayHaveMore = answers.some((answer) => answer.state === "live" && answer.found.length >= liveResults);
  return mayHaveMore ? `live:${offset + liveResults}` : undefined;
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
    answer.state === "failed" ? [] : answer.found.map((found) => ({ found, source: answer.source })),
  );
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, rank) => lists.flatMap((list) => list[rank] ?? []))
    .flat()
    .filter(({ found }: { readonly found: FoundMedia }) => kinds === undefined || kinds.includes(found.kind))
    .map(({ found, source }) => presentFound(found, source, now));
}
