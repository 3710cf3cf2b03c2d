import type { ReactElement, ReactNode } from "react";
import { Link } from "wouter";
import { addresses } from "../app/addresses.ts";
import { useRefresh } from "../app/queries.ts";
import { type PagedQuery, useAlbums, useCreators, usePlaylists } from "../app/view-queries.ts";
import { Artwork } from "./artwork.tsx";
import { formatCount, formatTitle } from "./format-words.ts";
import { AlbumCard, PlaylistCard } from "./item-card.tsx";
import { OwnPlaylists } from "./own-playlists.tsx";
import { LoadMore, Page } from "./page.tsx";
import { CardSkeletons, EmptyState, ErrorState } from "./states.tsx";
import type { IconName } from "./icon.tsx";

/** Every album. */
export function AlbumsView(): ReactElement {
  const albums = useAlbums();
  const cards = albums.data?.pages.flatMap((page) =>
    page.albums.map((album) => <AlbumCard key={album.id} album={album} />),
  );
  return (
    <Page title="Albums">
      <CardGrid query={albums} cards={cards ?? []} icon="album" empty="No albums yet" />
    </Page>
  );
}

/** Everybody who made something. */
export function ArtistsView(): ReactElement {
  const creators = useCreators();
  const cards = creators.data?.pages.flatMap((page) =>
    page.creators.map(({ id, name, itemCount }) => (
      <article className="card" key={id}>
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
    )),
  );
  return (
    <Page title="Artists">
      <CardGrid query={creators} cards={cards ?? []} icon="artist" empty="No artists yet" />
    </Page>
  );
}

/** One's own playlists, and those of the sources. */
export function PlaylistsView(): ReactElement {
  const playlists = usePlaylists();
  const cards = playlists.data?.pages.flatMap((page) =>
    page.playlists.map((playlist) => <PlaylistCard key={playlist.id} playlist={playlist} />),
  );
  return (
    <Page title="Playlists">
      <OwnPlaylists />
      <section className="shelf" aria-label="From the sources">
        <h2>From the sources</h2>
        <CardGrid query={playlists} cards={cards ?? []} icon="playlist" empty="The sources hold no playlists" />
      </section>
    </Page>
  );
}

function CardGrid({
  query,
  cards,
  icon,
  empty,
}: {
  readonly query: PagedQuery<unknown>;
  readonly cards: readonly ReactNode[];
  readonly icon: IconName;
  readonly empty: string;
}): ReactElement {
  const refresh = useRefresh();
  if (query.isPending) return <CardSkeletons />;
  if (query.isError) return <ErrorState error={query.error} onRetry={refresh} />;
  if (cards.length === 0) return <EmptyState icon={icon} title={empty} />;
  return (
    <>
      <div className="grid">{cards}</div>
      <LoadMore
        hasMore={query.hasNextPage}
        isLoading={query.isFetchingNextPage}
        onMore={() => void query.fetchNextPage()}
      />
    </>
  );
}
