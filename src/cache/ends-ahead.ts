import type { ByteRange } from "../bytes/index.ts";
import { mediaTypeOfKey } from "../http/index.ts";
import type { ObjectRecord } from "./slice-store.ts";

/** Players read the beginning of these for their head, and the end for an index, a seek table or old tags. */
const containers = new Set([
  "video/mp4",
  "audio/mp4",
  "video/quicktime",
  "video/webm",
  "audio/webm",
  "video/matroska",
  "audio/matroska",
  "video/x-matroska",
  "audio/x-matroska",
  "audio/mpeg",
]);

/** The first and the last slice, where players will soon ask for them: at most two slices an object, so the budget is what two slices take. */
export function endsAhead(key: string, record: ObjectRecord, sliceBytes: number): readonly ByteRange[] {
  const type = mediaTypeOfKey(key) ?? record.mediaType?.split(";", 1)[0]?.trim().toLowerCase();
  const { sizeBytes } = record;
  if (type === undefined || !containers.has(type) || sizeBytes <= sliceBytes) {
    return [];
  }
  const lastStart = Math.floor((sizeBytes - 1) / sliceBytes) * sliceBytes;
  return [
    { start: 0, end: sliceBytes },
    { start: lastStart, end: sizeBytes },
  ];
}
