import type { ReactElement } from "react";
import { useServices, useStore } from "../app/services.ts";
import { Icon } from "./icon.tsx";

const repeatWords = { off: "Repeat: off", all: "Repeat: all", one: "Repeat: one" } as const;
const repeatAfter = { off: "all", all: "one", one: "off" } as const;

/** Shuffle, back, play, on, repeat. */
export function Transport(): ReactElement {
  const { playback, queue } = useServices();
  const { status, isWaiting } = useStore(playback.state);
  const { unshuffled, repeat } = useStore(queue);
  const isBusy = status === "loading" || status === "reconnecting" || (status === "playing" && isWaiting);
  const isPlaying = status === "playing" || isBusy;
  const toggleShuffle = (): void =>
    queue.dispatch(unshuffled === undefined ? { kind: "shuffle", seed: Date.now() } : { kind: "unshuffle" });
  return (
    <div className="transport" role="group" aria-label="Playing">
      <button
        type="button"
        className="icon-button optional"
        aria-label="Shuffle"
        aria-pressed={unshuffled !== undefined}
        onClick={toggleShuffle}
      >
        <Icon name="shuffle" />
      </button>
      <button
        type="button"
        className="icon-button optional"
        aria-label="Previous"
        aria-keyshortcuts="Shift+P"
        onClick={() => playback.previous()}
      >
        <Icon name="previous" />
      </button>
      <button
        type="button"
        className="play-button"
        aria-label={isPlaying ? "Pause" : "Play"}
        aria-keyshortcuts="k"
        data-busy={isBusy}
        onClick={() => playback.toggle()}
      >
        <Icon name={isBusy ? "loading" : isPlaying ? "pause" : "play"} />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Next"
        aria-keyshortcuts="Shift+N"
        onClick={() => playback.next()}
      >
        <Icon name="next" />
      </button>
      <button
        type="button"
        className="icon-button optional"
        aria-label={repeatWords[repeat]}
        aria-pressed={repeat !== "off"}
        onClick={() => queue.dispatch({ kind: "repeat", mode: repeatAfter[repeat] })}
      >
        <Icon name="repeat" />
        {repeat === "one" && <span className="visually-hidden">one</span>}
      </button>
    </div>
  );
}
