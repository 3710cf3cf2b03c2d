import { type ReactElement, type ReactNode, useEffect, useRef, useState } from "react";
import { useLocation, useParams } from "wouter";
import { renamePlaylist } from "../app/own-playlist-edits.ts";
import { useServices, useStore } from "../app/services.ts";
import { useYours } from "../app/yours.ts";
import type { OwnPlaylist } from "../core/player-data.ts";
import { AddItems } from "./add-items.tsx";
import { Artwork } from "./artwork.tsx";
import { formatCount, formatTitle } from "./format-words.ts";
import { Hero } from "./hero.tsx";
import { Icon } from "./icon.tsx";
import { useItemsById } from "./known-items.ts";
import { OwnPlaylistLines } from "./own-playlist-lines.tsx";
import { Page } from "./page.tsx";
import { PlaylistFileMenu } from "./playlist-file-menu.tsx";
import { PopoverButton, MenuItem } from "./popover-button.tsx";
import { EmptyState } from "./states.tsx";

/** A playlist of the user's own. */
export function OwnPlaylistView(): ReactElement {
  const { id } = useParams<{ id: string }>();
  const playlist = useStore(useYours().playlists).find((each) => each.id === id);
  return playlist === undefined ? (
    <Page title="Playlist" isTitleHidden>
      <EmptyState icon="playlist" title="This playlist is gone">
        <p>It may have been deleted in another tab.</p>
      </EmptyState>
    </Page>
  ) : (
    <Contents playlist={playlist} />
  );
}

function Contents({ playlist }: { readonly playlist: OwnPlaylist }): ReactElement {
  const { putPlaylist } = useYours();
  const [state, setState] = useState<"shown" | "renamed" | "filled">("shown");
  const { entries, title } = playlist;
  const [first] = useItemsById(entries.slice(0, 1).flatMap(({ itemId }) => itemId ?? []));
  const missing = entries.filter(({ itemId }) => itemId === undefined).length;
  return (
    <>
      <Hero
        art={<Artwork title={title} url={first?.artworkUrl} size={264} isFirst />}
        kind="Your playlist"
        title={formatTitle(title)}
        detail={`${formatCount(entries.length, "item")}${missing === 0 ? "" : `, ${missing} of them not in the library`}`}
      >
        <PlayOwn playlist={playlist} />
        <button
          type="button"
          className="button"
          aria-expanded={state === "filled"}
          onClick={() => setState(state === "filled" ? "shown" : "filled")}
        >
          <Icon name="plus" /> Add
        </button>
        <PlaylistFileMenu playlist={playlist} />
        <ChangeMenu playlist={playlist} missing={missing} onRename={() => setState("renamed")} />
      </Hero>
      {state === "renamed" && (
        <Rename
          playlist={playlist}
          onName={(name) => {
            putPlaylist(renamePlaylist(playlist, name, Date.now()));
            setState("shown");
          }}
        />
      )}
      {state === "filled" && <AddItems playlist={playlist} />}
      {entries.length === 0 ? (
        <EmptyState icon="playlist" title="Still empty">
          <p>“Add” looks for what belongs in it; so does the menu of any item.</p>
        </EmptyState>
      ) : (
        <OwnPlaylistLines playlist={playlist} />
      )}
    </>
  );
}

/** By ids alone: of a list of thousands nothing has to be known to play it. */
function PlayOwn({ playlist }: { readonly playlist: OwnPlaylist }): ReactElement {
  const { playback, queue, saves, items, announcer } = useServices();
  const ids = playlist.entries.flatMap(({ itemId }) => itemId ?? []);
  const isEmpty = ids.length === 0;
  const shuffle = (): void => {
    playback.playNow(ids, Math.floor(Math.random() * ids.length));
    queue.dispatch({ kind: "shuffle", seed: Date.now() });
  };
  const save = async (): Promise<void> => {
    const known = await Promise.allSettled(ids.map((id) => items.load(id)));
    await saves.save(known.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])));
    const lost = known.filter(({ status }) => status === "rejected").length;
    if (lost > 0) announcer.tell(`${formatCount(lost, "item")} could not be reached, and will not be saved.`);
  };
  const button = (words: ReactNode, run: () => void, className = "button"): ReactElement => (
    <button type="button" className={className} disabled={isEmpty} onClick={run}>
      {words}
    </button>
  );
  return (
    <>
      {button(
        <>
          <Icon name="play" /> Play
        </>,
        () => playback.playNow(ids, 0),
        "button button-primary",
      )}
      {button(
        <>
          <Icon name="shuffle" /> Shuffle
        </>,
        shuffle,
      )}
      {button(
        <>
          <Icon name="download" /> Save offline
        </>,
        () => void save(),
      )}
    </>
  );
}

function ChangeMenu({
  playlist,
  missing,
  onRename,
}: {
  readonly playlist: OwnPlaylist;
  readonly missing: number;
  readonly onRename: () => void;
}): ReactElement {
  const services = useServices();
  const { announcer } = services;
  const { putPlaylist, deletePlaylist } = useYours();
  const [, navigate] = useLocation();
  const remove = (): void => {
    deletePlaylist(playlist.id);
    navigate("/playlists");
    announcer.tell(`“${playlist.title}” was deleted.`, { label: "Undo", run: () => putPlaylist(playlist) });
  };
  const findMissing = async (): Promise<void> => {
    const { findEntries } = await import("../app/find-entries.ts");
    const { entries, foundCount } = await findEntries(playlist.entries, services.client);
    if (foundCount > 0) putPlaylist({ ...playlist, entries, changedAtMs: Date.now() });
    announcer.tell(
      foundCount === 0 ? "None of them is in the library yet." : `${foundCount} of ${missing} are in the library now.`,
    );
  };
  return (
    <PopoverButton label="Change this playlist" icon="more">
      {(close) => {
        const then = (run: () => void) => () => {
          close();
          run();
        };
        return (
          <>
            <MenuItem icon="settings" onSelect={then(onRename)}>
              Rename
            </MenuItem>
            {missing > 0 && (
              <MenuItem
                icon="search"
                onSelect={then(() => {
                  announcer.tell(`Looking for ${formatCount(missing, "item")}…`);
                  findMissing().catch(() => announcer.tell("The server is out of reach: nothing was looked for."));
                })}
              >
                Look for what is missing
              </MenuItem>
            )}
            <MenuItem icon="trash" onSelect={then(remove)}>
              Delete the playlist
            </MenuItem>
          </>
        );
      }}
    </PopoverButton>
  );
}

function Rename({
  playlist,
  onName,
}: {
  readonly playlist: OwnPlaylist;
  readonly onName: (name: string) => void;
}): ReactElement {
  const [name, setName] = useState(playlist.title);
  const field = useRef<HTMLInputElement>(null);
  // It was asked for just now.
  useEffect(() => field.current?.select(), []);
  return (
    <form
      className="actions"
      onSubmit={(event) => {
        event.preventDefault();
        onName(name);
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onName(playlist.title);
      }}
    >
      <input
        className="field"
        aria-label="Name of the playlist"
        maxLength={200}
        ref={field}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" className="button button-primary">
        <Icon name="check" /> Rename
      </button>
    </form>
  );
}
