/** A stretch of an item that is a thing of its own: a track of a cue sheet, whose album is one file. */
export interface ItemPart {
  readonly title: string;
  readonly startSeconds: number;
  /** Absent: to the item's end. */
  readonly endSeconds?: number | undefined;
}

/** What is put into a queue: an item, or a part of one. */
export type QueuedItem = string | { readonly itemId: string; readonly part: ItemPart };

/** The part that a line of a playlist refers to; `undefined` where it means the whole item. */
export function partOf({
  title,
  startSeconds = 0,
  endSeconds,
}: {
  readonly title: string;
  readonly startSeconds?: number | undefined;
  readonly endSeconds?: number | undefined;
}): ItemPart | undefined {
  return startSeconds === 0 && endSeconds === undefined ? undefined : { title, startSeconds, endSeconds };
}

/** A line of a playlist as it is queued. */
export function queuedItem(itemId: string, part: ItemPart | undefined): QueuedItem {
  return part === undefined ? itemId : { itemId, part };
}

/** From where to where the player's slider and its keys lead, in seconds of the item. */
export function spanOf({
  part,
  durationSeconds,
}: {
  readonly part?: ItemPart | undefined;
  readonly durationSeconds?: number | undefined;
}): { readonly startSeconds: number; readonly endSeconds: number | undefined } {
  return { startSeconds: part?.startSeconds ?? 0, endSeconds: part?.endSeconds ?? durationSeconds };
}
