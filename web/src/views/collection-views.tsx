import { type ReactElement, type ReactNode, useMemo } from "react";
import { Link } from "wouter";
import type { Creator } from "../../../src/api/contract.ts";
import { addresses } from "../app/addresses.ts";
import { useRefresh } from "../app/queries.ts";
import { type PagedQuery, useAlbums, useCreators, usePlaylists } from "../app/view-queries.ts";
import { Artwork } from "./artwork.tsx";
import { CardRows } from "./card-rows.tsx";
import { formatCount, formatTitle } from "./format-words.ts";
import { AlbumCard, PlaylistCard } from "./item-card.tsx";
import { OwnPlaylists } from "./own-playlists.tsx";
import { LoadMore, Page } from "./page.tsx";
import { CardSkeletons, EmptyState, ErrorState } from "./states.tsx";
import type { IconName } from "./icon.tsx";

/** Every album. */
export function AlbumsView(): ReactElement {
  const albums = useAlbums();
  const entries = useMemo(() => albums.data?.pages.flatMap((page) => page.albums) ?? [], [albums.data]);
  return (
    <Page title="Albums">
      <CardGrid
        query={albums}
        entries={entries}
        cardOf={(album) => <AlbumCard key={album.id} album={album} />}
        icon="album"
        empty="No albums yet"
      />
    </Page>
  );
}

/** Everybody who made something. */
export function ArtistsView(): ReactElement {
  const creators = useCreators();
  const entries = useMemo(() => creators.data?.pages.flatMap((page) => page.creators) ?? [], [creators.data]);
  return (
    <Page title="Artists">
      <CardGrid
        query={creators}
        entries={entries}
        cardOf={(creator) => <CreatorCard key={creator.id} creator={creator} />}
        icon="artist"
        empty="No artists yet"
      />
    </Page>
  );
}

function CreatorCard({ creator: { id, name, itemCount } }: { readonly creator: Creator }): ReactElement {
  return (
    <article className="card">
      <Link href={addresses.artist(id)} className="card-link">
        <Artwork title={name} size={190} shape="round" kind="audio" />
        <span className="card-text">
          <span className="card-title">
            <bdi>{formatTitle(name)}</bdi>
          </span>
          <span className="card-detail">{formatCount(itemCount, "item")}</span>
        </span>
      </Link>
    </article>
  );
}

/** One's own playlists, and those of the sources. */
export function PlaylistsView(): ReactElement {
  const playlists = usePlaylists();
  const entries = useMemo(() => playlists.data?.pages.flatMap((page) => page.playlists) ?? [], [playlists.data]);
  return (
    <Page title="Playlists">
      <OwnPlaylists />
      <section className="shelf" aria-label="From the sources">
        <h2>From the sources</h2>
        <CardGrid
          query={playlists}
          entries={entries}
          cardOf={(playlist) => <PlaylistCard key={playlist.id} playlist={playlist} />}
          icon="playlist"
          empty="The sources hold no playlists"
        />
      </section>
    </Page>
  );
}

function CardGrid<Entry>({
  query,
  entries,
  cardOf,
  icon,
  empty,
}: {
  readonly query: PagedQuery<unknown>;
  readonly entries: readonly Entry[];
  readonly cardOf: (entry: Entry) => ReactNode;
  readonly icon: IconName;
  readonly empty: string;
}): ReactElement {
  const refresh = useRefresh();
  if (query.isPending) return <CardSkeletons />;
  if (query.isError) return <ErrorState error={query.error} onRetry={refresh} />;
  if (entries.length === 0) return <EmptyState icon={icon} title={empty} />;
  return (
    <>
      <CardRows entries={entries} cardOf={cardOf} />
      <LoadMore
        hasMore={query.hasNextPage}
        isLoading={query.isFetchingNextPage}
        onMore={() => void query.fetchNextPage()}
      />
    </>
  );
}
