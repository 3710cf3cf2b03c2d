import { createCacheSegmentStore } from "../offline/cache-segment-store.ts";
import { openSegmentStore } from "../offline/open-segment-store.ts";
import type { SavedItem } from "../offline/saved-item.ts";
import { type ByteSpan, segmentParts } from "../offline/segment-grid.ts";
import type { SegmentStore } from "../offline/segment-store.ts";
import { replyWithSaved } from "./saved-reply.ts";

/** So much is read at once: an element that seeks away leaves no more than this behind, many times a second. */
const windowBytes = 256 * 1024;

/**
 * Answers a request for saved media from its segments.
 * @param onMissing told where the browser has cleared them away
 */
export async function respondWithSaved(
  request: Request,
  saved: SavedItem,
  onMissing: (itemId: string) => void,
): Promise<Response> {
  const { sizeBytes, mediaType, savedAtMs, itemId } = saved;
  if (saved.state !== "saved" || sizeBytes === undefined || savedAtMs === undefined) {
    return new Response("This item is not saved yet.", { status: 404 });
  }
  // A tag of our own where the server's was weak or absent: what is saved does not change.
  const etag = saved.etag ?? `"saved-${savedAtMs}"`;
  const reply = replyWithSaved(request.method, request.headers, { sizeBytes, mediaType, etag, savedAtMs });
  if (reply.span === undefined) {
    return new Response(null, { status: reply.status, headers: reply.headers });
  }
  const store = await storeHolding(itemId);
  if (store === undefined) {
    onMissing(itemId);
    // Before the head: a player takes this for what it is, and the page says why.
    return new Response("The browser has cleared this item away.", { status: 404 });
  }
  return new Response(streamOf(store, itemId, reply.span, onMissing), { status: reply.status, headers: reply.headers });
}

/** A browser that has learned to write files since still has in its cache what was saved before. */
async function storeHolding(itemId: string): Promise<SegmentStore | undefined> {
  const best = await openSegmentStore();
  for (const store of best?.kind === "opfs" ? [best, createCacheSegmentStore(caches)] : [best]) {
    if ((await store?.get(itemId, 0)) !== undefined) {
      return store;
    }
  }
  return undefined;
}

/** Read as it is taken, window by window; nothing is held but the one that is on its way. */
function streamOf(
  store: SegmentStore,
  itemId: string,
  span: ByteSpan,
  onMissing: (itemId: string) => void,
): ReadableStream<Uint8Array> {
  const parts = segmentParts(span, windowBytes);
  let open: { readonly index: number; readonly blob: Blob } | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value: part } = parts.next();
        if (part === undefined) {
          controller.close();
          return;
        }
        if (open?.index !== part.index) {
          const blob = await store.get(itemId, part.index);
          if (blob === undefined) {
            onMissing(itemId);
            throw new Error(`Segment ${part.index} of "${itemId}" is gone: the browser cleared its storage.`);
          }
          open = { index: part.index, blob };
        }
        const window = await open.blob.slice(part.span.start, part.span.end).arrayBuffer();
        controller.enqueue(new Uint8Array(window));
      },
    },
    { highWaterMark: 1 },
  );
}
