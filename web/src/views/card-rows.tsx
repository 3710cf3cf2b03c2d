import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactElement, type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from "react";

/** Of a row of squares with two lines of text; rows that are in the page are measured. */
const usualRowHeight = 260;

/** Cards of any number: only the rows in sight are in the page. */
export function CardRows<Entry>({
  entries,
  cardOf,
}: {
  readonly entries: readonly Entry[];
  readonly cardOf: (entry: Entry) => ReactNode;
}): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const { columns, offset } = useGridShape(box);
  const virtualizer = useWindowVirtualizer({
    count: Math.ceil(entries.length / columns),
    estimateSize: () => usualRowHeight,
    overscan: 2,
    scrollMargin: offset,
  });
  useLayoutEffect(() => virtualizer.measure(), [columns, virtualizer]);
  return (
    <div ref={box} className="virtual" style={{ height: virtualizer.getTotalSize() }}>
      {/* Holds nothing: it tells how many columns the style sheet makes of this width. */}
      <div className="grid" aria-hidden="true" />
      {virtualizer.getVirtualItems().map(({ index, start, key }) => (
        <div
          key={key}
          ref={virtualizer.measureElement}
          data-index={index}
          className="grid grid-row virtual-row"
          style={{ transform: `translateY(${start - offset}px)` }}
        >
          {entries.slice(index * columns, (index + 1) * columns).map(cardOf)}
        </div>
      ))}
    </div>
  );
}

function useGridShape(box: RefObject<HTMLDivElement | null>): { readonly columns: number; readonly offset: number } {
  const [shape, setShape] = useState({ columns: 1, offset: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    const probe = element?.firstElementChild;
    if (element === null || probe === null || probe === undefined) {
      return undefined;
    }
    const look = (): void => {
      const columns = getComputedStyle(probe).gridTemplateColumns.split(" ").length;
      const offset = element.offsetTop;
      setShape((before) => (before.columns === columns && before.offset === offset ? before : { columns, offset }));
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    look();
    return () => observer.disconnect();
  }, [box]);
  return shape;
}
