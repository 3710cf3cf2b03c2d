import { type Catalog, itemIdOf } from "../catalog/index.ts";
import { SourceError } from "../source/index.ts";
import type { FeedSourceOptions } from "../sources/index.ts";
import type { FeedLocation } from "./feed-location.ts";
import { sourceIdentityOf } from "./source-identity.ts";

/** Looks the media of a feed's episodes up where the last scan has left it; without a catalog there are no episodes. */
export function enclosuresOf(
  location: FeedLocation,
  catalog: Pick<Catalog, "item"> | undefined,
): FeedSourceOptions["enclosureOf"] {
  const identity = sourceIdentityOf(location);
  return async (key) => {
    try {
      return (await catalog?.item(itemIdOf(identity, key)))?.episode?.enclosureUrl;
    } catch (cause) {
      throw new SourceError("unavailable", `Cannot look up an episode of ${location.text}`, { retryable: true, cause });
    }
  };
}
