import type { MediaFailure, MediaPort, MediaPortEvent } from "../core/media-port.ts";
import { ElementSource } from "./element-source.ts";

/** A media element as a {@link MediaPort}. */
export function createMediaElementPort(element: HTMLMediaElement): MediaPort {
  const listeners = new Set<(event: MediaPortEvent) => void>();
  const emit = (event: MediaPortEvent): void => listeners.forEach((listener) => listener(event));
  let startSeconds = 0;

  element.addEventListener("loadedmetadata", () => {
    if (startSeconds > 0) {
      element.currentTime = startSeconds;
    }
    emit({ kind: "ready" });
  });
  element.addEventListener("durationchange", () => emit({ kind: "ready" }));
  element.addEventListener("playing", () => emit({ kind: "playing" }));
  element.addEventListener("pause", () => emit({ kind: "paused" }));
  element.addEventListener("waiting", () => emit({ kind: "waiting" }));
  element.addEventListener("timeupdate", () => emit({ kind: "progress" }));
  element.addEventListener("seeked", () => emit({ kind: "progress" }));
  element.addEventListener("ended", () => emit({ kind: "ended" }));
  element.addEventListener("error", () => {
    // An element that holds nothing any more tells of the address that was taken from it.
    if (element.error !== null && element.hasAttribute("src")) {
      emit({ kind: "failed", failure: failureOf(element.error) });
    }
  });

  const source = new ElementSource(element, (failure) => emit({ kind: "failed", failure }));

  return {
    load(url, start, mediaType) {
      startSeconds = start;
      element.preload = "auto";
      source.load(url, start, mediaType);
    },
    play: () => source.play(),
    pause: () => source.pause(),
    seek(seconds) {
      startSeconds = seconds;
      if (element.readyState >= HTMLMediaElement.HAVE_METADATA) {
        element.currentTime = seconds;
      }
    },
    unload: () => source.unload(),
    get positionSeconds() {
      return element.currentTime;
    },
    get playbackRate() {
      return element.playbackRate;
    },
    get durationSeconds() {
      return Number.isFinite(element.duration) ? element.duration : undefined;
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function failureOf({ code, message }: MediaError): MediaFailure {
  switch (code) {
    case MediaError.MEDIA_ERR_NETWORK:
      return { reason: "network", detail: message };
    case MediaError.MEDIA_ERR_DECODE:
      return { reason: "decode", detail: message };
    default:
      return { reason: "unsupported", detail: message };
  }
}
