import { type ReactElement, useEffect, useState } from "react";
import { useServices, useStore } from "../app/services.ts";
import { Icon } from "./icon.tsx";

/** Lets another device play what is heard: shown where the browser offers it (Remote Playback: Chromecast, AirPlay) and knows of one. */
export function CastButton(): ReactElement | null {
  const { ports, playback } = useServices();
  const { portIndex } = useStore(playback.state);
  // Absent in browsers without it.
  const remote = (ports.elements[portIndex === 1 ? 1 : 0] as { readonly remote?: RemotePlayback }).remote;
  const [isOffered, setOffered] = useState(false);
  useEffect(() => {
    // Refused where the system has no way to look for devices.
    const watch = remote?.watchAvailability((isThere) => setOffered(isThere)).catch(() => undefined);
    return () =>
      void watch?.then(async (id) => {
        if (id !== undefined) await remote?.cancelWatchAvailability(id).catch(() => undefined);
      });
  }, [remote]);
  return remote === undefined || !isOffered ? null : (
    <button
      type="button"
      className="icon-button"
      aria-label="Play on another device"
      onClick={() => void remote.prompt().catch(() => undefined)}
    >
      <Icon name="cast" />
    </button>
  );
}
