import type { ReactElement } from "react";
import { useServices, useStore } from "../app/services.ts";
import { useYours } from "../app/yours.ts";
import { MenuItem, PopoverButton } from "./popover-button.tsx";

const speeds = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
const sleepMinutes = [10, 20, 30, 45, 60, 90];

/** How fast it plays. */
export function SpeedMenu(): ReactElement {
  const { settings, changeSettings } = useYours();
  const { playbackRate } = useStore(settings);
  return (
    <PopoverButton label={`Speed: ${playbackRate}×`} icon="history">
      {(close) =>
        speeds.map((speed) => (
          <MenuItem
            key={speed}
            icon={speed === playbackRate ? "check" : "play"}
            onSelect={() => {
              changeSettings({ playbackRate: speed });
              close();
            }}
          >
            {speed}×{speed === playbackRate && <span className="visually-hidden"> (now)</span>}
          </MenuItem>
        ))
      }
    </PopoverButton>
  );
}

/** When it stops by itself. */
export function SleepMenu(): ReactElement {
  const { playback, announcer } = useServices();
  const timer = useStore(playback.sleepTimer);
  const label =
    timer === undefined
      ? "Sleep timer"
      : timer.kind === "at"
        ? `Sleep timer: until ${clockTime(timer.atMs)}`
        : "Sleep timer: after this item";
  return (
    <PopoverButton label={label} icon="moon">
      {(close) => {
        const set = (next: Parameters<typeof playback.setSleepTimer>[0], words: string) => () => {
          playback.setSleepTimer(next);
          announcer.tell(words);
          close();
        };
        return (
          <>
            {timer !== undefined && (
              <MenuItem icon="close" onSelect={set(undefined, "The sleep timer is off.")}>
                Off
              </MenuItem>
            )}
            <MenuItem icon="moon" onSelect={set({ kind: "end-of-item" }, "It stops after this item.")}>
              After this item
            </MenuItem>
            {sleepMinutes.map((minutes) => (
              <MenuItem
                key={minutes}
                icon="moon"
                onSelect={() =>
                  set({ kind: "at", atMs: Date.now() + minutes * 60_000 }, `It stops in ${minutes} minutes.`)()
                }
              >
                In {minutes} minutes
              </MenuItem>
            ))}
          </>
        );
      }}
    </PopoverButton>
  );
}

function clockTime(atMs: number): string {
  return new Date(atMs).toLocaleTimeString(undefined, { timeStyle: "short" });
}
