import { type ReactElement, useRef, useState } from "react";
import { useServices, useStore } from "../app/services.ts";
import { spanOf } from "../core/item-part.ts";
import { formatSpokenTime, formatTime } from "./format-words.ts";

/** Spoken anew only so often while it plays: a screen reader that sits on the slider would talk without end. */
const spokenEverySeconds = 5;

/** Where one is, and a way to go elsewhere: the APG's media seek slider over a native range. */
export function SeekSlider(): ReactElement {
  const { playback } = useServices();
  const { part, durationSeconds } = useStore(playback.state);
  const span = spanOf({ part, durationSeconds });
  const positionSeconds = Math.max(0, useStore(playback.position) - span.startSeconds);
  const lengthSeconds = span.endSeconds === undefined ? undefined : span.endSeconds - span.startSeconds;
  const [draggedTo, setDraggedTo] = useState<number>();
  const spoken = useRef(0);
  const shown = Math.min(draggedTo ?? positionSeconds, lengthSeconds ?? Infinity);
  const end = lengthSeconds ?? 0;
  if (draggedTo !== undefined || Math.abs(shown - spoken.current) >= spokenEverySeconds) {
    spoken.current = shown;
  }
  const commit = (): void => {
    if (draggedTo !== undefined) playback.seek(span.startSeconds + draggedTo);
    setDraggedTo(undefined);
  };
  return (
    <div className="seek">
      <span aria-hidden="true">{formatTime(shown)}</span>
      <input
        type="range"
        className="slider"
        aria-label="Seek"
        min={0}
        max={Math.max(1, end)}
        step={1}
        disabled={lengthSeconds === undefined}
        value={shown}
        aria-valuetext={`${formatSpokenTime(spoken.current)} of ${formatSpokenTime(end)}`}
        style={{ "--fill": `${end === 0 ? 0 : (shown / end) * 100}%` } as never}
        onChange={(event) => setDraggedTo(Number(event.target.value))}
        onPointerUp={commit}
        onPointerCancel={commit}
        onBlur={commit}
        onKeyUp={commit}
        onKeyDown={(event) => {
          const step = pageSteps[event.key];
          if (step !== undefined) {
            event.preventDefault();
            setDraggedTo(Math.min(end, Math.max(0, shown + step)));
          }
        }}
      />
      <span aria-hidden="true">{formatTime(lengthSeconds)}</span>
    </div>
  );
}

/** The native range's own steps are a second, which is little, and a tenth, which in a film is much. */
const pageSteps: Readonly<Record<string, number>> = {
  ArrowLeft: -5,
  ArrowDown: -5,
  ArrowRight: 5,
  ArrowUp: 5,
  PageUp: 60,
  PageDown: -60,
};
