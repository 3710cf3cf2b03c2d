import { memo, type ReactElement } from "react";
import { Link } from "wouter";
import type { Item } from "../../../src/api/contract.ts";
import { addresses } from "../app/addresses.ts";
import { isPlayable } from "../app/play-actions.ts";
import { useServices, useStore } from "../app/services.ts";
import { type ItemPart, spanOf } from "../core/item-part.ts";
import { Artwork } from "./artwork.tsx";
import { formatTime, formatTitle, stateWords } from "./format-words.ts";
import { Icon } from "./icon.tsx";
import { ItemMenu } from "./item-menu.tsx";
import { LikeButton } from "./like-button.tsx";

/** An item as a line of a list. */
export const ItemRow: (properties: ItemRowProperties) => ReactElement = memo(Row) as never;

/** What {@link ItemRow} shows. */
export interface ItemRowProperties {
  readonly item: Item;
  /** Its place in the list, from 1. */
  readonly number?: number | undefined;
  /** Absent: all of it. */
  readonly part?: ItemPart | undefined;
  readonly onPlay: (item: Item) => void;
}

function Row({ item, number, part, onPlay }: ItemRowProperties): ReactElement {
  const { playback } = useServices();
  const { itemId, part: current, status } = useStore(playback.state);
  const isCurrent = itemId === item.id && current?.startSeconds === part?.startSeconds;
  const { startSeconds, endSeconds } = spanOf({ part, durationSeconds: item.durationSeconds });
  const isPlaying = isCurrent && status === "playing";
  const title = formatTitle(part?.title ?? item.title);
  return (
    <div className="row" data-current={isCurrent} data-numbered={number !== undefined}>
      {isPlayable(item) ? (
        <button
          type="button"
          className="row-lead"
          aria-label={`${isPlaying ? "Pause" : "Play"} ${title}`}
          onClick={() => (isCurrent ? playback.toggle() : onPlay(item))}
        >
          <span className="row-number" data-number={number} />
          <Icon name={isPlaying ? "pause" : "play"} />
        </button>
      ) : (
        <span className="row-lead">{number}</span>
      )}
      <Artwork title={item.title} url={item.artworkUrl} kind={item.kind} size={48} />
      <div className="row-text">
        <Link href={addresses.item(item.id)} className="row-title truncate soft-link">
          <bdi>{title}</bdi>
        </Link>
        <span className="row-detail truncate">
          <bdi>{item.creators.join(", ")}</bdi>
          {item.state !== undefined && ` · ${stateWords[item.state]}`}
          {item.issues.length > 0 && ` · ${item.issues[0]}`}
        </span>
      </div>
      <span className="row-album row-detail truncate">
        <bdi>{item.album}</bdi>
      </span>
      <span className="row-time">{endSeconds === undefined ? "" : formatTime(endSeconds - startSeconds)}</span>
      <div className="row-actions">
        <LikeButton item={item} />
        <ItemMenu item={item} />
      </div>
    </div>
  );
}
