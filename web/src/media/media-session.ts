import type { Item } from "../../../src/api/contract.ts";
import { type ItemPart, spanOf } from "../core/item-part.ts";
import type { PlaybackController } from "../core/playback-controller.ts";

const seekSeconds = 10;

/** What the system's own controls are told: headsets, lock screens, media keys. */
export interface MediaSessionParts {
  readonly playback: PlaybackController;
  readonly itemOf: (id: string) => Item | undefined;
  /** An address of the cover in a size. */
  readonly artworkOf: (item: Item, size: number) => string | undefined;
  readonly speed: () => number;
}

/** Ties the player to the system's controls, where there are any. */
export function connectMediaSession({ playback, itemOf, artworkOf, speed }: MediaSessionParts): void {
  if (!("mediaSession" in navigator)) {
    return;
  }
  const session = navigator.mediaSession;
  let shown: Item | undefined;
  let shownPart: ItemPart | undefined;
  const showItem = (): void => {
    const { itemId, part } = playback.state.get();
    const item = itemId === undefined ? undefined : itemOf(itemId);
    if (item !== shown || part !== shownPart) {
      shown = item;
      shownPart = part;
      session.metadata =
        item === undefined ? null : metadataOf({ ...item, title: part?.title ?? item.title }, artworkOf);
    }
  };
  const showPosition = (): void => {
    const { startSeconds, endSeconds = 0 } = spanOf(playback.state.get());
    const duration = endSeconds - startSeconds;
    if (duration > 0) {
      const position = Math.min(duration, Math.max(0, playback.position.get() - startSeconds));
      session.setPositionState({ duration, playbackRate: speed(), position });
    }
  };
  playback.state.subscribe(() => {
    const { status } = playback.state.get();
    session.playbackState =
      status === "idle" ? "none" : status === "playing" || status === "reconnecting" ? "playing" : "paused";
    showItem();
    showPosition();
  });
  playback.position.subscribe(() => {
    // The item may have become known only now.
    showItem();
    showPosition();
  });
  handleActions(session, playback);
}

function handleActions(session: MediaSession, playback: PlaybackController): void {
  const seekBy = (seconds: number): void => playback.seek(playback.position.get() + seconds);
  const handlers: Partial<Record<MediaSessionAction, (details: MediaSessionActionDetails) => void>> = {
    play: () => playback.play(),
    pause: () => playback.pause(),
    stop: () => playback.pause(),
    previoustrack: () => playback.previous(),
    nexttrack: () => playback.next(),
    seekbackward: ({ seekOffset }) => seekBy(-(seekOffset ?? seekSeconds)),
    seekforward: ({ seekOffset }) => seekBy(seekOffset ?? seekSeconds),
    seekto: ({ seekTime }) =>
      seekTime !== undefined && playback.seek(spanOf(playback.state.get()).startSeconds + seekTime),
  };
  for (const [action, handler] of Object.entries(handlers)) {
    try {
      session.setActionHandler(action as MediaSessionAction, handler);
    } catch {
      // An action that this browser does not know: its controls do not offer it.
    }
  }
}

function metadataOf(item: Item, artworkOf: MediaSessionParts["artworkOf"]): MediaMetadata {
  const { title, creators, album = "" } = item;
  const artwork = [96, 192, 320, 640].flatMap((size) => {
    const src = artworkOf(item, size);
    return src === undefined ? [] : [{ src, sizes: `${size}x${size}` }];
  });
  return new MediaMetadata({ title, artist: creators.join(", "), album, artwork });
}
