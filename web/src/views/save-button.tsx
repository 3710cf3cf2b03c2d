import type { ReactElement } from "react";
import type { Item } from "../../../src/api/contract.ts";
import { useServices, useStore } from "../app/services.ts";
import { formatCount, formatSize } from "./format-words.ts";
import { Icon } from "./icon.tsx";

/** Saves a whole list on this device, and shows how far that is. */
export function SaveButton({ items }: { readonly items: readonly Item[] }): ReactElement {
  const { saves } = useServices();
  const known = useStore(saves.items);
  const progress = useStore(saves.progress);
  const states = items.map(({ id }) => known.get(id)?.state);
  const savedCount = states.filter((state) => state === "saved").length;
  const openIds = items.filter((_, index) => ["waiting", "saving"].includes(states[index] ?? "")).map(({ id }) => id);
  if (items.length > 0 && savedCount === items.length) {
    const removeAll = (): void => items.forEach(({ id }) => void saves.remove(id));
    return (
      <button type="button" className="button" onClick={removeAll} title="Remove from this device">
        <Icon name="check" /> Saved<span className="visually-hidden">: remove from this device</span>
      </button>
    );
  }
  if (openIds.length > 0) {
    const running = openIds.flatMap((id) => progress.get(id) ?? []);
    const rate = running.reduce((sum, { bytesPerSecond }) => sum + bytesPerSecond, 0);
    return (
      <button type="button" className="button" onClick={() => openIds.forEach((id) => void saves.remove(id))}>
        <Icon name="close" /> Cancel: {savedCount} of {formatCount(items.length, "item")} saved
        {rate > 0 && ` · ${formatSize(rate)}/s`}
      </button>
    );
  }
  return (
    <button type="button" className="button" disabled={items.length === 0} onClick={() => void saves.save(items)}>
      <Icon name="download" /> Save offline
    </button>
  );
}
