import { type ReactElement, useRef } from "react";
import type { Item } from "../../../src/api/contract.ts";
import { openFiles } from "../app/open-files.ts";
import { isPlayable, usePlayActions } from "../app/play-actions.ts";
import { useServices, useStore } from "../app/services.ts";
import { formatSize, formatTitle } from "./format-words.ts";
import { Icon } from "./icon.tsx";
import { ImageViewer } from "./image-viewer.tsx";
import { Page } from "./page.tsx";
import { EmptyState } from "./states.tsx";

/** Files of this device that were opened with the app. They are played from where they lie, and nothing is sent anywhere. */
export function OpenedFilesView(): ReactElement {
  const services = useServices();
  const { openedFiles, playback } = services;
  // Whatever was opened plays or is shown: that is what changes the list.
  useStore(playback.state);
  const input = useRef<HTMLInputElement>(null);
  const opened = Array.from(openedFiles.values());
  const items = opened.map(({ item }) => item);
  return (
    <Page
      title="Opened files"
      detail="From this device, for as long as the app is open"
      actions={
        <button type="button" className="button button-primary" onClick={() => input.current?.click()}>
          <Icon name="plus" /> Choose files
        </button>
      }
    >
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept="audio/*,video/*,image/*"
        aria-label="Files to open"
        onChange={(event) => {
          openFiles(Array.from(event.target.files ?? []), services);
          event.target.value = "";
        }}
      />
      {opened.length === 0 && (
        <EmptyState icon="folder" title="No file is open">
          <p>Songs, films and pictures of this device play here as they are. Nothing is sent to the server.</p>
        </EmptyState>
      )}
      <div className="rows">
        {items.filter(isPlayable).map((item) => (
          <OpenedRow key={item.id} item={item} items={items} />
        ))}
      </div>
      {opened
        .filter(({ item }) => item.kind === "image")
        .map(({ item, url }) => (
          <ImageViewer key={item.id} title={item.title} url={url} />
        ))}
    </Page>
  );
}

function OpenedRow({ item, items }: { readonly item: Item; readonly items: readonly Item[] }): ReactElement {
  const { playback } = useServices();
  const actions = usePlayActions();
  const { itemId, status } = useStore(playback.state);
  const isCurrent = itemId === item.id;
  const isPlaying = isCurrent && status === "playing";
  const title = formatTitle(item.title);
  return (
    <div className="row row-plain" data-current={isCurrent}>
      <button
        type="button"
        className="tile"
        aria-label={`${isPlaying ? "Pause" : "Play"} ${title}`}
        onClick={() => (isCurrent ? playback.toggle() : actions.playFrom(items, item))}
      >
        <Icon name={isPlaying ? "pause" : "play"} />
      </button>
      <span className="row-title truncate">
        <bdi>{title}</bdi>
      </span>
      <span className="row-detail">{formatSize(item.sizeBytes ?? 0)}</span>
    </div>
  );
}
