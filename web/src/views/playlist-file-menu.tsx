import type { ReactElement } from "react";
import { addresses } from "../app/addresses.ts";
import { downloadText } from "../app/download-text.ts";
import type { OwnPlaylist } from "../core/player-data.ts";
import { formatPlaylist, type PlaylistFormat, playlistMediaTypes } from "../core/playlist-formats.ts";
import { MenuItem, PopoverButton } from "./popover-button.tsx";

const formats = Object.keys(playlistMediaTypes) as readonly PlaylistFormat[];

/** The playlist as a file for other players. */
export function PlaylistFileMenu({ playlist }: { readonly playlist: OwnPlaylist }): ReactElement {
  const locate = (itemId: string): string => new URL(addresses.item(itemId), location.origin).href;
  return (
    <PopoverButton label="Export this playlist" icon="share">
      {(close) =>
        formats.map((format) => (
          <MenuItem
            key={format}
            icon="playlist"
            onSelect={() => {
              close();
              const name = `${playlist.title.replaceAll(/[^\p{L}\p{N} ._-]/gu, "_").slice(0, 80)}.${format}`;
              downloadText(formatPlaylist(playlist, format, { locate }), name, playlistMediaTypes[format]);
            }}
          >
            As {format.toUpperCase()}
          </MenuItem>
        ))
      }
    </PopoverButton>
  );
}
