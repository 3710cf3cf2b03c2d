import { type ReactElement, useCallback, useMemo } from "react";
import { Link, useParams } from "wouter";
import type { Item, PlaylistEntry } from "../../../src/api/contract.ts";
import { addresses } from "../app/addresses.ts";
import { usePlayActions } from "../app/play-actions.ts";
import { useRefresh } from "../app/queries.ts";
import { useItems, usePlaylist, usePlaylistEntries } from "../app/view-queries.ts";
import { partOf } from "../core/item-part.ts";
import type { QueueTail } from "../core/queue.ts";
import { AddToPlaylistMenu } from "./add-to-playlist-menu.tsx";
import { Artwork } from "./artwork.tsx";
import { CardRows } from "./card-rows.tsx";
import { formatCount, formatLength, formatTitle } from "./format-words.ts";
import { Hero } from "./hero.tsx";
import { Icon } from "./icon.tsx";
import { ItemCard } from "./item-card.tsx";
import { ItemList, linesOf, type ListLine } from "./item-list.tsx";
import { SaveButton } from "./save-button.tsx";
import { ErrorState, RowSkeletons } from "./states.tsx";

/** An album's tracks, in their order. */
export function AlbumView(): ReactElement {
  const { id = "" } = useParams();
  const query = useItems({ album: id });
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const [first] = items;
  const title = first?.album ?? "Album";
  const artist = first?.albumArtist ?? first?.creators[0];
  const artistId = first?.creatorIds?.[first.creators.indexOf(artist ?? "")];
  const lengthSeconds = items.reduce((sum, { durationSeconds = 0 }) => sum + durationSeconds, 0);
  const facts = [first?.year, formatCount(items.length, "track"), formatLength(lengthSeconds)];
  return (
    <ItemsPage
      kind="Album"
      title={title}
      query={query}
      items={items}
      art={<Artwork title={title} url={first?.artworkUrl} kind="audio" size={264} isFirst />}
      numberOf={(item, index) => item.trackNumber ?? index + 1}
      detail={
        first && (
          <>
            {artist !== undefined &&
              (artistId === undefined ? (
                <bdi>{artist}</bdi>
              ) : (
                <Link href={addresses.artist(artistId)} className="text-link">
                  <bdi>{artist}</bdi>
                </Link>
              ))}
            {facts.filter((fact) => fact !== undefined).map((fact) => ` · ${fact}`)}
          </>
        )
      }
    />
  );
}

/** Everything that somebody made. */
export function ArtistView(): ReactElement {
  const { id = "" } = useParams();
  const query = useItems({ creator: id });
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const [first] = items;
  const name = first?.creators[first.creatorIds?.indexOf(id) ?? -1] ?? "Artist";
  const art = items.find(({ artworkUrl }) => artworkUrl !== undefined)?.artworkUrl;
  return (
    <ItemsPage
      kind="Artist"
      title={name}
      query={query}
      items={items}
      art={<Artwork title={name} url={art} kind="audio" size={264} shape="round" isFirst />}
      numberOf={() => undefined}
      detail={query.isSuccess ? formatCount(items.length, "item") : undefined}
    />
  );
}

function ItemsPage({
  kind,
  title,
  query,
  items,
  art,
  detail,
  numberOf,
}: {
  readonly kind: string;
  readonly title: string;
  readonly query: ReturnType<typeof useItems>;
  readonly items: readonly Item[];
  readonly art: ReactElement;
  readonly detail: ReactElement | string | undefined;
  readonly numberOf: (item: Item, index: number) => number | undefined;
}): ReactElement {
  const refresh = useRefresh();
  const actions = usePlayActions();
  const heard = items.filter((item) => item.kind === "audio");
  const seen = items.filter((item) => item.kind !== "audio");
  const more = query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : undefined;
  return (
    <>
      <Hero art={art} kind={kind} title={formatTitle(title)} detail={detail}>
        <PlayButtons items={items} title={title} />
      </Hero>
      {query.isPending && <RowSkeletons />}
      {query.isError && <ErrorState error={query.error} onRetry={refresh} />}
      {heard.length > 0 && (
        <ItemList lines={linesOf(heard, numberOf)} onPlay={(item) => actions.playFrom(items, item)} onNeedMore={more} />
      )}
      {seen.length > 0 && (
        <CardRows entries={seen} cardOf={(item) => <ItemCard key={item.id} item={item} list={items} />} />
      )}
    </>
  );
}

/** Play, shuffle, save, add to a playlist: what every list offers. */
export function PlayButtons({
  items,
  title,
  entries,
  tail,
}: {
  readonly items: readonly Item[];
  /** Lines that may be parts of the items, to be played in their place. */
  readonly entries?: readonly PlaylistEntry[] | undefined;
  /** What the list is called. */
  readonly title: string;
  readonly tail?: QueueTail | undefined;
}): ReactElement {
  const actions = usePlayActions();
  const isEmpty = items.length === 0;
  return (
    <>
      <button
        type="button"
        className="button button-primary"
        disabled={isEmpty}
        onClick={() => (entries ? actions.playEntries(entries, 0, tail) : actions.playFrom(items, undefined, tail))}
      >
        <Icon name="play" /> Play
      </button>
      <button
        type="button"
        className="button"
        disabled={isEmpty}
        onClick={() => (entries ? actions.playEntries(entries, "shuffled", tail) : actions.playShuffled(items, tail))}
      >
        <Icon name="shuffle" /> Shuffle
      </button>
      <SaveButton items={items} />
      {!isEmpty && <AddToPlaylistMenu items={items} title={title} />}
    </>
  );
}

/** A playlist of a source: of any length, read as far as it is looked at. */
export function PlaylistView(): ReactElement {
  const { id = "" } = useParams();
  const head = usePlaylist(id);
  const query = usePlaylistEntries(id);
  const refresh = useRefresh();
  const actions = usePlayActions();
  const entries = useMemo(() => query.data?.pages.flatMap((page) => page.entries) ?? [], [query.data]);
  // Each once: the tracks of a cue sheet are one item.
  const items = useMemo(
    () => Array.from(new Map(entries.flatMap(({ item }) => (item === undefined ? [] : [[item.id, item]]))).values()),
    [entries],
  );
  const lines = useMemo(() => entries.map(toLine), [entries]);
  const { entryCount = 0, durationSeconds = 0, title = "Playlist" } = head.data ?? {};
  const cursor = query.data?.pages.at(-1)?.nextCursor;
  const tail = cursor === undefined ? undefined : { playlistId: id, cursor, remaining: entryCount - entries.length };
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const error = head.error ?? query.error;
  if (error !== null) return <ErrorState error={error} onRetry={refresh} />;
  return (
    <>
      <Hero
        art={<Artwork title={title} url={items.find(({ artworkUrl }) => artworkUrl)?.artworkUrl} size={264} isFirst />}
        kind="Playlist"
        title={formatTitle(title)}
        detail={
          head.data &&
          `${entryCount.toLocaleString("en")} ${entryCount === 1 ? "entry" : "entries"} · ${formatLength(durationSeconds)}`
        }
      >
        <PlayButtons items={items} title={title} entries={entries} tail={tail} />
      </Hero>
      {head.data?.issues.map((issue) => (
        <p key={issue} className="notice">
          <Icon name="warning" />
          {issue}
        </p>
      ))}
      {query.isPending ? (
        <RowSkeletons />
      ) : (
        <ItemList
          lines={lines}
          total={entryCount}
          onPlay={(_item, index) => actions.playEntries(entries, index, tail)}
          onNeedMore={more}
        />
      )}
    </>
  );
}

function toLine(entry: PlaylistEntry): ListLine {
  return {
    part: partOf(entry),
    key: String(entry.position),
    item: entry.item,
    title: entry.title,
    note: entry.note,
    number: entry.position + 1,
  };
}
