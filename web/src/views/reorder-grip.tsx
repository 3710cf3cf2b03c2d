import { type KeyboardEvent, type PointerEvent, type ReactElement, useRef } from "react";
import { Icon } from "./icon.tsx";

/** What moves a line of a list, by the arrow keys or by dragging it. */
export function ReorderGrip({
  title,
  rowHeight,
  onMove,
  onDrag,
}: {
  readonly title: string;
  readonly rowHeight: number;
  /** By so many places, down where positive. */
  readonly onMove: (places: number) => void;
  /** How far it is off its place just now, in pixels; `undefined` once it is let go. */
  readonly onDrag: (offset: number | undefined) => void;
}): ReactElement {
  const startY = useRef<number>(undefined);
  const steer = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (step !== 0) {
      event.preventDefault();
      event.stopPropagation();
      onMove(step);
    }
  };
  const drop = (event: PointerEvent): void => {
    if (startY.current !== undefined) {
      const places = Math.round((event.clientY - startY.current) / rowHeight);
      startY.current = undefined;
      onDrag(undefined);
      if (places !== 0) onMove(places);
    }
  };
  return (
    <button
      type="button"
      className="grip"
      aria-label={`Move ${title}: arrow keys, or drag`}
      onKeyDown={steer}
      onPointerDown={(event) => {
        startY.current = event.clientY;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (startY.current !== undefined) onDrag(event.clientY - startY.current);
      }}
      onPointerUp={drop}
      onPointerCancel={() => {
        startY.current = undefined;
        onDrag(undefined);
      }}
    >
      <Icon name="grip" />
    </button>
  );
}
