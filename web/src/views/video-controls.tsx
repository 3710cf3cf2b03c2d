import "media-chrome";
import "media-chrome/menu";
import {
  MediaAirplayButton,
  MediaCaptionsButton,
  MediaCastButton,
  MediaControlBar,
  MediaController,
  MediaFullscreenButton,
  MediaLoadingIndicator,
  MediaMuteButton,
  MediaPipButton,
  MediaPlayButton,
  MediaPlaybackRateButton,
  MediaSeekBackwardButton,
  MediaSeekForwardButton,
  MediaTimeDisplay,
  MediaTimeRange,
  MediaVolumeRange,
} from "media-chrome/react";
import { type ReactElement, useLayoutEffect, useRef } from "react";
import { QualityMenu } from "./format-choice.tsx";
import { formatTitle } from "./format-words.ts";
import { Icon } from "./icon.tsx";
import { SleepMenu } from "./playing-menus.tsx";

/** A moving picture with media-chrome's controls. The element is lent: it was there before, and goes back where it was. */
export function VideoControls({
  element,
  itemId,
  title,
  isFull,
  onOpen,
  onClose,
}: {
  readonly element: HTMLVideoElement;
  readonly itemId: string;
  readonly title: string;
  readonly isFull: boolean;
  readonly onOpen: () => void;
  readonly onClose: () => void;
}): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const home = element.parentElement;
    element.slot = "media";
    // In one go: an element that is out of the document for a moment only goes on playing.
    box.current?.querySelector("media-controller")?.append(element);
    return () => {
      element.removeAttribute("slot");
      home?.append(element);
    };
  }, [element]);
  return (
    <div ref={box} className="stage-controls">
      {/* The app has shortcuts of its own, everywhere: the controller's would do everything twice. */}
      <MediaController noHotkeys aria-label="Video" autohide={isFull ? "3" : "1"}>
        {isFull ? (
          <FullControls itemId={itemId} title={title} onClose={onClose} />
        ) : (
          <CornerControls title={title} onOpen={onOpen} />
        )}
      </MediaController>
    </div>
  );
}

function CornerControls({ title, onOpen }: { readonly title: string; readonly onOpen: () => void }): ReactElement {
  return (
    <button
      type="button"
      slot="centered-chrome"
      className="stage-open"
      aria-label={`Full player: ${formatTitle(title)}`}
      onClick={onOpen}
    />
  );
}

function FullControls({
  itemId,
  title,
  onClose,
}: {
  readonly itemId: string;
  readonly title: string;
  readonly onClose: () => void;
}): ReactElement {
  return (
    <>
      <div slot="top-chrome" className="stage-top">
        <button type="button" className="icon-button" aria-label="Back to the page" onClick={onClose}>
          <Icon name="down" />
        </button>
        <h1 className="bar-title truncate" style={{ fontSize: "1.0625rem" }}>
          <bdi>{formatTitle(title)}</bdi>
        </h1>
        <QualityMenu itemId={itemId} />
        <SleepMenu />
      </div>
      <MediaLoadingIndicator slot="centered-chrome" />
      <MediaControlBar>
        <MediaPlayButton />
        <MediaSeekBackwardButton seekOffset={10} />
        <MediaSeekForwardButton seekOffset={10} />
        <MediaTimeDisplay showDuration />
        <MediaTimeRange />
        <MediaMuteButton />
        <MediaVolumeRange />
        <MediaPlaybackRateButton rates={[0.5, 0.75, 1, 1.25, 1.5, 2]} />
        <MediaCaptionsButton />
        <MediaAirplayButton />
        <MediaCastButton />
        <MediaPipButton />
        <MediaFullscreenButton />
      </MediaControlBar>
    </>
  );
}
