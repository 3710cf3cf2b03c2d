import type { ReactElement } from "react";
import { Link } from "wouter";
import { addresses } from "../app/addresses.ts";
import { usePlayActions } from "../app/play-actions.ts";
import { insecureWords } from "../app/saves.ts";
import { useServices, useStore } from "../app/services.ts";
import type { SavedItem, SaveProgress } from "../offline/saved-item.ts";
import { savedAssetHref } from "../offline/saved-item.ts";
import { Artwork } from "./artwork.tsx";
import { formatLength, formatSize, formatTitle } from "./format-words.ts";
import { Icon } from "./icon.tsx";
import { EmptyState } from "./states.tsx";

/** What lies on this device, and what is on its way. */
export function SavedList(): ReactElement {
  const { saves } = useServices();
  const all = Array.from(useStore(saves.items).values()).toSorted((a, b) => b.addedAtMs - a.addedAtMs);
  const progress = useStore(saves.progress);
  const actions = usePlayActions();
  const saved = all.filter(({ state }) => state === "saved").map(({ item }) => item);
  if (saves.missing === "secure") {
    return (
      <EmptyState icon="warning" title="Not at this address">
        <p>{insecureWords}</p>
      </EmptyState>
    );
  }
  if (all.length === 0) {
    return (
      <EmptyState icon="download" title="Nothing saved yet">
        <p>“Save offline” on any track, album, playlist or film keeps it here: it then plays without a network.</p>
      </EmptyState>
    );
  }
  return (
    <>
      <div className="actions">
        <button
          type="button"
          className="button button-primary"
          disabled={saved.length === 0}
          onClick={() => actions.playFrom(saved)}
        >
          <Icon name="play" /> Play all
        </button>
      </div>
      <div className="rows">
        {all.map((each) => (
          <SavedRow
            key={each.itemId}
            saved={each}
            progress={progress.get(each.itemId)}
            onPlay={() => actions.playFrom(saved, each.item)}
          />
        ))}
      </div>
    </>
  );
}

function SavedRow({
  saved,
  progress,
  onPlay,
}: {
  readonly saved: SavedItem;
  readonly progress: SaveProgress | undefined;
  readonly onPlay: () => void;
}): ReactElement {
  const { saves } = useServices();
  const { item, itemId, state } = saved;
  const title = formatTitle(item.title);
  const artwork =
    state === "saved" && item.artworkUrl !== undefined ? savedAssetHref(itemId, "artwork") : item.artworkUrl;
  const isOpen = state === "waiting" || state === "saving";
  return (
    <div className="row row-plain" style={{ gridTemplateColumns: "48px minmax(0, 1fr) auto" }}>
      <Artwork title={item.title} url={artwork} kind={item.kind} size={48} />
      <div className="row-text">
        <Link href={addresses.item(itemId)} className="row-title truncate soft-link">
          <bdi>{title}</bdi>
        </Link>
        <span className="row-detail">{describe(saved, progress)}</span>
        {progress !== undefined && state === "saving" && (
          <span
            className="meter"
            role="progressbar"
            aria-label={`Saving ${title}`}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round((progress.receivedBytes / progress.sizeBytes) * 100)}
          >
            <span style={{ width: `${(progress.receivedBytes / progress.sizeBytes) * 100}%` }} />
          </span>
        )}
      </div>
      <div className="row-actions">
        {state === "saved" && (
          <button type="button" className="icon-button" aria-label={`Play ${title}`} onClick={onPlay}>
            <Icon name="play" />
          </button>
        )}
        {isOpen && (
          <button
            type="button"
            className="icon-button"
            aria-label={`Pause saving ${title}`}
            onClick={() => void saves.pause(itemId)}
          >
            <Icon name="pause" />
          </button>
        )}
        {(state === "paused" || state === "failed" || state === "lost") && (
          <button
            type="button"
            className="icon-button"
            aria-label={`Go on saving ${title}`}
            onClick={() => void saves.resume(itemId)}
          >
            <Icon name="download" />
          </button>
        )}
        <button
          type="button"
          className="icon-button"
          aria-label={state === "saved" ? `Remove ${title} from this device` : `Cancel saving ${title}`}
          onClick={() => void saves.remove(itemId)}
        >
          <Icon name={state === "saved" ? "trash" : "close"} />
        </button>
      </div>
    </div>
  );
}

function describe({ state, message, sizeBytes }: SavedItem, progress: SaveProgress | undefined): string {
  const size = sizeBytes === undefined ? "" : formatSize(sizeBytes);
  switch (state) {
    case "saved":
      return `On this device · ${size}`;
    case "saving": {
      if (progress === undefined) return "Being saved";
      const left = progress.secondsLeft === undefined ? "" : ` · ${formatLength(progress.secondsLeft)} left`;
      return `${formatSize(progress.receivedBytes)} of ${formatSize(progress.sizeBytes)} · ${formatSize(progress.bytesPerSecond)}/s${left}`;
    }
    case "waiting":
      return "Waiting for its turn";
    case "paused":
      return "Paused";
    case "failed":
    case "lost":
      return message ?? "Could not be saved";
  }
}
