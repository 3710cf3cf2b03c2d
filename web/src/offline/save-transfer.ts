import { segmentBytes, segmentCount, segmentSpan } from "./segment-grid.ts";
import type { SegmentStore } from "./segment-store.ts";

/** The version that is being fetched, as the first answer told it. */
export interface FetchedVersion {
  readonly sizeBytes: number;
  /** Strong, or absent. */
  readonly etag: string | undefined;
  readonly mediaType: string | undefined;
}

/** What to fetch, and what is there already. */
export interface TransferPlan {
  readonly itemId: string;
  /** Whole segments that lie here. */
  readonly segments: number;
  readonly version: FetchedVersion | undefined;
}

/** What a transfer needs, and tells. */
export interface TransferPorts {
  readonly store: SegmentStore;
  readonly fetchMedia: (url: string, init: RequestInit) => Promise<Response>;
  /** A fresh address. */
  readonly resolveUrl: (itemId: string, signal: AbortSignal) => Promise<string>;
  /** The size is known: throws where it does not fit. */
  readonly onVersion: (version: FetchedVersion) => Promise<void>;
  readonly onBytes: (bytes: number) => void;
  /** A segment lies here, whole. */
  readonly onSegment: (segments: number) => Promise<void>;
}

/** The source has another version now: what was fetched is of no use. */
export class SourceChanged extends Error {
  override readonly name = "SourceChanged";
}

/** The server does not let this item be saved, and will not tomorrow. */
export class SaveRefused extends Error {
  override readonly name = "SaveRefused";
}

/**
 * Fetches an item, segment by segment, from where it was left. Every segment is asked for with the tag of the first one's version, so
 * that two versions never come together.
 * @throws {SourceChanged} @throws {SaveRefused} @throws what `fetch` throws, and {@link AddressExpired} where to ask for a new address
 */
export async function transferItem(
  plan: TransferPlan,
  ports: TransferPorts,
  signal: AbortSignal,
): Promise<FetchedVersion> {
  const url = await ports.resolveUrl(plan.itemId, signal);
  let { version } = plan;
  for (let index = plan.segments; version === undefined || index < segmentCount(version.sizeBytes); index += 1) {
    const response = await askSegment(url, index, version, { ports, signal });
    const told = versionOf(response);
    if (version !== undefined && (told.sizeBytes !== version.sizeBytes || told.etag !== version.etag)) {
      await response.body?.cancel();
      throw new SourceChanged("The media was replaced while it was saved.");
    }
    if (version === undefined) {
      version = told;
      await ports.onVersion(told);
    }
    const { start, end } = segmentSpan(index, version.sizeBytes);
    await ports.store.put(plan.itemId, index, await readExactly(response, end - start, ports.onBytes));
    await ports.onSegment(index + 1);
  }
  return version;
}

async function askSegment(
  url: string,
  index: number,
  version: FetchedVersion | undefined,
  { ports, signal }: { readonly ports: TransferPorts; readonly signal: AbortSignal },
): Promise<Response> {
  const start = index * segmentBytes;
  const headers = {
    range: `bytes=${start}-${start + segmentBytes - 1}`,
    ...(version?.etag === undefined ? {} : { "if-match": version.etag }),
  };
  const response = await ports.fetchMedia(url, { headers, signal, cache: "no-store" });
  if (response.status === 206) {
    return response;
  }
  await response.body?.cancel();
  switch (response.status) {
    case 412:
    case 416:
      throw new SourceChanged("The media was replaced while it was saved.");
    case 200:
      throw new SaveRefused("This item cannot be saved: its source does not tell how long it is, or it is empty.");
    case 403:
    case 404:
    case 410:
      // Which of the two it is, the API says when the address is asked for anew.
      throw new AddressExpired(`The media's address answered ${response.status}.`);
    default:
      throw new Error(`The media's address answered ${response.status}.`);
  }
}

/** The address no longer opens the item. */
export class AddressExpired extends Error {
  override readonly name = "AddressExpired";
}

function versionOf(response: Response): FetchedVersion {
  const [, total] = /^bytes \d+-\d+\/(\d+)$/.exec(response.headers.get("content-range") ?? "") ?? [];
  if (total === undefined) {
    throw new SaveRefused("This item cannot be saved: its source does not tell how long it is.");
  }
  const etag = response.headers.get("etag");
  return {
    sizeBytes: Number(total),
    etag: etag?.startsWith('"') === true ? etag : undefined,
    mediaType: response.headers.get("content-type") ?? undefined,
  };
}

async function readExactly(
  response: Response,
  lengthBytes: number,
  onBytes: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(lengthBytes);
  let filled = 0;
  for await (const chunk of chunksOf(response)) {
    if (filled + chunk.length > lengthBytes) {
      throw new Error("The server sent more bytes than it had announced.");
    }
    bytes.set(chunk, filled);
    filled += chunk.length;
    onBytes(chunk.length);
  }
  if (filled < lengthBytes) {
    throw new TypeError(`The connection ended after ${filled} of ${lengthBytes} bytes.`);
  }
  return bytes;
}

/** By a reader: not every browser iterates over streams. */
async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body?.getReader();
  try {
    for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
      yield read.value as Uint8Array;
    }
  } finally {
    await reader?.cancel().catch(() => {});
  }
}
