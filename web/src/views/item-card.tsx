import type { ReactElement } from "react";
import { Link } from "wouter";
import type { Album, Item, Playlist } from "../../../src/api/contract.ts";
import { addresses } from "../app/addresses.ts";
import { isPlayable, usePlayActions } from "../app/play-actions.ts";
import { useServices, useStore } from "../app/services.ts";
import { Artwork } from "./artwork.tsx";
import { formatCount, formatTime, formatTitle, stateWords } from "./format-words.ts";
import { Icon } from "./icon.tsx";

/** An item as a card. Playing it plays the list that it stands in. */
export function ItemCard({
  item,
  list,
  reason,
  isFirst,
}: {
  readonly item: Item;
  readonly list: readonly Item[];
  /** Why it is suggested. */
  readonly reason?: string | undefined;
  readonly isFirst?: boolean | undefined;
}): ReactElement {
  const { playback } = useServices();
  const actions = usePlayActions();
  const { itemId, status } = useStore(playback.state);
  const isCurrent = itemId === item.id;
  const isPlaying = isCurrent && status === "playing";
  const title = formatTitle(item.title);
  const length =
    item.kind === "video" && item.durationSeconds !== undefined ? formatTime(item.durationSeconds) : undefined;
  const badge = item.state === undefined ? length : stateWords[item.state];
  return (
    <article className="card">
      <div className="card-cover">
        <Link href={addresses.item(item.id)} tabIndex={-1} aria-hidden="true">
          <Artwork
            title={item.title}
            url={item.artworkUrl}
            kind={item.kind}
            size={item.kind === "video" ? 290 : 190}
            shape={item.kind === "video" ? "wide" : "square"}
            isFirst={isFirst}
          />
        </Link>
        {badge !== undefined && <span className="card-badge">{badge}</span>}
        {isPlayable(item) && (
          <button
            type="button"
            className="card-play"
            data-playing={isPlaying}
            aria-label={`${isPlaying ? "Pause" : "Play"} ${title}`}
            onClick={() => (isCurrent ? playback.toggle() : actions.playFrom(list, item))}
          >
            <Icon name={isPlaying ? "pause" : "play"} />
          </button>
        )}
      </div>
      <div className="card-text">
        <Link href={addresses.item(item.id)} className="card-title soft-link">
          <bdi>{title}</bdi>
        </Link>
        <span className="card-detail truncate">
          <bdi>{item.creators.length > 0 ? item.creators.join(", ") : kindWords[item.kind]}</bdi>
        </span>
        {reason !== undefined && <span className="card-reason">{reason}</span>}
      </div>
    </article>
  );
}

const kindWords = { audio: "Audio", video: "Video", image: "Picture" } as const;

/** An album as a card. */
export function AlbumCard({
  album,
  isFirst,
}: {
  readonly album: Album;
  readonly isFirst?: boolean | undefined;
}): ReactElement {
  return (
    <article className="card">
      <Link href={addresses.album(album.id)} className="card-link">
        <Artwork title={album.title} url={album.artworkUrl} kind="audio" size={190} isFirst={isFirst} />
        <span className="card-text">
          <span className="card-title">
            <bdi>{formatTitle(album.title)}</bdi>
          </span>
          <span className="card-detail truncate">
            <bdi>{album.artist ?? formatCount(album.itemCount, "track")}</bdi>
          </span>
        </span>
      </Link>
    </article>
  );
}

/** A playlist as a card. */
export function PlaylistCard({ playlist }: { readonly playlist: Playlist }): ReactElement {
  return (
    <article className="card">
      <Link href={addresses.playlist(playlist.id)} className="card-link">
        <Artwork title={playlist.title} size={190} />
        <span className="card-text">
          <span className="card-title">
            <bdi>{formatTitle(playlist.title)}</bdi>
          </span>
          <span className="card-detail">{formatCount(playlist.entryCount, "entry").replace(/entrys$/, "entries")}</span>
        </span>
      </Link>
    </article>
  );
}
