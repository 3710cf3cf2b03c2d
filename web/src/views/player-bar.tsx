import type { ReactElement } from "react";
import type { Item } from "../../../src/api/contract.ts";
import { useItem } from "../app/queries.ts";
import { useServices, useStore } from "../app/services.ts";
import { useYours } from "../app/yours.ts";
import { Artwork } from "./artwork.tsx";
import { formatTitle } from "./format-words.ts";
import { Icon } from "./icon.tsx";
import { LikeButton } from "./like-button.tsx";
import { SeekSlider } from "./seek-slider.tsx";
import { Transport } from "./transport.tsx";

/** What plays, at the bottom of every page. */
export function PlayerBar(): ReactElement {
  const { playback, layout } = useServices();
  const { itemId } = useStore(playback.state);
  const isQueueOpen = useStore(layout.isQueueOpen);
  return (
    <section className="player-bar" aria-label="Player">
      {itemId === undefined ? <NothingPlays /> : <Current id={itemId} />}
      <div className="bar-middle">
        <Transport />
        <SeekSlider />
      </div>
      <div className="bar-tools">
        <Volume />
        <button
          type="button"
          className="icon-button"
          aria-label="Queue"
          aria-pressed={isQueueOpen}
          onClick={() => layout.isQueueOpen.set(!isQueueOpen)}
        >
          <Icon name="queue" />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label="Full player"
          disabled={itemId === undefined}
          onClick={() => layout.isNowOpen.set(true)}
        >
          <Icon name="expand" />
        </button>
      </div>
    </section>
  );
}

function NothingPlays(): ReactElement {
  return (
    <div className="bar-item">
      <span className="tile">
        <Icon name="album" />
      </span>
      <span className="bar-text">
        <span className="bar-title">Nothing plays</span>
        <span className="bar-detail truncate">Choose something to hear or see</span>
      </span>
    </div>
  );
}

function Current({ id }: { readonly id: string }): ReactElement {
  const { data: item } = useItem(id);
  const { playback, layout } = useServices();
  const { message, part } = useStore(playback.state);
  const title = formatTitle(part?.title ?? item?.title ?? "…");
  return (
    <div className="bar-item">
      <button type="button" aria-label={`Full player: ${title}`} onClick={() => layout.isNowOpen.set(true)}>
        <Artwork title={item?.title ?? id} url={item?.artworkUrl} kind={item?.kind} size={56} isFirst />
      </button>
      <button
        type="button"
        className="bar-text"
        style={{ textAlign: "start" }}
        tabIndex={-1}
        onClick={() => layout.isNowOpen.set(true)}
      >
        <span className="bar-title truncate">
          <bdi>{title}</bdi>
        </span>
        <span className="bar-detail truncate" data-tone={message === undefined ? undefined : "danger"}>
          <bdi>{message ?? creatorsOf(item)}</bdi>
        </span>
      </button>
      {item !== undefined && <LikeButton item={item} />}
    </div>
  );
}

function creatorsOf(item: Item | undefined): string {
  return item === undefined ? "" : ((item.creators.join(", ") || item.album) ?? item.source);
}

/** The volume, remembered. */
export function Volume(): ReactElement {
  const { settings, changeSettings } = useYours();
  const { volume, isMuted } = useStore(settings);
  const shown = isMuted ? 0 : volume;
  return (
    <div className="volume">
      <button
        type="button"
        className="icon-button"
        aria-label={isMuted ? "Unmute" : "Mute"}
        aria-keyshortcuts="m"
        onClick={() => changeSettings({ isMuted: !isMuted })}
      >
        <Icon name={shown === 0 ? "muted" : "volume"} />
      </button>
      <input
        type="range"
        className="slider"
        aria-label="Volume"
        min={0}
        max={100}
        step={5}
        value={Math.round(shown * 100)}
        aria-valuetext={`${Math.round(shown * 100)} percent`}
        style={{ "--fill": `${shown * 100}%` } as never}
        onChange={(event) => changeSettings({ volume: Number(event.target.value) / 100, isMuted: false })}
      />
    </div>
  );
}
