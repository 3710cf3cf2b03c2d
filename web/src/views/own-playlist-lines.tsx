import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { addresses } from "../app/addresses.ts";
import { moveInPlaylist, removeFromPlaylist } from "../app/own-playlist-edits.ts";
import { useItem } from "../app/queries.ts";
import { useServices, useStore } from "../app/services.ts";
import { useYours } from "../app/yours.ts";
import type { OwnPlaylist, OwnPlaylistEntry } from "../core/player-data.ts";
import { Artwork } from "./artwork.tsx";
import { formatTime, formatTitle } from "./format-words.ts";
import { Icon } from "./icon.tsx";
import { ReorderGrip } from "./reorder-grip.tsx";

const rowHeight = 64;

/** The lines of a playlist of the user's own: played, moved, taken out. Of thousands only what is in sight is in the page. */
export function OwnPlaylistLines({ playlist }: { readonly playlist: OwnPlaylist }): ReactElement {
  const { announcer, playback } = useServices();
  const { putPlaylist } = useYours();
  const { entries } = playlist;
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [dragged, setDragged] = useState<{ readonly index: number; readonly offset: number }>();
  const focusOn = useRef<number>(undefined);
  useEffect(() => setTop(box.current?.offsetTop ?? 0), []);
  const virtualizer = useWindowVirtualizer({
    count: entries.length,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollMargin: top,
  });
  useEffect(() => {
    // The line that was moved by a key is moved on by the next one.
    const grip = box.current?.querySelector<HTMLElement>(`[data-index="${focusOn.current}"] .grip`);
    focusOn.current = undefined;
    grip?.focus();
  });
  const move = (index: number, places: number): void => {
    const to = Math.min(entries.length - 1, Math.max(0, index + places));
    const moved = moveInPlaylist(playlist, index, to, Date.now());
    if (moved === playlist) return;
    focusOn.current = to;
    putPlaylist(moved);
    announcer.say(`Moved to place ${to + 1} of ${entries.length}`);
  };
  const remove = (index: number): void => {
    putPlaylist(removeFromPlaylist(playlist, index, Date.now()));
    announcer.tell("Taken out of the playlist.", { label: "Undo", run: () => putPlaylist(playlist) });
  };
  const play = (index: number): void => {
    const ids = entries.flatMap(({ itemId }) => itemId ?? []);
    const before = entries.slice(0, index).filter(({ itemId }) => itemId !== undefined).length;
    playback.playNow(ids, before);
  };
  return (
    <div ref={box} className="virtual" role="list" style={{ height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map(({ index, start }) => {
        const entry = entries[index];
        const offset = dragged?.index === index ? dragged.offset : 0;
        return entry === undefined ? null : (
          <div
            key={`${index} ${entry.itemId ?? entry.title}`}
            data-index={index}
            className="virtual-row"
            role="listitem"
            aria-setsize={entries.length}
            aria-posinset={index + 1}
            style={{
              transform: `translateY(${start - top + offset}px)`,
              height: rowHeight,
              zIndex: offset === 0 ? undefined : 2,
            }}
          >
            <OwnLine
              entry={entry}
              isDragged={offset !== 0}
              onPlay={() => play(index)}
              onMove={(places) => move(index, places)}
              onDrag={(by) => setDragged(by === undefined ? undefined : { index, offset: by })}
              onRemove={() => remove(index)}
            />
          </div>
        );
      })}
    </div>
  );
}

function OwnLine({
  entry,
  isDragged,
  onPlay,
  onMove,
  onDrag,
  onRemove,
}: {
  readonly entry: OwnPlaylistEntry;
  readonly isDragged: boolean;
  readonly onPlay: () => void;
  readonly onMove: (places: number) => void;
  readonly onDrag: (offset: number | undefined) => void;
  readonly onRemove: () => void;
}): ReactElement {
  const { itemId } = entry;
  const { playback } = useServices();
  const { itemId: currentId, status } = useStore(playback.state);
  const { data: item, isError } = useItem(itemId);
  const title = formatTitle(item?.title ?? entry.title);
  const isCurrent = itemId !== undefined && currentId === itemId;
  const isPlaying = isCurrent && status === "playing";
  const note = itemId === undefined ? "Not in the library" : isError ? "Out of reach just now" : undefined;
  return (
    <div className="row own-line" data-current={isCurrent} data-dragged={isDragged} data-numbered={false}>
      <ReorderGrip title={title} rowHeight={rowHeight} onMove={onMove} onDrag={onDrag} />
      <button
        type="button"
        className="own-cover"
        disabled={itemId === undefined}
        aria-label={`${isPlaying ? "Pause" : "Play"} ${title}`}
        onClick={() => (isCurrent ? playback.toggle() : onPlay())}
      >
        <Artwork title={title} url={item?.artworkUrl} kind={item?.kind} size={48} />
        {itemId !== undefined && <Icon name={isPlaying ? "pause" : "play"} />}
      </button>
      <div className="row-text">
        {itemId === undefined ? (
          <span className="row-title truncate">
            <bdi>{title}</bdi>
          </span>
        ) : (
          <Link href={addresses.item(itemId)} className="row-title truncate soft-link">
            <bdi>{title}</bdi>
          </Link>
        )}
        <span className="row-detail truncate">
          <bdi>{[(item ?? entry).creators.join(", "), note].filter((text) => text).join(" · ")}</bdi>
        </span>
      </div>
      <span className="row-time">{entry.durationSeconds === undefined ? "" : formatTime(entry.durationSeconds)}</span>
      <button type="button" className="icon-button" aria-label={`Take ${title} out`} onClick={onRemove}>
        <Icon name="close" />
      </button>
    </div>
  );
}
