import { type ReactElement, useState } from "react";
import { Link } from "wouter";
import { addresses } from "../app/addresses.ts";
import { newPlaylist } from "../app/own-playlist-edits.ts";
import { useStore } from "../app/services.ts";
import { useYours } from "../app/yours.ts";
import { Artwork } from "./artwork.tsx";
import { formatCount, formatTitle } from "./format-words.ts";
import { Icon } from "./icon.tsx";

/** The user's own playlists, and a way to make one. */
export function OwnPlaylists(): ReactElement {
  const { playlists, putPlaylist } = useYours();
  const own = useStore(playlists);
  const [title, setTitle] = useState("");
  return (
    <section className="shelf" aria-label="Your playlists">
      <h2>Yours</h2>
      <form
        className="actions"
        onSubmit={(event) => {
          event.preventDefault();
          if (title.trim() !== "") putPlaylist(newPlaylist(title.trim(), [], Date.now()));
          setTitle("");
        }}
      >
        <input
          className="field"
          aria-label="Name of a new playlist"
          placeholder="New playlist"
          maxLength={200}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <button type="submit" className="button">
          <Icon name="plus" /> Create
        </button>
      </form>
      {own.length > 0 && (
        <div className="grid">
          {own.map((playlist) => (
            <article className="card" key={playlist.id}>
              <Link href={addresses.ownPlaylist(playlist.id)} className="card-link">
                <Artwork title={playlist.title} size={190} />
                <span className="card-text">
                  <span className="card-title">
                    <bdi>{formatTitle(playlist.title)}</bdi>
                  </span>
                  <span className="card-detail">{formatCount(playlist.entries.length, "item")}</span>
                </span>
              </Link>
            </article>
          ))}
        </div>
      )}
    </section>
  );
}
