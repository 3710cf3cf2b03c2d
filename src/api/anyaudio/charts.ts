import type { CatalogItem, ItemQuery } from "../../catalog/index.ts";
import type { Item } from "../contract.ts";
import type { ApiContext } from "../v3/api-context.ts";
import { presentItems } from "../v3/present-item.ts";

/** A list as the old home page shows it: one of ours, or a playlist of the library. */
export interface Chart {
  readonly name: string;
  /** Where the whole of it is. */
  readonly href: string;
  songs(offset: number, count: number): Promise<readonly Item[]>;
}

const month = 30 * 86_400;
/** As far as the old API counted: 100 songs from the 100th. */
const longestChart = 200;
const maxPlaylists = 50;

/** The charts: what is played most, what is new, and the library's playlists, each name once. */
export async function listCharts(api: ApiContext): Promise<readonly Chart[]> {
  const playlists = await api.catalog.playlists({ sourceIds: api.sources.ids, limit: maxPlaylists });
  const charts: Chart[] = [
    { name: "Popular", href: trendingHref("Popular"), songs: (offset, count) => popularSongs(api, offset, count) },
    { name: "Latest", href: trendingHref("Latest"), songs: (offset, count) => latestSongs(api, offset, count) },
  ];
  for (const { id, title } of playlists.entries) {
    // A comma parts the names that a client asks for.
    const name = title.replaceAll(",", " ").trim();
    if (name !== "" && !charts.some((chart) => isSameName(chart.name, name))) {
      const href = `/api/v3/playlists/${id}.m3u8`;
      charts.push({ name, href, songs: (offset, count) => playlistSongs(api, id, offset, count) });
    }
  }
  return charts;
}

/** Names are compared without case: the old default, `popular`, never matched its own `Popular`. */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function trendingHref(name: string): string {
  return `/api/v1/trending?type=${encodeURIComponent(name)}`;
}

/** What is played most; where little was played yet, filled up with what is new, so that a first visitor finds something. */
async function popularSongs(api: ApiContext, offset: number, count: number): Promise<readonly Item[]> {
  const played = (await api.catalog.trending({ ...chartedIn(api), sinceSeconds: month })).map(({ item }) => item);
  const fresh = played.length >= offset + count ? [] : await newestItems(api);
  return presentItems(eachOnce([...played, ...fresh]).slice(offset, offset + count), api.sources);
}

/** What charts hold, and how much of it. */
function chartedIn({ sources }: ApiContext): Pick<ItemQuery, "kinds" | "sourceIds" | "limit"> {
  return { kinds: ["audio", "video"], sourceIds: sources.ids, limit: longestChart };
}

async function latestSongs(api: ApiContext, offset: number, count: number): Promise<readonly Item[]> {
  return presentItems((await newestItems(api)).slice(offset, offset + count), api.sources);
}

async function newestItems(api: ApiContext): Promise<readonly CatalogItem[]> {
  const page = await api.catalog.listItems({ ...chartedIn(api), order: "added" });
  return page.entries;
}

async function playlistSongs(api: ApiContext, id: string, offset: number, count: number): Promise<readonly Item[]> {
  const page = await api.catalog.playlistEntries(id, { limit: longestChart });
  const items = page.entries.flatMap(({ item }) => (item === undefined ? [] : [item]));
  // Old clients cannot begin in the middle of a file: of a cue sheet's tracks they are shown the file, once.
  return presentItems(eachOnce(items).slice(offset, offset + count), api.sources);
}

function eachOnce(items: readonly CatalogItem[]): CatalogItem[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}
