import { useEffect } from "react";
import { useLocation } from "wouter";
import { spanOf } from "../core/item-part.ts";
import { commandOf, focusKindOf, type KeyCommand } from "../media/keyboard.ts";
import { type Services, useServices } from "./services.ts";

const frameSeconds = 1 / 30;
const speeds = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

/** Has the keys do what the help says, unless that is switched off. */
export function useKeyboard(): void {
  const services = useServices();
  const [, navigate] = useLocation();
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      const { layout, yours } = services;
      const command = commandOf(event, focusKindOf(document.activeElement), layout.isNowOpen.get());
      // "?" tells how to switch them on again.
      if (command === undefined || (!yours.settings.get().hasSingleKeys && command.kind !== "help")) {
        return;
      }
      // A dialog has the keys for itself.
      if (document.querySelector("dialog[open]") !== null) {
        return;
      }
      event.preventDefault();
      run(command, services, navigate);
    };
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  }, [services, navigate]);
}

function run(command: KeyCommand, services: Services, navigate: (path: string) => void): void {
  const { playback, layout, yours } = services;
  const { startSeconds, endSeconds = 0 } = spanOf(playback.state.get());
  const settings = yours.settings.get();
  switch (command.kind) {
    case "toggle":
      return playback.toggle();
    case "next":
      return playback.next();
    case "previous":
      return playback.previous();
    case "seek-by":
      return playback.seek(playback.position.get() + command.seconds);
    case "seek-share":
      return playback.seek(startSeconds + (endSeconds - startSeconds) * command.share);
    case "start":
      return playback.seek(startSeconds);
    case "end":
      return playback.seek(Math.max(startSeconds, endSeconds - 1));
    case "mute":
      return yours.changeSettings({ isMuted: !settings.isMuted });
    case "volume-by":
      return yours.changeSettings({
        volume: Math.min(1, Math.max(0, settings.volume + command.change)),
        isMuted: false,
      });
    case "speed-by":
      return yours.changeSettings({
        playbackRate: speeds[speedIndex(settings.playbackRate) + command.steps] ?? settings.playbackRate,
      });
    case "help":
      return layout.isHelpOpen.set(true);
    case "search":
      return openSearch(navigate);
    default:
      return runOnPicture(command, services);
  }
}

function speedIndex(speed: number): number {
  return speeds.findIndex((each) => each >= speed);
}

function openSearch(navigate: (path: string) => void): void {
  const field = (): HTMLElement | null => document.querySelector<HTMLElement>("#search");
  if (field() === null) navigate("/search");
  // The page may have to be loaded first.
  const deadline = performance.now() + 2_000;
  const focus = (): void => {
    const found = field();
    if (found === null && performance.now() < deadline) requestAnimationFrame(focus);
    found?.focus();
  };
  requestAnimationFrame(() => requestAnimationFrame(focus));
}

/** What is done to a moving picture. Browsers may refuse: then nothing happens, as in other players. */
function runOnPicture(command: KeyCommand, { ports, playback, layout }: Services): void {
  const { portIndex, status } = playback.state.get();
  const element = ports.elements[portIndex === 1 ? 1 : 0];
  const refused = (): void => undefined;
  switch (command.kind) {
    case "frame-by":
      return status === "paused" ? playback.seek(playback.position.get() + command.frames * frameSeconds) : undefined;
    case "captions": {
      const [track] = element.textTracks;
      if (track !== undefined) track.mode = track.mode === "showing" ? "disabled" : "showing";
      return;
    }
    case "fullscreen":
      if (document.fullscreenElement !== null) return void document.exitFullscreen().catch(refused);
      layout.isNowOpen.set(true);
      return void document.documentElement.requestFullscreen?.().catch(refused);
    case "picture-in-picture":
      if (document.pictureInPictureElement) return void document.exitPictureInPicture().catch(refused);
      return void element.requestPictureInPicture?.().catch(refused);
    default:
  }
}
