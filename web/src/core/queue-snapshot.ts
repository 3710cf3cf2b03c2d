import { emptyQueue, maxHistory, type Queue, type QueueEntry, type QueueTail } from "./queue.ts";
import { isAmount, isRecord, isText, isTextArray } from "./plain-data.ts";

/**
 * Takes a queue back from what was stored. Whatever is no queue, or not quite one, gives what can be used of it: a player that does not
 * start because of its own leftovers is worse than one that forgot.
 */
export function parseQueueSnapshot(value: unknown): Queue {
  if (!isRecord(value) || !Array.isArray(value["entries"])) {
    return emptyQueue;
  }
  const entries = value["entries"].filter(isQueueEntry);
  const ids = new Set(entries.map(({ id }) => id));
  if (ids.size !== entries.length) {
    return emptyQueue;
  }
  const { currentId, repeat, unshuffled, history } = value;
  const tail = parseTail(value["tail"]);
  return {
    entries,
    ...(isEntryId(currentId) && ids.has(currentId) ? { currentId } : {}),
    repeat: repeat === "all" || repeat === "one" ? repeat : "off",
    ...(Array.isArray(unshuffled) ? { unshuffled: unshuffled.filter((id) => isEntryId(id) && ids.has(id)) } : {}),
    ...(tail === undefined ? {} : { tail }),
    history: isTextArray(history) ? history.slice(-maxHistory) : [],
    // Not taken from the snapshot: an id given twice would move two entries at once.
    nextEntryId: entries.reduce((highest, { id }) => Math.max(highest, id), 0) + 1,
  };
}

function isQueueEntry(value: unknown): value is QueueEntry {
  return isRecord(value) && isEntryId(value["id"]) && isText(value["itemId"]) && isPart(value["part"]);
}

function isPart(value: unknown): boolean {
  return (
    value === undefined ||
    (isRecord(value) &&
      isText(value["title"]) &&
      isAmount(value["startSeconds"]) &&
      (value["endSeconds"] === undefined || isAmount(value["endSeconds"])))
  );
}

function isEntryId(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}

function parseTail(value: unknown): QueueTail | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { playlistId, cursor, remaining } = value;
  return isText(playlistId) && isText(cursor) && typeof remaining === "number"
    ? { playlistId, cursor, remaining }
    : undefined;
}
