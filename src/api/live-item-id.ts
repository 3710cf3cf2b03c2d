/** Where an item lies that was found live and is not in the catalog. */
export interface LivePlace {
  readonly sourceId: string;
  readonly key: string;
}

/** No id of the catalog begins so. */
const mark = "~";
const sourceIdLength = 22;
const longestKeyBytes = 1024;

/** The id of a live item. It says all that is needed to find the item again, on any node and after any restart. */
export function formatLiveItemId({ sourceId, key }: LivePlace): string {
  return `${mark}${sourceId}${Buffer.from(key).toString("base64url")}`;
}

/** What a live item's id says; `undefined` for ids of the catalog, and for what is no id in its one spelling. */
export function parseLiveItemId(id: string): LivePlace | undefined {
  if (!id.startsWith(mark) || id.length > 1 + sourceIdLength + Math.ceil((longestKeyBytes * 4) / 3)) {
    return undefined;
  }
  const sourceId = id.slice(1, 1 + sourceIdLength);
  const key = Buffer.from(id.slice(1 + sourceIdLength), "base64url").toString();
  return key !== "" && formatLiveItemId({ sourceId, key }) === id ? { sourceId, key } : undefined;
}
