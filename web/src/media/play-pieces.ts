import { type ErrorData, ErrorTypes, Events, default as Hls } from "hls.js";
import type { MediaFailure } from "../core/media-port.ts";

/** More than this is not fetched ahead: a viewer may leave, or seek. */
const aheadSeconds = 60;
const behindSeconds = 30;

/**
 * Plays a presentation in HLS where the browser does not by itself, by Media Source Extensions. Fetched only where such an item is played: it is
 * larger than all the rest of the player.
 * @returns what lets go of it
 */
export function playPieces(
  element: HTMLMediaElement,
  url: string,
  startSeconds: number,
  onFailed: (failure: MediaFailure) => void,
): Disposable {
  if (!Hls.isSupported()) {
    onFailed({ reason: "unsupported", detail: "This browser has no Media Source Extensions" });
    return { [Symbol.dispose]: () => undefined };
  }
  const hls = new Hls({
    // Its worker would be a blob, which the pages' policy does not run.
    enableWorker: false,
    startPosition: startSeconds > 0 ? startSeconds : -1,
    maxBufferLength: aheadSeconds,
    maxMaxBufferLength: aheadSeconds,
    backBufferLength: behindSeconds,
  });
  let hasRecovered = false;
  hls.on(Events.ERROR, (_event, data) => {
    if (!data.fatal) {
      return;
    }
    // It knows how to begin anew where a decoder stumbled; once is worth it.
    if (data.type === ErrorTypes.MEDIA_ERROR && !hasRecovered) {
      hasRecovered = true;
      hls.recoverMediaError();
      return;
    }
    onFailed(failureOf(data));
  });
  hls.loadSource(url);
  hls.attachMedia(element);
  return { [Symbol.dispose]: () => hls.destroy() };
}

function failureOf({ type, details, error }: ErrorData): MediaFailure {
  const detail = `${details}: ${error.message}`;
  switch (type) {
    case ErrorTypes.NETWORK_ERROR:
      return { reason: "network", detail };
    case ErrorTypes.MEDIA_ERROR:
    case ErrorTypes.MUX_ERROR:
      return { reason: "decode", detail };
    default:
      return { reason: "unsupported", detail };
  }
}
