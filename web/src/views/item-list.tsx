import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactElement, useCallback, useEffect, useRef, useState } from "react";
import type { Item } from "../../../src/api/contract.ts";
import type { ItemPart } from "../core/item-part.ts";
import { ItemRow } from "./item-row.tsx";

/** A line of a long list: an item, or what stands there instead of one. */
export interface ListLine {
  readonly key: string;
  readonly item?: Item | undefined;
  readonly title: string;
  readonly note?: string | undefined;
  readonly number?: number | undefined;
  /** Of the item, where the line means no more of it. */
  readonly part?: ItemPart | undefined;
}

const rowHeight = 64;
/** The next page is asked for when so many lines are left. */
const aheadLines = 40;

/** A list of any length: only what is in sight is in the page. */
export function ItemList({
  lines,
  total,
  onPlay,
  onNeedMore,
}: {
  readonly lines: readonly ListLine[];
  /** How many there will be once all pages have come. @default those there are */
  readonly total?: number | undefined;
  readonly onPlay: (item: Item, index: number) => void;
  readonly onNeedMore?: (() => void) | undefined;
}): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const [offset, setOffset] = useState(0);
  useEffect(() => setOffset(box.current?.offsetTop ?? 0), []);
  const virtualizer = useWindowVirtualizer({
    count: Math.max(total ?? 0, lines.length),
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollMargin: offset,
  });
  const shown = virtualizer.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last + aheadLines > lines.length) onNeedMore?.();
  }, [last, lines.length, onNeedMore]);
  return (
    <div ref={box} className="virtual" role="list" style={{ height: virtualizer.getTotalSize() }}>
      {shown.map(({ index, start }) => (
        <div
          key={lines[index]?.key ?? index}
          className="virtual-row"
          role="listitem"
          aria-setsize={Math.max(total ?? 0, lines.length)}
          aria-posinset={index + 1}
          style={{ transform: `translateY(${start - offset}px)`, height: rowHeight }}
        >
          <Line line={lines[index]} index={index} onPlay={onPlay} />
        </div>
      ))}
    </div>
  );
}

function Line({
  line,
  index,
  onPlay,
}: {
  readonly line: ListLine | undefined;
  readonly index: number;
  readonly onPlay: (item: Item, index: number) => void;
}): ReactElement {
  const play = useCallback((item: Item) => onPlay(item, index), [onPlay, index]);
  if (line?.item !== undefined) {
    return <ItemRow item={line.item} part={line.part} number={line.number} onPlay={play} />;
  }
  return (
    <div className="row row-plain">
      <span className="row-lead">{line?.number}</span>
      {line === undefined ? (
        <div className="skeleton" style={{ height: 13, width: "40%" }} />
      ) : (
        <div className="row-text">
          <span className="row-title truncate">
            <bdi>{line.title}</bdi>
          </span>
          <span className="row-detail truncate">{line.note ?? "Not in the library"}</span>
        </div>
      )}
    </div>
  );
}

/** Items as lines. */
export function linesOf(
  items: readonly Item[],
  numberOf: (item: Item, index: number) => number | undefined,
): ListLine[] {
  return items.map((item, index) => ({
    key: `${item.id} ${index}`,
    item,
    title: item.title,
    number: numberOf(item, index),
  }));
}
