import type { ReactElement } from "react";
import { useLocation } from "wouter";
import type { Item } from "../../../src/api/contract.ts";
import { addresses } from "../app/addresses.ts";
import { isPlayable, usePlayActions } from "../app/play-actions.ts";
import { useServices } from "../app/services.ts";
import { formatTime } from "./format-words.ts";
import { OwnItemActions } from "./own-item-actions.tsx";
import { MenuItem, PopoverButton } from "./popover-button.tsx";

/** Everything that can be done with an item, behind three dots. */
export function ItemMenu({ item }: { readonly item: Item }): ReactElement {
  return (
    <PopoverButton label={`More for ${item.title.slice(0, 120)}`} icon="more">
      {(close) => <ItemMenuLines item={item} close={close} />}
    </PopoverButton>
  );
}

function ItemMenuLines({ item, close }: { readonly item: Item; readonly close: () => void }): ReactElement {
  const actions = usePlayActions();
  const { announcer, layout, playback } = useServices();
  const [, navigate] = useLocation();
  const seconds = playback.state.get().itemId === item.id ? Math.floor(playback.position.get()) : 0;
  const then = (run: () => void) => () => {
    close();
    run();
  };
  const share = async (time = ""): Promise<void> => {
    const url = new URL(addresses.item(item.id) + time, location.origin).href;
    await navigator.clipboard.writeText(url);
    announcer.tell("The address is copied.");
  };
  const goTo = (address: string): void => {
    // The full player lies over the page.
    layout.isNowOpen.set(false);
    navigate(address);
  };
  const [creatorId] = item.creatorIds ?? [];
  const { albumId } = item;
  return (
    <>
      {isPlayable(item) && (
        <>
          <MenuItem icon="next" onSelect={then(() => actions.playNext([item]))}>
            Play next
          </MenuItem>
          <MenuItem icon="queue" onSelect={then(() => actions.playLater([item]))}>
            Play later
          </MenuItem>
        </>
      )}
      <OwnItemActions item={item} close={close} />
      {albumId !== undefined && (
        <MenuItem icon="album" onSelect={then(() => goTo(addresses.album(albumId)))}>
          Go to the album
        </MenuItem>
      )}
      {creatorId !== undefined && (
        <MenuItem icon="artist" onSelect={then(() => goTo(addresses.artist(creatorId)))}>
          Go to the artist
        </MenuItem>
      )}
      {navigator.clipboard !== undefined && (
        <MenuItem icon="share" onSelect={then(() => void share())}>
          Copy the address
        </MenuItem>
      )}
      {navigator.clipboard !== undefined && seconds > 0 && (
        <MenuItem icon="share" onSelect={then(() => void share(`?t=${seconds}`))}>
          Copy the address from {formatTime(seconds)} on
        </MenuItem>
      )}
    </>
  );
}
