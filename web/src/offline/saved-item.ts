import type { Item } from "../../../src/api/contract.ts";

/** An item that is, or will be, on this device. */
export interface SavedItem {
  readonly itemId: string;
  /** As it was when it was saved: it is shown without a server. */
  readonly item: Item;
  /**
   * `waiting`: for its turn; `paused`: by the user; `failed`: see `message`; `lost`: the browser cleared it away.
   */
  readonly state: "waiting" | "saving" | "paused" | "failed" | "saved" | "lost";
  /** Why it failed, for people. */
  readonly message?: string | undefined;
  readonly mediaType: string;
  readonly sizeBytes?: number | undefined;
  /** Of the version that is being saved; strong, with its quotes. Absent where the server gave none. */
  readonly etag?: string | undefined;
  /** Whole segments that lie on this device, from the beginning. */
  readonly segments: number;
  /** Milliseconds since 1970. */
  readonly addedAtMs: number;
  readonly savedAtMs?: number | undefined;
}

/** How far a running download is. */
export interface SaveProgress {
  readonly receivedBytes: number;
  readonly sizeBytes: number;
  readonly bytesPerSecond: number;
  /** Absent until a rate is known. */
  readonly secondsLeft?: number | undefined;
}

/** Where saved media plays: another address than the network's, so that no element mixes the two (it would break). */
export function savedMediaHref(itemId: string): string {
  return `/saved/${encodeURIComponent(itemId)}`;
}

/** Where a saved picture lies, captions or lyrics: `artwork`, `captions/0`, `lyrics/0`. */
export function savedAssetHref(itemId: string, asset: string): string {
  return `${savedMediaHref(itemId)}/${asset}`;
}

/** What a saved item's address says; `undefined` where it is none. */
export function parseSavedHref(path: string): { readonly itemId: string; readonly asset?: string } | undefined {
  const [, encoded, asset] = /^\/saved\/([^/]+)(?:\/(.+))?$/.exec(path) ?? [];
  if (encoded === undefined) {
    return undefined;
  }
  try {
    return { itemId: decodeURIComponent(encoded), ...(asset === undefined ? {} : { asset }) };
  } catch {
    return undefined;
  }
}
