import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useRef, useState } from "react";
import type { Item } from "../../../src/api/contract.ts";
import { isOpenedFile } from "../app/opened-files.ts";
import { useItem } from "../app/queries.ts";
import { useServices, useStore } from "../app/services.ts";
import { lineAt, parseLyrics } from "../media/lyrics.ts";
import { savedAssetHref } from "../offline/saved-item.ts";
import { Artwork } from "./artwork.tsx";
import { CastButton } from "./cast-button.tsx";
import { QualityMenu } from "./format-choice.tsx";
import { formatTitle } from "./format-words.ts";
import { Icon } from "./icon.tsx";
import { ItemMenu } from "./item-menu.tsx";
import { LikeButton } from "./like-button.tsx";
import { hueOf } from "./placeholder-art.tsx";
import { Volume } from "./player-bar.tsx";
import { SeekSlider } from "./seek-slider.tsx";
import { SleepMenu, SpeedMenu } from "./playing-menus.tsx";
import { Transport } from "./transport.tsx";

/** The full player, over everything. A moving picture covers it: that has controls of its own. */
export function NowView(): ReactElement | null {
  const { playback, layout } = useServices();
  const { itemId } = useStore(playback.state);
  const isOpen = useStore(layout.isNowOpen);
  const { data: item } = useItem(itemId);
  useEffect(() => {
    if (!isOpen) return undefined;
    const before = document.activeElement;
    const closeOnEscape = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && !event.defaultPrevented && document.fullscreenElement === null)
        layout.isNowOpen.set(false);
    };
    addEventListener("keydown", closeOnEscape);
    return () => {
      removeEventListener("keydown", closeOnEscape);
      if (before instanceof HTMLElement) before.focus();
    };
  }, [isOpen, layout]);
  if (!isOpen || itemId === undefined || item?.kind === "video") {
    return null;
  }
  return <FullPlayer id={itemId} item={item} />;
}

function FullPlayer({ id, item }: { readonly id: string; readonly item: Item | undefined }): ReactElement {
  const { layout, playback } = useServices();
  const { message, part } = useStore(playback.state);
  const [hasLyrics, setLyrics] = useState(true);
  const title = formatTitle(part?.title ?? item?.title ?? "…");
  const lyricsUrl = item?.lyrics[0]?.url;
  const isSplit = lyricsUrl !== undefined && hasLyrics;
  const closeButton = useRef<HTMLButtonElement>(null);
  useEffect(() => closeButton.current?.focus(), []);
  return (
    <section
      className="now"
      role="dialog"
      aria-modal="true"
      aria-label="Full player"
      style={{ "--tint": `light-dark(hsl(${hueOf(title)} 45% 86%), hsl(${hueOf(title)} 38% 20%))` } as never}
    >
      <div className="now-head">
        <button
          ref={closeButton}
          type="button"
          className="icon-button"
          aria-label="Close the full player"
          onClick={() => layout.isNowOpen.set(false)}
        >
          <Icon name="down" />
        </button>
        <span className="row-detail truncate">
          <bdi>{item?.album}</bdi>
        </span>
        <button
          type="button"
          className="icon-button"
          aria-label="Queue"
          onClick={() => {
            layout.isNowOpen.set(false);
            layout.isQueueOpen.set(true);
          }}
        >
          <Icon name="queue" />
        </button>
      </div>
      <div className="now-body" data-split={isSplit}>
        <div className="now-art">
          <Artwork title={item?.title ?? id} url={item?.artworkUrl} kind={item?.kind} size={560} isFirst />
        </div>
        {isSplit && <Lyrics itemId={id} url={lyricsUrl} />}
      </div>
      <div className="now-foot">
        <div className="now-title">
          <div>
            <h1 className="truncate">
              <bdi>{title}</bdi>
            </h1>
            <p className="hero-detail truncate">
              <bdi>{message ?? item?.creators.join(", ")}</bdi>
            </p>
          </div>
          {item !== undefined && <LikeButton item={item} />}
          {item !== undefined && !isOpenedFile(id) && <ItemMenu item={item} />}
        </div>
        <SeekSlider />
        <Transport />
        <div className="now-tools">
          <Volume />
          <SpeedMenu />
          <SleepMenu />
          <QualityMenu itemId={id} />
          <CastButton />
          {lyricsUrl !== undefined && (
            <button
              type="button"
              className="icon-button"
              aria-label="Lyrics"
              aria-pressed={hasLyrics}
              onClick={() => setLyrics(!hasLyrics)}
            >
              <Icon name="lyrics" />
            </button>
          )}
        </div>
      </div>
    </section>
  );
}

/** The words, the current line in sight. Each line is a button: it leads to its time. */
function Lyrics({ itemId, url }: { readonly itemId: string; readonly url: string }): ReactElement {
  const { client, playback, saves } = useServices();
  const seconds = useStore(playback.position);
  const { data: lines = [] } = useQuery({
    queryKey: ["lyrics", itemId],
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const href = saves.isSaved(itemId) ? savedAssetHref(itemId, "lyrics/0") : client.resolveUrl(url);
      const response = await fetch(href, { signal });
      return response.ok ? parseLyrics(await response.text()) : [];
    },
  });
  const current = lineAt(lines, seconds);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const line = list.current?.children[current];
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    line?.scrollIntoView({ block: "center", behavior: isCalm ? "auto" : "smooth" });
  }, [current]);
  return (
    <div className="now-side" ref={list} role="group" aria-label="Lyrics" tabIndex={0}>
      {lines.map(({ startSeconds, text }, index) => (
        <button
          type="button"
          className="lyric-line"
          key={`${startSeconds} ${text}`}
          aria-current={index === current ? "true" : undefined}
          onClick={() => playback.seek(startSeconds)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
