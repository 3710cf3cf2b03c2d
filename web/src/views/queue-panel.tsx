import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { useItem } from "../app/queries.ts";
import { useServices, useStore } from "../app/services.ts";
import { currentIndex, type QueueEntry } from "../core/queue.ts";
import { Artwork } from "./artwork.tsx";
import { formatCount, formatTitle } from "./format-words.ts";
import { Icon } from "./icon.tsx";
import { ReorderGrip } from "./reorder-grip.tsx";
import { EmptyState } from "./states.tsx";

const rowHeight = 60;

/** What plays next, beside the page. */
export function QueuePanel(): ReactElement {
  const { queue, playback, layout, announcer } = useServices();
  const state = useStore(queue);
  const { entries, tail } = state;
  const scroll = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const [dragged, setDragged] = useState<{ readonly id: number; readonly offset: number }>();
  const virtualizer = useVirtualizer({
    count: entries.length,
    estimateSize: () => rowHeight,
    getScrollElement: () => scroll.current,
    getItemKey: (index) => entries[index]?.id ?? index,
    overscan: 6,
  });
  const current = currentIndex(state);
  useEffect(() => {
    heading.current?.focus();
    if (current > 2) virtualizer.scrollToIndex(current, { align: "center" });
    // When it opens, not whenever another item plays: whoever reads the list keeps the place.
  }, []);
  const close = (): void => {
    layout.isQueueOpen.set(false);
    document.querySelector<HTMLElement>('.player-bar [aria-label="Queue"]')?.focus();
  };
  const move = (entry: QueueEntry, toIndex: number): void => {
    const to = Math.min(entries.length - 1, Math.max(0, toIndex));
    queue.dispatch({ kind: "move", entryId: entry.id, toIndex: to });
    announcer.say(`Moved to place ${to + 1} of ${entries.length}`);
  };
  const remove = (entry: QueueEntry): void => {
    queue.dispatch({ kind: "remove", entryIds: [entry.id] });
    announcer.tell("Removed from the queue.", { label: "Undo", run: () => void queue.undo() });
  };
  const clear = (): void => {
    queue.dispatch({ kind: "clear" });
    announcer.tell("The queue is empty.", { label: "Undo", run: () => void queue.undo() });
  };
  return (
    <aside
      className="queue-panel"
      aria-label="Queue"
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
      }}
    >
      <div className="queue-head">
        <h2 tabIndex={-1} ref={heading}>
          Queue <span className="row-detail">{formatCount(entries.length + (tail?.remaining ?? 0), "item")}</span>
        </h2>
        <button
          type="button"
          className="icon-button"
          aria-label="Clear the queue"
          disabled={entries.length === 0}
          onClick={clear}
        >
          <Icon name="trash" />
        </button>
        <button type="button" className="icon-button" aria-label="Close the queue" onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      <div
        className="queue-scroll"
        ref={scroll}
        tabIndex={entries.length === 0 ? undefined : 0}
        role="group"
        aria-label="Queued items"
      >
        {entries.length === 0 && (
          <EmptyState icon="queue" title="Nothing queued">
            <p>Play something, or add to the queue from the menu of any item.</p>
          </EmptyState>
        )}
        <div className="virtual" role="list" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start, key }) => {
            const entry = entries[index];
            return entry === undefined ? null : (
              <div
                key={key}
                className="virtual-row"
                role="listitem"
                aria-setsize={entries.length}
                aria-posinset={index + 1}
                style={{
                  transform: `translateY(${start + (dragged?.id === entry.id ? dragged.offset : 0)}px)`,
                  zIndex: dragged?.id === entry.id ? 2 : undefined,
                }}
              >
                <QueueRow
                  entry={entry}
                  index={index}
                  isCurrent={index === current}
                  isDragged={dragged?.id === entry.id}
                  onJump={() => playback.jump(entry.id)}
                  onMove={(toIndex) => move(entry, toIndex)}
                  onRemove={() => remove(entry)}
                  onDrag={(offset) => setDragged(offset === undefined ? undefined : { id: entry.id, offset })}
                />
              </div>
            );
          })}
        </div>
      </div>
    </aside>
  );
}

function QueueRow({
  entry,
  index,
  isCurrent,
  isDragged,
  onJump,
  onMove,
  onRemove,
  onDrag,
}: {
  readonly entry: QueueEntry;
  readonly index: number;
  readonly isCurrent: boolean;
  readonly isDragged: boolean;
  readonly onJump: () => void;
  readonly onMove: (toIndex: number) => void;
  readonly onRemove: () => void;
  readonly onDrag: (offset: number | undefined) => void;
}): ReactElement {
  const { data: item } = useItem(entry.itemId);
  const title = formatTitle(entry.part?.title ?? item?.title ?? "…");
  return (
    <div className="queue-row" data-current={isCurrent} data-dragged={isDragged}>
      <ReorderGrip title={title} rowHeight={rowHeight} onMove={(places) => onMove(index + places)} onDrag={onDrag} />
      <Artwork title={item?.title ?? entry.itemId} url={item?.artworkUrl} kind={item?.kind} size={44} />
      <button type="button" className="jump" aria-current={isCurrent ? "true" : undefined} onClick={onJump}>
        <span className="row-title truncate">
          <bdi>{title}</bdi>
        </span>
        <span className="row-detail truncate">
          <bdi>{item?.creators.join(", ")}</bdi>
        </span>
      </button>
      <button type="button" className="icon-button" aria-label={`Remove ${title} from the queue`} onClick={onRemove}>
        <Icon name="close" />
      </button>
    </div>
  );
}
