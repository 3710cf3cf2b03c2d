import type { MediaPort } from "../core/media-port.ts";
import { createMediaElementPort } from "./media-element-port.ts";

/** The two elements that take turns, and their sound. They exist before any view does, and outlive them all. */
export interface MediaPorts {
  readonly elements: readonly [HTMLVideoElement, HTMLVideoElement];
  readonly ports: readonly [MediaPort, MediaPort];
  setVolume(volume: number): void;
  setMuted(isMuted: boolean): void;
  setSpeed(speed: number): void;
}

/** Creates the elements. Video elements play sound as well, so that one queue may hold both. */
export function createMediaPorts(): MediaPorts {
  const elements = [createElement(), createElement()] as const;
  const [first, second] = elements;
  return {
    elements,
    ports: [createMediaElementPort(first), createMediaElementPort(second)],
    setVolume(volume) {
      elements.forEach((element) => (element.volume = Math.min(1, Math.max(0, volume))));
    },
    setMuted(isMuted) {
      elements.forEach((element) => (element.muted = isMuted));
    },
    setSpeed(speed) {
      // The default is what an element goes back to when it loads something else.
      elements.forEach((element) => Object.assign(element, { defaultPlaybackRate: speed, playbackRate: speed }));
    },
  };
}

function createElement(): HTMLVideoElement {
  const element = document.createElement("video");
  element.playsInline = true;
  element.preload = "none";
  element.tabIndex = -1;
  return element;
}
