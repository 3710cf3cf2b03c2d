import { type ReactElement, useDeferredValue, useEffect, useRef, useState } from "react";
import type { Item } from "../../../src/api/contract.ts";
import { addToPlaylist } from "../app/own-playlist-edits.ts";
import { useServices } from "../app/services.ts";
import { useSearch } from "../app/view-queries.ts";
import { useYours } from "../app/yours.ts";
import type { OwnPlaylist } from "../core/player-data.ts";
import { Artwork } from "./artwork.tsx";
import { formatCount, formatTitle } from "./format-words.ts";
import { Icon } from "./icon.tsx";

/** Finds what belongs in a playlist, and puts in as much of it as is ticked. */
export function AddItems({ playlist }: { readonly playlist: OwnPlaylist }): ReactElement {
  const { announcer } = useServices();
  const { putPlaylist } = useYours();
  const [text, setText] = useState("");
  const field = useRef<HTMLInputElement>(null);
  // It was opened just now, to type in.
  useEffect(() => field.current?.focus(), []);
  const [chosen, setChosen] = useState<ReadonlyMap<string, Item>>(new Map());
  const { data, isPending } = useSearch(useDeferredValue(text), ["audio", "video"]);
  const found = text.trim() === "" ? [] : (data?.pages.flatMap(({ items }) => items) ?? []);
  const toggle = (item: Item): void => {
    const next = new Map(chosen);
    if (!next.delete(item.id)) next.set(item.id, item);
    setChosen(next);
  };
  const add = (): void => {
    putPlaylist(addToPlaylist(playlist, Array.from(chosen.values()), Date.now()));
    announcer.tell(`${formatCount(chosen.size, "item")} added.`, { label: "Undo", run: () => putPlaylist(playlist) });
    setChosen(new Map());
  };
  return (
    <section className="panel" aria-label="Add to this playlist">
      <div className="actions">
        <input
          className="field"
          type="search"
          aria-label="Look for what to add"
          placeholder="Songs, films, people…"
          maxLength={200}
          ref={field}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <button type="button" className="button button-primary" disabled={chosen.size === 0} onClick={add}>
          <Icon name="plus" /> {chosen.size === 0 ? "Add" : `Add ${formatCount(chosen.size, "item")}`}
        </button>
      </div>
      {found.length > 0 && (
        <ul className="ticks" role="list">
          {found.map((item) => (
            <li key={item.id}>
              <label>
                <input type="checkbox" checked={chosen.has(item.id)} onChange={() => toggle(item)} />
                <Artwork title={item.title} url={item.artworkUrl} kind={item.kind} size={44} />
                <span className="row-text">
                  <bdi className="row-title truncate">{formatTitle(item.title)}</bdi>
                  <bdi className="row-detail truncate">{item.creators.join(", ")}</bdi>
                </span>
              </label>
            </li>
          ))}
        </ul>
      )}
      {text.trim() !== "" && !isPending && found.length === 0 && <p className="hero-detail">Nothing found.</p>}
    </section>
  );
}
