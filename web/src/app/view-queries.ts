// Apart from queries.ts: a first visit does without them.
import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
  useQuery,
  type UseQueryResult,
} from "@tanstack/react-query";
import type {
  AlbumPage,
  CreatorPage,
  FolderPage,
  ItemPage,
  MediaKind,
  Playlist,
  PlaylistEntryPage,
  PlaylistPage,
  RelatedAnswer,
  SearchAnswer,
  SourcesAnswer,
  StreamAnswer,
  SuggestAnswer,
} from "../../../src/api/contract.ts";
import { useServices } from "./services.ts";

/** A list that is read page by page. */
export type PagedQuery<Page> = UseInfiniteQueryResult<InfiniteData<Page>>;

const pageSize = 100;
const searchAgainMs = 1000;

interface PageWithCursor {
  readonly nextCursor?: string | undefined;
}

function usePaged<Page extends PageWithCursor>(
  key: readonly unknown[],
  fetchPage: (cursor: string | undefined, signal: AbortSignal) => Promise<Page>,
  options: { readonly enabled?: boolean } = {},
): PagedQuery<Page> {
  return useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Page) => last.nextCursor,
    ...options,
  });
}

/** What a search finds; what was found before stays until there is more. */
export function useSearch(text: string, kinds: readonly MediaKind[]): PagedQuery<SearchAnswer> {
  const { client, items } = useServices();
  return useInfiniteQuery({
    queryKey: ["search", text, kinds],
    enabled: text.trim() !== "",
    placeholderData: keepPreviousData,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: SearchAnswer) => last.nextCursor,
    // A site that goes on looking has more in a moment.
    refetchInterval: (query: { readonly state: { readonly data?: InfiniteData<SearchAnswer> | undefined } }) =>
      query.state.data?.pages.at(-1)?.sources.some(({ state }) => state === "slow") === true ? searchAgainMs : false,
    queryFn: async ({ pageParam, signal }) => {
      const answer = await client.search(
        text,
        { kind: kinds, limit: 60, live: "first", cursor: pageParam },
        { signal },
      );
      items.remember(answer.items);
      return answer;
    },
  });
}

/** Ways to complete what is being typed. */
export function useSuggest(text: string): UseQueryResult<SuggestAnswer> {
  const { client } = useServices();
  return useQuery({
    queryKey: ["suggest", text],
    enabled: text.trim().length > 1,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => client.suggest(text, { signal }),
  });
}

/** What goes with an item. */
export function useRelated(id: string): UseQueryResult<RelatedAnswer> {
  const { client, items } = useServices();
  return useQuery({
    queryKey: ["related", id],
    queryFn: async ({ signal }) => {
      const answer = await client.related(id, { signal });
      items.remember([...answer.album, ...answer.creator, ...answer.folder, ...answer.playedTogether]);
      return answer;
    },
  });
}

/** Where an item plays, and in which forms. */
export function useStream(id: string): UseQueryResult<StreamAnswer> {
  const { client } = useServices();
  return useQuery({
    queryKey: ["stream", id],
    staleTime: 60_000,
    queryFn: ({ signal }) => client.stream(id, {}, { signal }),
  });
}

/** Items of an album, of a creator, or all. */
export function useItems(filter: { readonly album?: string; readonly creator?: string }): PagedQuery<ItemPage> {
  const { client, items } = useServices();
  return usePaged(["items", filter], async (cursor, signal) => {
    const page = await client.items({ ...filter, cursor, limit: pageSize }, { signal });
    items.remember(page.items);
    return page;
  });
}

/** All albums. */
export function useAlbums(): PagedQuery<AlbumPage> {
  const { client } = useServices();
  return usePaged(["albums"], (cursor, signal) => client.albums({ cursor, limit: pageSize }, { signal }));
}

/** All creators. */
export function useCreators(): PagedQuery<CreatorPage> {
  const { client } = useServices();
  return usePaged(["creators"], (cursor, signal) => client.creators({ cursor, limit: pageSize }, { signal }));
}

/** All playlists of the sources. */
export function usePlaylists(): PagedQuery<PlaylistPage> {
  const { client } = useServices();
  return usePaged(["playlists"], (cursor, signal) => client.playlists({ cursor, limit: pageSize }, { signal }));
}

/** One playlist's head. */
export function usePlaylist(id: string): UseQueryResult<Playlist> {
  const { client } = useServices();
  return useQuery({ queryKey: ["playlist", id], queryFn: ({ signal }) => client.playlist(id, { signal }) });
}

/** A playlist's lines. */
export function usePlaylistEntries(id: string): PagedQuery<PlaylistEntryPage> {
  const { client, items } = useServices();
  return usePaged(["playlist-entries", id], async (cursor, signal) => {
    const page = await client.playlistEntries(id, { cursor, limit: pageSize }, { signal });
    items.remember(page.entries.flatMap(({ item }) => (item === undefined ? [] : [item])));
    return page;
  });
}

/** A folder of a source. */
export function useFolder(source: string, prefix: string): PagedQuery<FolderPage> {
  const { client, items } = useServices();
  return usePaged(["folder", source, prefix], async (cursor, signal) => {
    const page = await client.browse(source, prefix, { cursor, limit: pageSize }, { signal });
    items.remember(page.items);
    return page;
  });
}

/** Every source, and how it is doing. */
export function useSources(): UseQueryResult<SourcesAnswer> {
  const { client } = useServices();
  return useQuery({ queryKey: ["sources"], queryFn: ({ signal }) => client.sources({ signal }) });
}
