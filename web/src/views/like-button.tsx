import type { ReactElement } from "react";
import type { Item } from "../../../src/api/contract.ts";
import { isOpenedFile } from "../app/opened-files.ts";
import { useStore } from "../app/services.ts";
import { useYours } from "../app/yours.ts";
import { Icon } from "./icon.tsx";

/** A heart: liked or not. */
export function LikeButton({ item }: { readonly item: Item }): ReactElement | null {
  const { likes, setLiked } = useYours();
  const isLiked = useStore(likes).includes(item.id);
  // What is in no library has no place among the likes either.
  return isOpenedFile(item.id) ? null : (
    <button
      type="button"
      className="icon-button like"
      aria-label={`Like ${item.title.slice(0, 120)}`}
      aria-pressed={isLiked}
      onClick={() => setLiked(item, !isLiked)}
    >
      <Icon name="heart" />
    </button>
  );
}
