import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from "react";
import { Icon } from "./icon.tsx";

const zooms = [1, 1.5, 2, 3, 4, 6, 8];

/** A picture, as large as one likes: buttons, keys, the wheel, and what fingers do anyway. */
export function ImageViewer({
  title,
  url,
}: {
  readonly title: string;
  /** Absent while it is not known yet. */
  readonly url: string | undefined;
}): ReactElement {
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
  useEffect(() => {
    const element = box.current;
    // Two fingers on a touchpad come as a wheel with Ctrl held. Not by React, whose wheel listeners cannot keep the page from zooming.
    const turn = (event: WheelEvent): void => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      setStep((before) => Math.min(zooms.length - 1, Math.max(0, before - Math.sign(event.deltaY))));
    };
    element?.addEventListener("wheel", turn, { passive: false });
    return () => element?.removeEventListener("wheel", turn);
  }, []);
  const fullscreen = (): void => void box.current?.requestFullscreen?.();
  return (
    <div className="shelf">
      <div
        className="viewer"
        ref={box}
        tabIndex={0}
        role="group"
        aria-label={`${title.slice(0, 200)}: plus and minus zoom`}
        onKeyDown={steer}
      >
        {url !== undefined && (
          <img
            src={url}
            alt={title.slice(0, 300)}
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
