import type { ReactElement } from "react";
import type { Item } from "../../../src/api/contract.ts";
import { addToPlaylist, newPlaylist } from "../app/own-playlist-edits.ts";
import { isPlayable } from "../app/play-actions.ts";
import { useServices, useStore } from "../app/services.ts";
import { useYours } from "../app/yours.ts";
import type { OwnPlaylist } from "../core/player-data.ts";
import { formatCount } from "./format-words.ts";
import { MenuItem, PopoverButton } from "./popover-button.tsx";

/** Puts a whole list into a playlist of the user's own. */
export function AddToPlaylistMenu({
  items,
  title,
}: {
  readonly items: readonly Item[];
  /** What a new playlist of them is called. */
  readonly title: string;
}): ReactElement {
  const { announcer } = useServices();
  const { playlists, putPlaylist, deletePlaylist } = useYours();
  const own = useStore(playlists);
  const playable = items.filter(isPlayable);
  const put = (changed: OwnPlaylist, undo: () => void): void => {
    putPlaylist(changed);
    announcer.tell(`${formatCount(playable.length, "item")} added to “${changed.title}”.`, {
      label: "Undo",
      run: undo,
    });
  };
  return (
    <PopoverButton label="Add all to a playlist" icon="plus">
      {(close) => (
        <>
          {own.map((playlist) => (
            <MenuItem
              key={playlist.id}
              icon="playlist"
              onSelect={() => {
                close();
                put(addToPlaylist(playlist, playable, Date.now()), () => putPlaylist(playlist));
              }}
            >
              {playlist.title.slice(0, 60)}
            </MenuItem>
          ))}
          <MenuItem
            icon="plus"
            onSelect={() => {
              close();
              const created = newPlaylist(title, playable, Date.now());
              put(created, () => deletePlaylist(created.id));
            }}
          >
            New playlist with them
          </MenuItem>
        </>
      )}
    </PopoverButton>
  );
}
