import type { ReactElement } from "react";
import type { Item } from "../../../src/api/contract.ts";
import { useServices, useStore } from "../app/services.ts";
import { addToPlaylist, newPlaylist } from "../app/own-playlist-edits.ts";
import { useYours } from "../app/yours.ts";
import { MenuItem } from "./popover-button.tsx";

/** What the user's own things offer for an item: saving, liking, playlists. */
export function OwnItemActions({ item, close }: { readonly item: Item; readonly close: () => void }): ReactElement {
  const { saves, announcer } = useServices();
  const { likes, setLiked, playlists, putPlaylist } = useYours();
  const isLiked = useStore(likes).includes(item.id);
  const saved = useStore(saves.items).get(item.id);
  const own = useStore(playlists);
  const then = (run: () => void) => () => {
    close();
    run();
  };
  return (
    <>
      <MenuItem icon="heart" onSelect={then(() => setLiked(item, !isLiked))}>
        {isLiked ? "Like no more" : "Like"}
      </MenuItem>
      {saved === undefined ? (
        <MenuItem icon="download" onSelect={then(() => void saves.save([item]))}>
          Save offline
        </MenuItem>
      ) : (
        <MenuItem icon="trash" onSelect={then(() => void saves.remove(item.id))}>
          {saved.state === "saved" ? "Remove from this device" : "Cancel saving"}
        </MenuItem>
      )}
      {own.slice(0, 6).map((playlist) => (
        <MenuItem
          key={playlist.id}
          icon="playlist"
          onSelect={then(() => {
            putPlaylist(addToPlaylist(playlist, [item], Date.now()));
            announcer.tell(`Added to “${playlist.title}”.`);
          })}
        >
          Add to “{playlist.title.slice(0, 40)}”
        </MenuItem>
      ))}
      <MenuItem
        icon="plus"
        onSelect={then(() => {
          const created = newPlaylist(item.album ?? item.title, [item], Date.now());
          putPlaylist(created);
          announcer.tell(`The playlist “${created.title}” is new.`);
        })}
      >
        New playlist with it
      </MenuItem>
    </>
  );
}
