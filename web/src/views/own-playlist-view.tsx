import type { ReactElement } from "react";
import { useLocation, useParams } from "wouter";
import { removeFromPlaylist } from "../app/own-playlist-edits.ts";
import { usePlayActions } from "../app/play-actions.ts";
import { useServices, useStore } from "../app/services.ts";
import { useYours } from "../app/yours.ts";
import { Artwork } from "./artwork.tsx";
import { formatCount, formatTitle } from "./format-words.ts";
import { Hero } from "./hero.tsx";
import { ItemList } from "./item-list.tsx";
import { useItemsById } from "./known-items.ts";
import { PlayButtons } from "./list-views.tsx";
import { PlaylistFileMenu } from "./playlist-file-menu.tsx";
import { EmptyState } from "./states.tsx";
import { PopoverButton, MenuItem } from "./popover-button.tsx";

/** A playlist of the user's own. */
export function OwnPlaylistView(): ReactElement {
  const { id } = useParams<{ id: string }>();
  const { playlists, putPlaylist, deletePlaylist } = useYours();
  const { announcer } = useServices();
  const [, navigate] = useLocation();
  const actions = usePlayActions();
  const playlist = useStore(playlists).find((each) => each.id === id);
  const entries = playlist?.entries ?? [];
  const items = useItemsById(entries.flatMap(({ itemId }) => itemId ?? []));
  if (playlist === undefined) {
    return (
      <EmptyState icon="playlist" title="This playlist is gone">
        <p>It may have been deleted in another tab.</p>
      </EmptyState>
    );
  }
  const byId = new Map(items.map((item) => [item.id, item]));
  const lines = entries.map(({ itemId, title }, index) => ({
    key: `${index} ${itemId ?? title}`,
    item: itemId === undefined ? undefined : byId.get(itemId),
    title,
    note: itemId === undefined ? "Not found in the library" : "Out of reach just now",
    number: index + 1,
  }));
  const remove = (): void => {
    deletePlaylist(id);
    navigate("/playlists");
    announcer.tell(`“${playlist.title}” was deleted.`, { label: "Undo", run: () => putPlaylist(playlist) });
  };
  return (
    <>
      <Hero
        art={<Artwork title={playlist.title} url={items[0]?.artworkUrl} size={264} isFirst />}
        kind="Your playlist"
        title={formatTitle(playlist.title)}
        detail={formatCount(entries.length, "item")}
      >
        <PlayButtons items={items} />
        <PlaylistFileMenu playlist={playlist} />
        <PopoverButton label="Change this playlist" icon="more">
          {(close) => (
            <>
              {entries.slice(0, 50).map((entry, index) => (
                <MenuItem
                  key={`${index} ${entry.title}`}
                  icon="minus"
                  onSelect={() => putPlaylist(removeFromPlaylist(playlist, index, Date.now()))}
                >
                  Take out {formatTitle(entry.title).slice(0, 60)}
                </MenuItem>
              ))}
              <MenuItem
                icon="trash"
                onSelect={() => {
                  close();
                  remove();
                }}
              >
                Delete the playlist
              </MenuItem>
            </>
          )}
        </PopoverButton>
      </Hero>
      {entries.length === 0 ? (
        <EmptyState icon="playlist" title="Still empty">
          <p>Add to it from the menu of any item.</p>
        </EmptyState>
      ) : (
        <ItemList lines={lines} onPlay={(item) => actions.playFrom(items, item)} />
      )}
    </>
  );
}
