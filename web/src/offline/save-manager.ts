import type { Item } from "../../../src/api/contract.ts";
import { createStore, type ReadableStore, type Store } from "../core/store.ts";
import { NoRoom, Saving, type SavingPorts } from "./saving.ts";
import type { SavedItem, SaveProgress } from "./saved-item.ts";
import type { SavedRecords } from "./saved-records.ts";
import { segmentBytes } from "./segment-grid.ts";
import { checkRoom, type RoomVerdict, type StorageEstimate } from "./storage-room.ts";
import type { TabChannel, TabMessage } from "./tab-channel.ts";

/** Options of {@link SaveManager}. */
export interface SaveManagerOptions extends Omit<SavingPorts, "assertRoom"> {
  readonly records: SavedRecords;
  readonly estimate: () => Promise<StorageEstimate>;
  /** What the browser takes, whatever it estimates. */
  readonly hasRoomFor: (neededBytes: number) => Promise<boolean>;
  readonly channel: Pick<TabChannel, "send" | "listen">;
  /** So that two tabs do not save the same thing at once. */
  readonly locks: Pick<LockManager, "request">;
  /** How many items are fetched at once. */
  readonly simultaneous: () => number;
  /** What should not have happened: a record that cannot be written. */
  readonly onError: (error: unknown) => void;
}

/** Everything that is saved, or will be, on this device; in this tab and in the others. */
export class SaveManager implements Disposable {
  readonly #options: SaveManagerOptions;
  readonly #items: Store<ReadonlyMap<string, SavedItem>> = createStore<ReadonlyMap<string, SavedItem>>(new Map());
  readonly #progress: Store<ReadonlyMap<string, SaveProgress>> = createStore<ReadonlyMap<string, SaveProgress>>(
    new Map(),
  );
  readonly #running = new Map<string, AbortController>();
  readonly #stopListening: () => void;

  constructor(options: SaveManagerOptions) {
    this.#options = options;
    this.#stopListening = options.channel.listen((message) => this.#hear(message));
  }

  /** By item id. */
  get items(): ReadableStore<ReadonlyMap<string, SavedItem>> {
    return this.#items;
  }

  /** Of those that are fetched now, by item id. */
  get progress(): ReadableStore<ReadonlyMap<string, SaveProgress>> {
    return this.#progress;
  }

  /** Reads what is saved, notices what the browser cleared away, drops leftovers, and goes on with what was not finished. */
  async start(): Promise<void> {
    const saved = await this.#options.records.list();
    this.#items.set(new Map(saved.map((one) => [one.itemId, one])));
    await this.#options.locks.request("sluice-saving", { ifAvailable: true }, async (lock) => {
      if (lock !== null) {
        await this.#options.store.deleteExcept(new Set(this.#items.get().keys()));
      }
    });
    await this.verify();
    this.#pump();
  }

  /** Looks whether what is saved is still there: browsers clear storage without a word. */
  async verify(itemIds: Iterable<string> = this.#items.get().keys()): Promise<void> {
    for (const itemId of Array.from(itemIds)) {
      const saved = this.#items.get().get(itemId);
      if (saved !== undefined && saved.state === "saved" && !(await this.#isThere(saved))) {
        await this.#put({
          ...saved,
          state: "lost",
          segments: 0,
          message: "The browser has cleared it away. Save it again.",
        });
      }
    }
  }

  /** Saves items that are not saved yet, all or none of them. @returns whether they fit, before anything is fetched */
  async save(items: readonly Item[]): Promise<RoomVerdict> {
    const isWanted = ({ id }: Item): boolean => {
      const state = this.#items.get().get(id)?.state;
      return state === undefined || state === "failed" || state === "lost";
    };
    const wanted = items.filter(isWanted);
    const neededBytes = wanted.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
    const verdict = await this.#checkRoom(neededBytes);
    if (verdict.kind === "no-room") {
      return verdict;
    }
    for (const item of wanted) {
      const known = this.#items.get().get(item.id);
      await this.#put({
        ...(known ?? newSavedItem(item, this.#options.now())),
        item,
        state: "waiting",
        message: undefined,
      });
    }
    this.#pump();
    return verdict;
  }

  /** Stops fetching; what has come stays. */
  async pause(itemId: string): Promise<void> {
    await this.#stop(itemId, "paused");
  }

  /** Goes on where it was. */
  async resume(itemId: string): Promise<void> {
    const saved = this.#items.get().get(itemId);
    if (saved !== undefined && saved.state !== "saved" && saved.state !== "saving") {
      await this.#put({ ...saved, state: "waiting", message: undefined });
      this.#pump();
    }
  }

  /** Cancels, or removes what is saved. */
  async remove(itemId: string): Promise<void> {
    await this.#stop(itemId, "removed");
  }

  /** The network is back, or more may run at once. */
  wake(): void {
    this.#pump();
  }

  [Symbol.dispose](): void {
    this.#stopListening();
    for (const abort of this.#running.values()) abort.abort();
  }

  async #isThere({ itemId, sizeBytes = 0, segments }: SavedItem): Promise<boolean> {
    const { store } = this.#options;
    const [first, last] = await Promise.all([store.get(itemId, 0), store.get(itemId, segments - 1)]);
    return first !== undefined && last?.size === sizeBytes - (segments - 1) * segmentBytes;
  }

  /** @param forItemId whose own promise does not count */
  async #checkRoom(neededBytes: number, forItemId?: string): Promise<RoomVerdict> {
    const { estimate, hasRoomFor } = this.#options;
    const promisedBytes = this.#promisedBytes(forItemId);
    const verdict = checkRoom(neededBytes, await estimate(), promisedBytes);
    const isGiven = verdict.kind === "no-room" || (await hasRoomFor(neededBytes + promisedBytes));
    return isGiven ? verdict : { kind: "no-room", neededBytes };
  }

  #promisedBytes(exceptItemId?: string): number {
    return Array.from(this.#items.get().values())
      .filter(({ itemId, state }) => itemId !== exceptItemId && (state === "waiting" || state === "saving"))
      .reduce((sum, { sizeBytes, item, segments }) => {
        return sum + Math.max(0, (sizeBytes ?? item.sizeBytes ?? 0) - segments * segmentBytes);
      }, 0);
  }

  #pump(): void {
    for (const { itemId, state } of this.#items.get().values()) {
      if (this.#running.size >= this.#options.simultaneous()) {
        return;
      }
      if ((state === "waiting" || state === "saving") && !this.#running.has(itemId)) {
        const abort = new AbortController();
        this.#running.set(itemId, abort);
        this.#run(itemId, abort.signal)
          .catch((error: unknown) => {
            if (!abort.signal.aborted) this.#giveUp(itemId, error);
          })
          .finally(() => this.#ended(itemId, abort));
      }
    }
  }

  /** Not even that it failed could be written down. */
  #giveUp(itemId: string, error: unknown): void {
    const saved = this.#items.get().get(itemId);
    if (saved !== undefined) {
      const message = "The browser's storage does not answer.";
      this.#items.set(new Map(this.#items.get()).set(itemId, { ...saved, state: "failed", message }));
    }
    this.#options.onError(error);
  }

  #ended(itemId: string, abort: AbortController): void {
    const progress = new Map(this.#progress.get());
    progress.delete(itemId);
    this.#progress.set(progress);
    // Whoever stopped it has seen to the rest.
    if (!abort.signal.aborted) {
      this.#running.delete(itemId);
      this.#pump();
    }
  }

  /** Where another tab is at it, waits until that is done, or that tab gone; then sees what there is left to do. */
  async #run(itemId: string, signal: AbortSignal): Promise<void> {
    const { locks, records } = this.#options;
    await locks.request("sluice-saving", { mode: "shared", signal }, () =>
      locks.request(`sluice-saving-${itemId}`, { signal }, async () => {
        const saved = await records.get(itemId);
        if (saved?.state === "waiting" || saved?.state === "saving") {
          await this.#savingOf(saved, signal).run(signal);
        } else {
          await this.#refresh(itemId);
        }
      }),
    );
  }

  #savingOf(saved: SavedItem, signal: AbortSignal): Saving {
    const { channel } = this.#options;
    const { itemId } = saved;
    const assertRoom = async (sizeBytes: number): Promise<void> => {
      const verdict = await this.#checkRoom(sizeBytes, itemId);
      if (verdict.kind === "no-room") {
        const { freeBytes } = verdict;
        const free = freeBytes === undefined ? "the browser gives less" : `${inMegabytes(freeBytes)} are free`;
        throw new NoRoom(`It needs ${inMegabytes(sizeBytes)}, and ${free}.`);
      }
    };
    return new Saving(
      saved,
      { ...this.#options, assertRoom },
      {
        changed: async (changed) => {
          // Stopped in the meantime: what the user said stands.
          signal.throwIfAborted();
          await this.#put(changed);
        },
        progressed: (progress) => {
          this.#progress.set(new Map(this.#progress.get()).set(itemId, progress));
          channel.send({ kind: "progress", itemId, progress });
        },
      },
    );
  }

  async #stop(itemId: string, as: "paused" | "removed", isTold = false): Promise<void> {
    const { channel, records, store, assets } = this.#options;
    const saved = this.#items.get().get(itemId);
    this.#running.get(itemId)?.abort();
    this.#running.delete(itemId);
    if (isTold || saved === undefined) {
      return this.#pump();
    }
    channel.send({ kind: "stop-saving", itemId, as });
    if (as === "paused") {
      if (saved.state !== "saved") await this.#put({ ...saved, state: "paused" });
    } else {
      // The record first: pieces without a record are leftovers, and dropped at the next start.
      await records.delete(itemId);
      const items = new Map(this.#items.get());
      items.delete(itemId);
      this.#items.set(items);
      channel.send({ kind: "saved", itemId });
      await Promise.all([store.delete(itemId), assets.delete(saved.item)]);
    }
    this.#pump();
  }

  async #put(saved: SavedItem): Promise<void> {
    await this.#options.records.put(saved);
    this.#items.set(new Map(this.#items.get()).set(saved.itemId, saved));
    this.#options.channel.send({ kind: "saved", itemId: saved.itemId });
  }

  #hear(message: TabMessage): void {
    switch (message.kind) {
      case "saved":
        this.#refresh(message.itemId).catch(this.#options.onError);
        return;
      case "missing":
        this.verify([message.itemId]).catch(this.#options.onError);
        return;
      case "progress":
        this.#progress.set(new Map(this.#progress.get()).set(message.itemId, message.progress));
        return;
      case "stop-saving":
        this.#stop(message.itemId, message.as, true).catch(this.#options.onError);
        return;
      default:
    }
  }

  async #refresh(itemId: string): Promise<void> {
    const saved = await this.#options.records.get(itemId);
    const items = new Map(this.#items.get());
    if (saved === undefined) {
      items.delete(itemId);
    } else {
      items.set(itemId, saved);
    }
    this.#items.set(items);
  }
}

function newSavedItem(item: Item, addedAtMs: number): SavedItem {
  const { id, sizeBytes, mediaType = "application/octet-stream" } = item;
  return { itemId: id, item, state: "waiting", mediaType, sizeBytes, segments: 0, addedAtMs };
}

function inMegabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000_000)} MB`;
}
