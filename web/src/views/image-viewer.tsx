import { type KeyboardEvent, type ReactElement, useRef, useState } from "react";
import type { Item } from "../../../src/api/contract.ts";
import { useStream } from "../app/view-queries.ts";
import { Icon } from "./icon.tsx";

const zooms = [1, 1.5, 2, 3, 4, 6, 8];

/** A picture, as large as one likes: buttons, keys, the wheel, and what fingers do anyway. */
export function ImageViewer({
  item,
  resolveUrl,
}: {
  readonly item: Item;
  readonly resolveUrl: (href: string) => string;
}): ReactElement {
  const stream = useStream(item.id);
  const [step, setStep] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const zoom = zooms[step] ?? 1;
  const change = (by: number): void => setStep(Math.min(zooms.length - 1, Math.max(0, step + by)));
  const steer = (event: KeyboardEvent): void => {
    const by =
      event.key === "+" || event.key === "=" ? 1 : event.key === "-" ? -1 : event.key === "0" ? -step : undefined;
    if (by !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      change(by);
    }
  };
  const fullscreen = (): void => void box.current?.requestFullscreen?.();
  return (
    <div className="shelf">
      <div
        className="viewer"
        ref={box}
        tabIndex={0}
        role="group"
        aria-label={`${item.title.slice(0, 200)}: plus and minus zoom`}
        onKeyDown={steer}
      >
        {stream.data !== undefined && (
          <img
            src={resolveUrl(stream.data.url)}
            alt={item.title.slice(0, 300)}
            style={{ width: `${zoom * 100}%`, height: zoom === 1 ? "100%" : "auto", objectFit: "contain" }}
            onDoubleClick={() => setStep(step === 0 ? 2 : 0)}
          />
        )}
      </div>
      <div className="viewer-tools" role="group" aria-label="Zoom">
        <button
          type="button"
          className="icon-button"
          aria-label="Smaller"
          disabled={step === 0}
          onClick={() => change(-1)}
        >
          <Icon name="minus" />
        </button>
        <span className="row-time">{Math.round(zoom * 100)} %</span>
        <button
          type="button"
          className="icon-button"
          aria-label="Larger"
          disabled={step === zooms.length - 1}
          onClick={() => change(1)}
        >
          <Icon name="plus" />
        </button>
        {document.fullscreenEnabled && (
          <button type="button" className="icon-button" aria-label="Fullscreen" onClick={fullscreen}>
            <Icon name="expand" />
          </button>
        )}
      </div>
    </div>
  );
}
