import type { RelatedAnswer } from "../contract.ts";
import type { LocatedItem } from "../item-locator.ts";
import type { ApiContext } from "./api-context.ts";
import { presentFound, presentItems } from "./present-item.ts";

/** What goes with an item. */
export async function relatedTo(located: LocatedItem, api: ApiContext): Promise<RelatedAnswer> {
  if (located.item === undefined) {
    return relatedLive(located, api);
  }
  const related = await api.catalog.related(located.id, { sourceIds: api.sources.ids });
  return {
    album: presentItems(related.album, api.sources),
    creator: presentItems(related.creator, api.sources),
    folder: presentItems(related.folder, api.sources),
    playedTogether: presentItems(related.playedTogether, api.sources),
  };
}

/** A site says nothing of what belongs together; its creator's other works are what a search for him finds. */
async function relatedLive({ source, key, id }: LocatedItem, api: ApiContext): Promise<RelatedAnswer> {
  const found = await source.searchable?.describe(key);
  const [answer] = await api.live.search([source], found?.creators[0] ?? found?.title ?? key);
  const others = answer?.state === "live" ? answer.found.map((other) => presentFound(other, source, new Date())) : [];
  return { album: [], creator: others.filter((other) => other.id !== id), folder: [], playedTogether: [] };
}
