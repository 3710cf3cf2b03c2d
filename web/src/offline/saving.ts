import type { SavedAssets } from "./saved-assets.ts";
import type { SavedItem, SaveProgress } from "./saved-item.ts";
import { AddressExpired, type FetchedVersion, SaveRefused, SourceChanged, transferItem } from "./save-transfer.ts";
import { segmentBytes } from "./segment-grid.ts";
import type { SegmentStore } from "./segment-store.ts";
import { isQuotaError } from "./storage-room.ts";
import { TransferRate } from "./transfer-rate.ts";

/** What the saving of one item needs. */
export interface SavingPorts {
  readonly store: SegmentStore;
  readonly assets: SavedAssets;
  readonly fetchMedia: (url: string, init: RequestInit) => Promise<Response>;
  readonly resolveUrl: (itemId: string, signal: AbortSignal) => Promise<string>;
  /** Throws {@link NoRoom} where the item does not fit. */
  readonly assertRoom: (sizeBytes: number) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves after a time, or as soon as it may be worth a try. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Who is told of it. */
export interface SavingListener {
  /** To be written down before anything else happens. */
  changed(saved: SavedItem): Promise<void>;
  progressed(progress: SaveProgress): void;
}

/** The item does not fit on this device. */
export class NoRoom extends Error {
  override readonly name = "NoRoom";
}

const waitsMs = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000];
/** A source that changes under every attempt is none to save from. */
const mostVersions = 3;

/** Saves one item: goes on through outages and expired addresses, begins anew where the source changed. */
export class Saving {
  readonly #ports: SavingPorts;
  readonly #listener: SavingListener;
  readonly #rate: TransferRate;
  #saved: SavedItem;
  #receivedBytes: number;
  #failures = 0;
  #versions = 1;

  constructor(saved: SavedItem, ports: SavingPorts, listener: SavingListener) {
    this.#saved = saved;
    this.#ports = ports;
    this.#listener = listener;
    this.#rate = new TransferRate(ports.now());
    this.#receivedBytes = saved.segments * segmentBytes;
  }

  /** Ends when the item is saved, or failed, which is told; or rejects with the signal's reason. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#change({ state: "saving", message: undefined });
    for (;;) {
      try {
        return await this.#attempt(signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(await this.#recover(error, signal))) {
          return;
        }
      }
    }
  }

  async #attempt(signal: AbortSignal): Promise<void> {
    const { itemId, segments, sizeBytes, etag, mediaType, item } = this.#saved;
    const version = sizeBytes === undefined || segments === 0 ? undefined : { sizeBytes, etag, mediaType };
    this.#receivedBytes = Math.min(segments * segmentBytes, sizeBytes ?? Infinity);
    await transferItem(
      { itemId, segments, version },
      {
        store: this.#ports.store,
        fetchMedia: this.#ports.fetchMedia,
        resolveUrl: this.#ports.resolveUrl,
        onVersion: (told) => this.#takeVersion(told),
        onBytes: (bytes) => this.#progress(bytes),
        onSegment: async (count) => {
          this.#failures = 0;
          await this.#change({ segments: count });
        },
      },
      signal,
    );
    await this.#ports.assets.save(item, signal);
    signal.throwIfAborted();
    await this.#change({ state: "saved", savedAtMs: this.#ports.now() });
  }

  async #takeVersion({ sizeBytes, etag, mediaType }: FetchedVersion): Promise<void> {
    await this.#ports.assertRoom(sizeBytes);
    await this.#change({ sizeBytes, etag, mediaType: mediaType ?? this.#saved.mediaType });
  }

  #progress(bytes: number): void {
    const { sizeBytes = 0 } = this.#saved;
    this.#receivedBytes += bytes;
    this.#rate.add(bytes, this.#ports.now());
    this.#listener.progressed({
      receivedBytes: this.#receivedBytes,
      sizeBytes,
      bytesPerSecond: this.#rate.bytesPerSecond,
      secondsLeft: this.#rate.secondsLeft(sizeBytes - this.#receivedBytes),
    });
  }

  /** @returns whether another attempt is worth it */
  async #recover(error: unknown, signal: AbortSignal): Promise<boolean> {
    if (error instanceof SourceChanged && this.#versions < mostVersions) {
      this.#versions += 1;
      await this.#discard();
      return true;
    }
    if (isQuotaError(error) || error instanceof NoRoom) {
      // Half of a film is of no use, and keeps what would fit from being saved.
      await this.#discard();
      const message = error instanceof NoRoom ? error.message : "There is no room left for it on this device.";
      await this.#change({ state: "failed", message });
      return false;
    }
    const delay = waitsMs[this.#failures];
    if (isFinal(error) || delay === undefined) {
      await this.#change({ state: "failed", message: messageOf(error) });
      return false;
    }
    this.#failures += 1;
    await this.#ports.wait(error instanceof AddressExpired && this.#failures === 1 ? 0 : delay, signal);
    return true;
  }

  async #discard(): Promise<void> {
    await this.#change({ segments: 0, etag: undefined });
    await this.#ports.store.delete(this.#saved.itemId);
  }

  async #change(change: Partial<SavedItem>): Promise<void> {
    this.#saved = { ...this.#saved, ...change };
    await this.#listener.changed(this.#saved);
  }
}

/** What the server says of the item itself, by the status that the API's client puts on its errors. */
function isFinal(error: unknown): boolean {
  const status = error instanceof Error && "status" in error ? Number(error.status) : Number.NaN;
  const isRefused = status >= 400 && status < 500 && status !== 408 && status !== 429;
  return isRefused || error instanceof SaveRefused || error instanceof SourceChanged;
}

function messageOf(error: unknown): string {
  return isFinal(error) && error instanceof Error ? error.message : "The connection was lost.";
}
