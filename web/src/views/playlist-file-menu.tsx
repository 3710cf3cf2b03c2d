import type { ReactElement } from "react";
import type { OwnPlaylist } from "../core/player-data.ts";
export function PlaylistFileMenu(_: { readonly playlist: OwnPlaylist }): ReactElement | null {
  return null;
}
